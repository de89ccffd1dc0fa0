import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { messageOf } from '../../base/error.ts';
import { commandOf, isAlive, kill } from '../process/other-process.ts';
import type { PostgresAccount } from './postgres.account.ts';
import { asAccount, choosePostgresAccount } from './postgres.account.ts';
import type { PostgresBinaries } from './postgres.binaries.ts';
import { findPostgres } from './postgres.binaries.ts';
import type { PostgresSecrets } from './postgres.cluster.ts';
import { makeCluster, postgresEnvironment, startFailure } from './postgres.cluster.ts';

/** Where it listens: a socket's directory and port, or a loopback address and port. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** The path of a socket must stay under 107 bytes (sun_path), with `/.s.PGSQL.5432` and a margin. */
const socketDirectoryMaximumBytes = 88;
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '60',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  // Without its pool of I/O workers it is three processes lighter; a commune's PC is small.
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  password_encryption: 'scram-sha-256',
  unix_socket_permissions: '0700',
} as const;

/**
 * Supervises the PostgreSQL of the npm package: makes its cluster once, starts it, starts it again when it dies, and
 * takes over a server that a killed service left behind. Emits `down` and `up` when it was lost and is back.
 *
 * Below its directory: `cluster/` (the data), `secrets.json` (passwords, mode 600), `socket/`, `postgres.log`.
 */
export class EmbeddedPostgres extends EventEmitter<{ up: []; down: [reason: string] }> {
  private secrets: PostgresSecrets | undefined;
  private account: PostgresAccount = { kind: 'self' };
  private binaries: PostgresBinaries | undefined;
  private place: Place | undefined;
  private temporarySocketDirectory: string | undefined;
  private child: ChildProcess | undefined;
  private serverPid: number | undefined;
  private stopping = false;
  private starting: Promise<void> | undefined;
  private watching: Promise<void> | undefined;
  private readonly stopSignal = new AbortController();

  constructor(private readonly directory: string) {
    super();
  }

  /** The server's process, for those who want to see it die. */
  get pid(): number | undefined {
    return this.serverPid;
  }

  /** Whether it was taken over from a service that had been killed. */
  get adopted(): boolean {
    return this.serverPid !== undefined && this.child === undefined;
  }

  /** Address for the role that owns the tables. */
  get ownerUrl(): string {
    return this.url('loa_owner', this.known().owner, 'loa');
  }

  /** Address for the role of the service. */
  get appUrl(): string {
    return this.url('loa_app', this.known().app, 'loa');
  }

  /**
   * One that failed may be tried again.
   * @throws Failure `platform.no-embedded-postgres`, `platform.no-postgres-account`, `platform.postgres-start`
   */
  async start(): Promise<void> {
    this.starting = this.startNow();
    await this.starting;
  }

