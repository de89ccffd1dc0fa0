import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Database } from '../platform/database/database.ts';
import { ChainCheck } from './chain-check.ts';
import type { ChainResult } from './chain-check.ts';
import { firstPreviousHash, lineHash, storable, storableText, wordsHash } from './journal-line.ts';
import type { JournalEntry, JournalLine } from './journal-line.ts';
import { JournalStore } from './journal.store.ts';
import { Witness } from './witness.file.ts';

/** How long the last line waits to be witnessed: a burst is one note. */
const witnessAfterMs = 500;
const readAtOnce = 1_000;

/** Who did what (nhật ký): append-only, numbered without gaps and hash-chained within each commune. */
@Injectable()
export class JournalService implements BeforeApplicationShutdown {
  private readonly log = new Logger('Journal');
  private readonly unwitnessed = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly database: Database,
    private readonly store: JournalStore,
    private readonly witness: Witness,
    private readonly clock: Clock,
  ) {}

  /**
   * Appends a line within the caller's transaction: what was done and its line stand or fall together. Write it last
   * there: other writers of the commune wait from here until the transaction ends.
   * @returns the line's number
   */
  async write(em: EntityManager, communeId: string, entry: JournalEntry): Promise<number> {
    await this.store.lock(em, communeId);
    const last = await this.store.last(em, communeId);
    const words = storableText(entry.words ?? '');
    const salt = words === '' ? '' : randomBytes(16).toString('base64url');
    const open: Omit<JournalLine, 'hash'> = {
      communeId,
      number: (last?.number ?? 0) + 1,
      at: this.clock.date().toISOString(),
      actorId: entry.actorId,
      action: entry.action,
      subjectType: entry.subjectType,
      subjectId: storableText(entry.subjectId),
      facts: storable(entry.facts ?? {}),
      wordsHash: words === '' ? '' : wordsHash(salt, words),
      previousHash: last?.hash ?? firstPreviousHash(communeId),
    };
    await this.store.append(em, {
      line: { ...open, hash: lineHash(open) },
      words: words === '' ? null : { salt, words },
    });
    this.witnessSoon(communeId);
    return open.number;
  }

  /**
   * Enters what was done while the database was down: at the end of the chain, with the instant it was done among
   * its facts (`happenedAt`). A second call with the same `spoolId` does nothing.
   * @param happened `at`: when it was done; `spoolId`: its identifier in the spool
   * @returns the line's number; null where it stands already
   */
  async writeLate(
    em: EntityManager,
    communeId: string,
    entry: JournalEntry,
    happened: { readonly at: Date; readonly spoolId: string },
  ): Promise<number | null> {
    await this.store.lock(em, communeId);
    if (await this.store.hasSpooled(em, communeId, happened.spoolId)) return null;
    const facts = { ...entry.facts, happenedAt: happened.at.toISOString(), spoolId: happened.spoolId };
    return await this.write(em, communeId, { ...entry, facts });
  }

  /** The newest first. @param before a line's number, to read on from there */
  async lines(
    communeId: string,
    {
      before = Number.MAX_SAFE_INTEGER,
      limit,
    }: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<(JournalLine & { readonly words: string | null })[]> {
    const stored = await this.database.inCommune(communeId, (em) =>
      this.store.before(em, communeId, before, limit),
    );
    return stored.map(({ line, words }) => ({ ...line, words: words?.words ?? null }));
  }

  /** Removes the words beside lines; the chain goes on to stand. */
  async eraseWords(em: EntityManager, communeId: string, numbers: readonly number[]): Promise<void> {
    await this.store.eraseWords(em, communeId, numbers);
  }

  /** Reads every line of the commune: about 100,000 a second. */
  async check(communeId: string): Promise<ChainResult> {
    // Before the lines: one written meanwhile must not look cut off.
    const chain = new ChainCheck(communeId, await this.witness.read(communeId));
    for (let number = 0; !chain.isDone;) {
      const from = number;
      const batch = await this.database.inCommune(communeId, (em) =>
        this.store.after(em, communeId, from, readAtOnce),
      );
      for (const { line, words } of batch) chain.take(line, words);
      const last = batch.at(-1);
      if (last === undefined) break;
      number = last.line.number;
    }
    return chain.end();
  }

  /** Notes the last committed line outside the database, now. */
  async witnessNow(communeId: string): Promise<void> {
    clearTimeout(this.unwitnessed.get(communeId));
    this.unwitnessed.delete(communeId);
    try {
      const last = await this.database.inCommune(communeId, (em) => this.store.last(em, communeId));
      if (last !== null)
        await this.witness.note(communeId, last.number, last.hash, this.clock.date().toISOString());
    } catch (error) {
      // The next line's note covers this one: the chain leads from it back to here.
      this.log.warn(`The journal's last line could not be witnessed: ${messageOf(error)}`);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.unwitnessed.keys()].map((communeId) => this.witnessNow(communeId)));
  }

  /** After the commit, which is the caller's and not known here: so the last line is read again. */
  private witnessSoon(communeId: string): void {
    if (this.unwitnessed.has(communeId)) return;
    const timer = setTimeout(() => void this.witnessNow(communeId), witnessAfterMs);
    timer.unref();
    this.unwitnessed.set(communeId, timer);
  }
}
