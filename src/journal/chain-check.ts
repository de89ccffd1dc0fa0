import { firstPreviousHash, lineHash, wordsHash } from './journal-line.ts';
import type { JournalLine } from './journal-line.ts';

export interface ChainResult {
  /** Lines that were read. */
  readonly lines: number;
  /** The number of the first line that was changed, moved or removed; null where all stand. */
  readonly firstFaultAt: number | null;
  readonly fault: 'changed' | 'removed' | 'moved' | 'words-changed' | null;
  /** Of the last line that was read, or what a first line would have before it. */
  readonly lastHash: string;
}

/**
 * Reads a commune's lines in the order of their numbers and finds the first that is not what was written.
 *
 * The chain alone finds every change, swap and removal within it. It cannot find that the last lines were cut off,
 * nor that somebody computed all hashes anew after a change: for these the *witness* knows, from outside the
 * database, which hash some of the numbers had.
 */
export class ChainCheck {
  private lines = 0;
  private previousHash: string;
  private witnessedUpTo = 0;
  private found: Pick<ChainResult, 'firstFaultAt' | 'fault'> = { firstFaultAt: null, fault: null };

  constructor(
    communeId: string,
    /** Number → hash, as it was written down outside the database. */
    private readonly witnessed: ReadonlyMap<number, string>,
  ) {
    this.previousHash = firstPreviousHash(communeId);
  }

  /** Whether a fault was found: what follows it proves nothing more. */
  get isDone(): boolean {
    return this.found.fault !== null;
  }

  /** @param words as they lie beside the line; null where there are none (any more) */
  take(line: JournalLine, words: { readonly salt: string; readonly words: string } | null): void {
    if (this.isDone) return;
    const number = this.lines + 1;
    this.lines = number;
    if (line.number !== number) {
      this.found = { firstFaultAt: number, fault: 'removed' };
    } else if (line.previousHash !== this.previousHash || line.hash !== lineHash(line)) {
      this.found = { firstFaultAt: number, fault: this.isFromElsewhere(line) ? 'moved' : 'changed' };
    } else if (this.witnessed.has(number) && this.witnessed.get(number) !== line.hash) {
      // Computed anew from some line on, after the last one that was witnessed as it stands.
      this.found = { firstFaultAt: this.witnessedUpTo + 1, fault: 'changed' };
    } else if (words !== null && line.wordsHash !== wordsHash(words.salt, words.words)) {
      this.found = { firstFaultAt: number, fault: 'words-changed' };
    } else {
      this.previousHash = line.hash;
      if (this.witnessed.has(number)) this.witnessedUpTo = number;
    }
  }

  end(): ChainResult {
    if (!this.isDone) {
      let last = 0;
      for (const number of this.witnessed.keys()) last = Math.max(last, number);
      if (last > this.lines) this.found = { firstFaultAt: this.lines + 1, fault: 'removed' };
    }
    return { lines: this.lines, ...this.found, lastHash: this.previousHash };
  }

  /** Whether the line is whole, follows another one, and belongs at another number. */
  private isFromElsewhere(line: JournalLine): boolean {
    if (line.previousHash === this.previousHash) return false;
    for (let number = Math.max(1, line.number - reach); number <= line.number + reach; number += 1) {
      if (lineHash({ ...line, number }) === line.hash) return true;
    }
    return false;
  }
}

/** How far around the place where a line was found its own place is sought: about 10 ms. */
const reach = 1_000;