  private async startNow(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o755 });
    this.account = choosePostgresAccount(this.directory);
    this.binaries = await findPostgres(this.account, join(this.directory, 'programs'));
    if (this.account.kind === 'user') await chown(this.directory, this.account.uid, this.account.gid);
    this.secrets = await makeCluster(this.directory, this.account, this.binaries);
    if (this.isStopping()) throw startFailure('the service is shutting down');
    await this.bringUp();
    await this.makeRoles();
    this.watching ??= this.watch();
  }

  /** Fast shutdown: open transactions roll back, everything committed is on the disk. At most 4 s. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.stopSignal.abort();
    await this.starting?.catch(() => undefined);
    await this.watching;
    await this.end('SIGINT', 3_000);
    if (this.temporarySocketDirectory !== undefined)
      await rm(this.temporarySocketDirectory, { recursive: true, force: true });
  }

  private known(): PostgresSecrets {
    if (this.secrets === undefined) throw new Error('PostgreSQL was not started');
    return this.secrets;
  }

  private url(user: string, password: string, database: string): string {
    if (this.place === undefined) throw new Error('PostgreSQL was not started');
    const { host, port } = this.place;
    return host.startsWith('/')
      ? `postgres://${user}:${password}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`
      : `postgres://${user}:${password}@${host}:${port}/${database}`;
  }

  private get cluster(): string {
    return join(this.directory, 'cluster');
  }

  private async bringUp(): Promise<void> {
    const found = await this.findRunning();
    if (found !== undefined) {
      this.child = undefined;
      this.serverPid = found.pid;
      this.place = found.place;
      return;
    }
    const place = (this.place ??= await this.choosePlace());
    // A server that was killed leaves processes for a moment, which still hold its shared memory.
    for (let attempt = 1; ; attempt += 1) {
      const fault = await this.startOnce(place);
      if (fault === undefined) return;
      if (attempt >= 30 || !/shared memory|lock file|already exists|Address already in use/i.test(fault))
        throw startFailure(`PostgreSQL does not start: ${fault}`);
      await sleep(300);
    }
  }

  private async startOnce(place: Place): Promise<string | undefined> {
    const { postgres } =
      this.binaries ?? (await findPostgres(this.account, join(this.directory, 'programs')));
    const bySocket = place.host.startsWith('/');
    const { command, args, options } = asAccount(this.account, postgres, [
      ...['-D', this.cluster, '-p', String(place.port)],
      ...['-c', `listen_addresses=${bySocket ? '' : place.host}`],
      ...(process.platform === 'win32'
        ? []
        : ['-c', `unix_socket_directories=${bySocket ? place.host : ''}`]),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    const logPath = join(this.directory, 'postgres.log');
    if (((await stat(logPath).catch(() => undefined))?.size ?? 0) > 10_000_000) await truncate(logPath);
    const logStart = (await stat(logPath).catch(() => undefined))?.size ?? 0;
    const log = openSync(logPath, 'a', 0o600);
    // Detached: Ctrl-C in a terminal goes to the whole group, and the database must be the last to leave.
    const child = spawn(command, args, {
      ...options,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: postgresEnvironment(),
    });
    closeSync(log);
    child.unref();
    const fate: { ended?: string } = {};
    child.once('error', (error) => (fate.ended = error.message));
    child.once('exit', (code, signal) => (fate.ended ??= `ended with ${signal ?? `code ${code ?? '?'}`}`));
    // Recovery after a crash takes as long as it takes: wait while it lives.
    for (let waited = 0; fate.ended === undefined; waited += 25) {
      if (this.stopping && waited > 2_000) {
        child.kill('SIGQUIT');
        return 'the service is shutting down';
      }
      if (child.pid !== undefined && (await this.proves(place, child.pid))) {
        this.child = child;
        this.serverPid = child.pid;
        return undefined;
      }
      await sleep(25);
    }
    return `${fate.ended}; ${readFileSync(logPath).subarray(logStart).toString('utf8').trim().slice(-1_000)}`;
  }

  /** A server of ours that runs already: after `kill -9` of the service it goes on, and is good to use. */
  private async findRunning(): Promise<{ pid: number; place: Place } | undefined> {
    const pidPath = join(this.cluster, 'postmaster.pid');
    const deadlineAt = Date.now() + 15_000;
    for (;;) {
      const lines = (await readFile(pidPath, 'utf8').catch(() => '')).split('\n');
      const [pid, port] = [Number(lines[0]), Number(lines[3])];
      if (!Number.isInteger(pid) || pid <= 1) return undefined;
      if (!isAlive(pid) || !servesCluster(pid, this.cluster)) {
        // Left by a server that was killed; its number may be somebody else's by now, which PostgreSQL itself would
        // take for a rival.
        await rm(pidPath, { force: true });
        return undefined;
      }
      const socketDirectory = lines[4]?.trim() ?? '';
      const place = { host: socketDirectory === '' ? '127.0.0.1' : socketDirectory, port };
      if (Number.isInteger(port) && (await this.proves(place, pid))) {
        if (socketDirectory !== '' && socketDirectory !== this.socketDirectory())
          this.temporarySocketDirectory = socketDirectory;
        return { pid, place };
      }
      if (Date.now() > deadlineAt) {
        // Alive and deaf. It is ours by its data directory: end it; what was committed is in its log.
        this.serverPid = pid;
        this.child = undefined;
        await this.end('SIGQUIT', 5_000);
        return undefined;
      }
      await sleep(100);
    }
  }

  /** Whether the server at `place` takes our password and serves our cluster, as process `pid`. */
  private async proves(place: Place, pid: number): Promise<boolean> {
    const lines = (await readFile(join(this.cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) !== pid || lines[7]?.trim() !== 'ready') return false;
    const client = new Client({
      host: place.host,
      port: place.port,
      user: 'postgres',
      password: this.known().superuser,
      database: 'postgres',
      connectionTimeoutMillis: 2_000,
      query_timeout: 2_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ at: string }>(`SELECT current_setting('data_directory') AS at`);
      return (await realpath(rows[0]?.at ?? '')) === (await realpath(this.cluster));
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private socketDirectory(): string {
    return join(this.directory, 'socket');
  }

  private async choosePlace(): Promise<Place> {
    if (process.platform === 'win32') return { host: '127.0.0.1', port: await freePort() };
    let host = this.socketDirectory();
    if (Buffer.byteLength(host) > socketDirectoryMaximumBytes) {
      host = await mkdtemp(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'loa-pg-'));
      this.temporarySocketDirectory = host;
    } else await mkdir(host, { recursive: true });
    await chmod(host, 0o700);
    if (this.account.kind === 'user') await chown(host, this.account.uid, this.account.gid);
    return { host, port: 5432 };
  }

  private async makeRoles(): Promise<void> {
    const secrets = this.known();
    const client = new Client({ connectionString: this.url('postgres', secrets.superuser, 'postgres') });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const has = async (sql: string) => ((await client.query(sql)).rowCount ?? 0) > 0;
      // The words of the secrets are base64url: nothing in them needs quoting.
      if (!(await has(`SELECT FROM pg_roles WHERE rolname = 'loa_owner'`)))
        await client.query(`CREATE ROLE loa_owner LOGIN BYPASSRLS CREATEROLE PASSWORD '${secrets.owner}'`);
      if (!(await has(`SELECT FROM pg_roles WHERE rolname = 'loa_app'`)))
        await client.query(`CREATE ROLE loa_app LOGIN PASSWORD '${secrets.app}'`);
      if (!(await has(`SELECT FROM pg_database WHERE datname = 'loa'`)))
        await client.query('CREATE DATABASE loa OWNER loa_owner');
      await client.query('REVOKE ALL ON DATABASE loa FROM PUBLIC; GRANT CONNECT ON DATABASE loa TO loa_app');
    } finally {
      await client.end();
    }
  }

  private async watch(): Promise<void> {
    let pauseMs = 0;
    for (;;) {
      const startedAt = Date.now();
      await this.gone();
      if (this.isStopping()) return;
      this.emit('down', 'PostgreSQL ended');
      pauseMs = Date.now() - startedAt > 10_000 ? 0 : longer(pauseMs);
      for (;;) {
        await sleep(pauseMs, undefined, { signal: this.stopSignal.signal }).catch(() => undefined);
        if (this.isStopping()) return;
        try {
          await this.bringUp();
          break;
        } catch (error) {
          this.emit('down', messageOf(error));
          pauseMs = longer(pauseMs);
        }
      }
      this.emit('up');
    }
  }

  /** A method, because TypeScript takes a field for unchanged across an await. */
  private isStopping(): boolean {
    return this.stopping;
  }

  /** Resolves when the server has ended, or the service wants to stop. */
  private async gone(): Promise<void> {
    const { child, serverPid } = this;
    const { signal } = this.stopSignal;
    if (this.isStopping()) return;
    if (child !== undefined) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    } else {
      // Not our child: nobody tells us.
      while (!this.isStopping() && serverPid !== undefined && isAlive(serverPid))
        await sleep(250, undefined, { signal }).catch(() => undefined);
    }
  }

  private async end(signal: NodeJS.Signals, patienceMs: number): Promise<void> {
    const pid = this.serverPid;
    if (pid === undefined) return;
    for (const [name, waitMs] of [
      [signal, patienceMs] as const,
      ['SIGQUIT', 1_000] as const,
      ['SIGKILL', 1_000] as const,
    ]) {
      if (!this.runs(pid)) break;
      kill(pid, name);
      for (let waited = 0; waited < waitMs && this.runs(pid); waited += 20) await sleep(20);
    }
    this.serverPid = undefined;
    this.child = undefined;
  }

  private runs(pid: number): boolean {
    return this.child === undefined
      ? isAlive(pid)
      : this.child.exitCode === null && this.child.signalCode === null;
  }
}

/** The longest pause is far below the 5 s after which the service is to have its database back. */
function longer(pauseMs: number): number {
  return Math.min(500, pauseMs * 2 + 25);
}

/**
 * Whether a process is a PostgreSQL that serves `cluster`. Asked before anything is sent to it: the number in a stale
 * file may be anybody's, and a word in a command line proves nothing.
 */
function servesCluster(pid: number, cluster: string): boolean {
  const words = commandOf(pid);
  const directory = words[words.indexOf('-D') + 1] ?? '';
  if (!basename(words[0] ?? '').startsWith('postgres') || !words.includes('-D')) return false;
  try {
    return realpathSync(directory) === realpathSync(cluster);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
