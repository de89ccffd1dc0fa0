import { Injectable } from '@nestjs/common';
import { villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { Database } from '../platform/database/database.ts';
import { Failure } from '../base/failure.ts';
import type { CommuneReader } from '../lexicon/commune-reader.ts';
import type { LexiconEntryRequest } from '../lexicon/lexicon.request.ts';
import { LexiconService } from '../lexicon/lexicon.service.ts';
import type { Announcement } from './announcement.ts';
import { AnnouncementStore } from './announcement.store.ts';
import type { AffectedView } from './announcement.view.ts';
import { readingOf } from './saying.ts';

/** Read anew at most: about a second of work. */
const MOST_READ = 500;
const MOST_SHOWN = 20;

/** Which stored announcements would be read otherwise with another lexicon. Shows; changes nothing. */
@Injectable()
export class AffectedService {
  constructor(
    private readonly database: Database,
    private readonly store: AnnouncementStore,
    private readonly lexicon: LexiconService,
  ) {}

  /** @param tried the entry as typed, null for the one of that id taken away */
  async by(
    person: Person,
    tried: { readonly entry: LexiconEntryRequest | null; readonly id?: string | undefined },
  ): Promise<AffectedView> {
    const { communeId } = person;
    const { now, then, forms } = await this.lexicon.trial(communeId, tried);
    const villageIds = villagesFor(person, 'announcements.read');
    const stored = await this.database.inCommune(communeId, (em) =>
      this.store.holding(em, communeId, { forms, villageIds, limit: MOST_READ }),
    );
    const affected = stored.flatMap((announcement) => {
      const change = changeOf(announcement, now, then);
      return change === undefined ? [] : [{ announcement, ...change }];
    });
    return {
      count: affected.length,
      more: stored.length === MOST_READ,
      announcements: affected
        .slice(0, MOST_SHOWN)
        .map(({ announcement: { id, title, state }, ...change }) => ({
          ...{ id, title, state },
          ...change,
        })),
    };
  }
}

/** The first sentence that would be said otherwise, as now and as then. */
function changeOf(
  announcement: Announcement,
  now: CommuneReader,
  then: CommuneReader,
): { before: string; after: string } | undefined {
  try {
    const before = readingOf(announcement, now);
    const after = readingOf(announcement, then);
    if (before === null || after === null || before.spoken === after.spoken) return undefined;
    const at = before.sentences.findIndex((sentence, place) => sentence !== after.sentences[place]);
    return { before: before.sentences[at] ?? '', after: after.sentences[at] ?? '' };
  } catch (error) {
    // What cannot be read cannot be read otherwise.
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
