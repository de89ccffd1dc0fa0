import { Injectable } from '@nestjs/common';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { orLastKnown } from '../base/patience.ts';
import { Database } from '../platform/database/database.ts';
import { Lexicon } from '../speech/reading/lexicon.ts';
import { CommuneReader } from './commune-reader.ts';
import { LexiconStore } from './lexicon.store.ts';

const freshMs = 5_000;
const patienceMs = 700;

interface Seen {
  readonly reader: CommuneReader;
  readonly at: number;
}

/** The one place where everybody gets a commune's reader. */
@Injectable()
export class CommuneReading {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly shipped: Lexicon,
    private readonly store: LexiconStore,
    private readonly database: Database,
    private readonly communes: CommuneService,
    private readonly clock: Clock,
    events: Events,
  ) {
    events.on('commune.changed', ({ communeId }) => this.forget(communeId));
  }

  /**
   * Up to 5 s old where another service changed it, at once where this one did. With the database down the last one
   * known, or the shipped lexicon: an emergency is read in any case.
   */
  async of(communeId: string): Promise<CommuneReader> {
    const seen = this.seen.get(communeId);
    // A clock may be set back.
    if (seen !== undefined && Math.abs(this.clock.now() - seen.at) < freshMs) return seen.reader;
    const known = seen?.reader ?? new CommuneReader(this.shipped, 'north', 0);
    return orLastKnown(this.load(communeId, seen?.reader), patienceMs, known);
  }

  /** To be called when the commune's lexicon was changed here. */
  forget(communeId: string): void {
    const seen = this.seen.get(communeId);
    // Kept for when the database is down; only no longer fresh.
    if (seen !== undefined) this.seen.set(communeId, { ...seen, at: Number.NEGATIVE_INFINITY });
  }

  private async load(communeId: string, known: CommuneReader | undefined): Promise<CommuneReader> {
    const at = this.clock.now();
    const { settings } = await this.communes.get(communeId);
    const profile = settings.readingProfile;
    const reader = await this.database.inCommune(communeId, async (em) => {
      const version = await this.store.version(em, communeId);
      if (version === known?.ownVersion && profile === known.profile) return known;
      const own = await this.store.standing(em, communeId);
      return new CommuneReader(this.shipped.with(own.map(({ entry }) => entry)), profile, version);
    });
    this.seen.set(communeId, { reader, at });
    return reader;
  }
}
