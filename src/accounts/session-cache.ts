import type { Person } from '../access/rights.ts';

export interface Held {
  readonly person: Person;
  readonly readAt: number;
  /** Whether that reading was a person's use of the session, and noted as such. */
  readonly isUse: boolean;
  readonly expiresAt: number;
}

/** Sessions seen lately, by the hash of their token. Instants in ms since 1970. */
export class SessionCache {
  private readonly held = new Map<string, Held>();
  /** Told when somebody is in it, out of it or of other rights than before; not when one was merely read again. */
  onChange: () => void = () => undefined;

  constructor(
    private readonly freshMs = 5_000,
    /** With the database down a session goes on as it was last read, for so long. */
    private readonly reliedOnMs = 12 * 3_600_000,
    private readonly size = 10_000,
  ) {}

  /** As read a moment ago; a use of the session is not answered from a reading that was none. */
  fresh(tokenHash: string, now: number, isUse: boolean): Person | null {
    return isUse && this.held.get(tokenHash)?.isUse === false
      ? null
      : this.within(tokenHash, now, this.freshMs);
  }

  /** As it was last read: for when nobody can be asked. */
  lastKnown(tokenHash: string, now: number): Person | null {
    return this.within(tokenHash, now, this.reliedOnMs);
  }

  put(tokenHash: string, held: Held): void {
    const before = this.held.get(tokenHash);
    this.held.delete(tokenHash);
    this.held.set(tokenHash, held);
    if (this.held.size > this.size) {
      const [oldest] = this.held.keys();
      if (oldest !== undefined) this.held.delete(oldest);
    }
    if (JSON.stringify(before?.person) !== JSON.stringify(held.person)) this.onChange();
  }

  /** All of them, for one who keeps them. */
  entries(): [tokenHash: string, held: Held][] {
    return [...this.held];
  }

  forget(tokenHashes: readonly string[]): void {
    const had = tokenHashes.filter((hash) => this.held.delete(hash));
    if (had.length > 0) this.onChange();
  }

  /** Someone's rights changed: they are read again at the next request. */
  forgetPerson(personId: string): void {
    this.forget(this.entries().flatMap(([hash, { person }]) => (person.id === personId ? [hash] : [])));
  }

  private within(tokenHash: string, now: number, ms: number): Person | null {
    const held = this.held.get(tokenHash);
    return held === undefined || now >= held.expiresAt || now - held.readAt >= ms ? null : held.person;
  }
}
