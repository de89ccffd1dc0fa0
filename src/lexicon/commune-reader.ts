import type { Lexicon } from '../speech/reading/lexicon.ts';
import type { ReadingProfile } from '../speech/reading/numbers.ts';
import { readAloud } from '../speech/reading/reading.ts';
import type { Reading, ReadingOptions } from '../speech/reading/reading.ts';

/** Reads as one commune wants to be read to: its lexicon, its way to say numbers. Not changed once made. */
export class CommuneReader {
  /** `shipped.own.profile`, as `3f2a91bc.12.north`: kept with each recording. */
  readonly version: string;

  constructor(
    readonly lexicon: Lexicon,
    readonly profile: ReadingProfile,
    readonly ownVersion: number,
  ) {
    this.version = `${lexicon.version}.${ownVersion}.${profile}`;
  }

  /** @throws what `readAloud` throws */
  read(text: string, options: Pick<ReadingOptions, 'picks' | 'given'> = {}): Reading {
    return readAloud(text, { ...options, lexicon: this.lexicon, profile: this.profile });
  }
}
