import type { EventEmitter } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager, EntitySchema } from 'typeorm';
import { DataSource } from 'typeorm';
import { codeOf, messageOf } from '../../base/error.ts';
import { Failure } from '../../base/failure.ts';
import { prepare, queryPrepared } from './prepared.ts';

export interface DatabaseOptions {
  /**
   * `postgres://loa_app:…@host/loa`; a socket's directory goes into `?host=`. Left out where it is not known yet, or
   * the tables are not what this program expects: until `use` names it, the database counts as down.
   */
  readonly url?: string;
  readonly tables: EntitySchema[];
  readonly poolSize: number;
  readonly statementTimeoutSeconds: number;
  readonly connectTimeoutSeconds: number;
}

const nameCommune = prepare(`SELECT set_config('loa.commune', $1, true)`);

/** SQLSTATEs which say that the server went away, is not there yet, or has no room for us. */
const downStates = /^(08|57P0[1-5]|53300|25P03)/;
const downSystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** It is our question that is wrong. Whatever logs it says so, and a test that finds it in a log fails. */
const ourMistakes = /^42/;
// TypeORM gives a query runner away when its connection breaks, and says "already released" to who still works with it.
const downMessages =
  /Connection terminated|after calling end on the pool|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|not queryable|server closed the connection|already released/i;
const noneFree = /timeout exceeded when trying to connect/;

/** Says a driver's error in the house's words, where it is one that a caller can act on; else gives it back. */
export function explainDatabaseError(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  if (code === '53100' || code === 'ENOSPC')
    return new Failure('unavailable', 'platform.disk-full', 'The disk of the database is full', {
      cause: error,
    });
  if (code === '22021' || code === '22P05')
    return new Failure(
      'invalid',
      'platform.unstorable-text',
      'A text has a character that cannot be stored',
      {
        cause: error,
      },
    );
  if (code === '57014')
    return new Failure('unavailable', 'platform.database-slow', 'The database took too long', {
      cause: error,
    });
  if (code === '40001' || code === '40P01')
    return new Failure('conflict', 'platform.try-again', 'Somebody changed the same thing at the same time', {
      cause: error,
    });
  if (downStates.test(code) || downSystemCodes.has(code) || downMessages.test(messageOf(error)))
    return new Failure('unavailable', 'platform.database-down', 'The database cannot be reached', {
      cause: error,
    });
  if (error instanceof Error && ourMistakes.test(code) && !error.message.includes('SQLSTATE'))
    error.message = `${error.message} (SQLSTATE ${code})`;
  return error;
}

/**
 * The one way to the tables. Every piece of work is one transaction under the role `loa_app`, which owns no table:
 * row-level security shows it the rows of the commune it named and, with none named, no tenant's row at all.
 */
@Injectable()
export class Database {
  private readonly log = new Logger('Database');
  private source: DataSource | undefined;
  private opening: Promise<DataSource> | undefined;
  private closed = false;
  /** Transactions that have a connection. */
  private atWork = 0;
  private url: string | undefined;
  private tellInUse: () => void = () => undefined;
  /** Resolves when it was in use once: for what a room does at its start, and can only do with a database. */
  readonly inUse: Promise<void>;

  constructor(private readonly options: DatabaseOptions) {
    this.inUse = new Promise((resolve) => (this.tellInUse = resolve));
    if (options.url !== undefined) this.use(options.url);
  }

  /** From now on, at `url`. */
  use(url: string): void {
    this.url = url;
    this.tellInUse();
  }

  /**
   * Runs `work` in one transaction that sees the rows of `communeId` only.
   * @throws Failure `platform.database-down`, `platform.database-busy`, `platform.database-slow`, `platform.disk-full`,
   *   `platform.try-again`; whatever `work` throws rolls back and passes through. A commit whose answer got lost is also
   *   `platform.database-down`: who repeats it needs an idempotent key.
   */
  inCommune<T>(communeId: string, work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.transaction(async (em) => {
      await queryPrepared(em, nameCommune, [communeId]);
      return await work(em);
    });
  }

  /**
   * One transaction that belongs to no commune: tenants' tables look empty. For what is nobody's (health, the
   * schema) and for functions that are SECURITY DEFINER because they must look across communes (a sign-in by name).
   */
  everywhere<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.transaction(work);
  }

  /** Asks the server. Never throws. */
  async isUp(): Promise<boolean> {
    try {
      await (await this.ready()).query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const source = this.source ?? (await this.opening?.catch(() => undefined));
    this.source = undefined;
    if (source?.isInitialized === true) await source.destroy();
  }

  private async transaction<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    try {
      const source = await this.ready();
      return await source.transaction(async (em) => {
        this.atWork += 1;
        try {
          return await work(em);
        } finally {
          this.atWork -= 1;
        }
      });
    } catch (error) {
      // The pool says the same of a server that does not let us in and of one that is busy with what we asked before.
      if (noneFree.test(messageOf(error)) && this.atWork >= this.options.poolSize)
        throw new Failure(
          'unavailable',
          'platform.database-busy',
          'Every connection to the database is at work',
          { cause: error },
        );
      throw explainDatabaseError(error);
    }
  }

  /** The pool, opened at first need: a service may start, and stop loudspeakers, while its database is away. */
  private async ready(): Promise<DataSource> {
    if (this.source !== undefined) return this.source;
    if (this.closed)
      throw new Failure('unavailable', 'platform.database-down', 'The service is shutting down');
    if (this.url === undefined)
      throw new Failure('unavailable', 'platform.database-down', 'The database is not there yet');
    this.opening ??= this.open(this.url).finally(() => (this.opening = undefined));
    return await this.opening;
  }

  private async open(url: string): Promise<DataSource> {
    const { options } = this;
    const source = new DataSource({
      type: 'postgres',
      entities: options.tables,
      synchronize: false,
      logging: false,
      poolSize: options.poolSize,
      connectTimeoutMS: options.connectTimeoutSeconds * 1000,
      applicationName: 'loa',
      // An idle connection that breaks (the server was killed) must not take the process with it.
      poolErrorHandler: (error: Error) => this.log.warn(`An idle connection broke: ${error.message}`),
      extra: {
        connectionString: url,
        statement_timeout: options.statementTimeoutSeconds * 1000,
        // The server's own timeout answers first; this one is for a server that answers nothing at all.
        query_timeout: options.statementTimeoutSeconds * 1000 + 2_000,
        idle_in_transaction_session_timeout: 60_000,
        idleTimeoutMillis: 60_000,
        keepAlive: true,
      },
    });
    await source.initialize();
    this.hearEveryError(source);
    this.source = source;
    return source;
  }

  /**
   * TypeORM takes its listener off a connection at the first error and has the pool throw it away; the second error of
   * the same death (the server's last words, then the socket's end) would be heard by nobody, which ends a process.
   */
  private hearEveryError(source: DataSource): void {
    const { master: pool } = source.driver as unknown as { master: EventEmitter };
    const heard = new WeakSet<EventEmitter>();
    const hear = (client: EventEmitter): void => {
      if (heard.has(client)) return;
      heard.add(client);
      client.on('error', (error: unknown) => this.log.debug(`A connection broke: ${messageOf(error)}`));
    };
    pool.on('connect', hear);
    // The one that `initialize` made was there before us.
    pool.on('acquire', hear);
  }
}
