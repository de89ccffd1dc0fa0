import { createHash } from 'node:crypto';

/** What a room writes: who did what to which thing. `facts` are ids, numbers and hashes; personal text is `words`. */
export interface JournalEntry {
  /** null: the service itself. */
  readonly actorId: string | null;
  /** `room.what`, worded by the console. */
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Erasable; what is left when it is erased is a salted hash. */
  readonly words?: string;
}

/** A line as it stands in the chain. */
export interface JournalLine {
  readonly communeId: string;
  /** 1, 2, 3, … within the commune, without gaps. */
  readonly number: number;
  /** ISO 8601, UTC, milliseconds: when it was written. */
  readonly at: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** `wordsHash()` of the words, '' where there were none. */
  readonly wordsHash: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** What the first line of a commune has as its previous hash. */
export function firstPreviousHash(communeId: string): string {
  return sha256(`loa-journal/1\n${communeId}`);
}

/**
 * SHA-256, in hex, over the UTF-8 bytes of the JSON array
 * `[previousHash, number, at, actorId, action, subjectType, subjectId, facts, wordsHash]` without blanks, the keys of
 * objects within `facts` sorted by their UTF-16 code units (whole numbers first, as ECMAScript lists them). So a program of another maker can check a chain.
 */
export function lineHash(line: Omit<JournalLine, 'hash' | 'communeId'>): string {
  return sha256(
    JSON.stringify([
      line.previousHash,
      line.number,
      line.at,
      line.actorId,
      line.action,
      line.subjectType,
      line.subjectId,
      sorted(line.facts),
      line.wordsHash,
    ]),
  );
}

/** SHA-256, in hex, of the salt and the words: without the salt, a hash of a name would be as good as the name. */
export function wordsHash(salt: string, words: string): string {
  return sha256(`${salt}\n${words}`);
}

/** As the database gives them back: no `undefined`, no NUL, no lone surrogates. */
export function storable(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(facts), (_, value: unknown) =>
    typeof value === 'string' ? storableText(value) : value,
  ) as Record<string, unknown>;
}

export function storableText(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\0', '');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  // Keys that look like whole numbers come first in any object, in every engine: ECMA-262, OrdinaryOwnPropertyKeys.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
