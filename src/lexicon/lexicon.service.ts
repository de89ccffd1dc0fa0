import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '../access/rights.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Database } from '../platform/database/database.ts';
import { formatLexicon, Lexicon, parseLexicon, sameForm } from '../speech/reading/lexicon.ts';
import type { LexiconEntry } from '../speech/reading/lexicon.ts';
import { fold } from '../speech/reading/syllable.ts';
import { CommuneReader } from './commune-reader.ts';
import { CommuneReading } from './commune-reading.service.ts';
import type { LexiconEntryRequest, LexiconQuery, PromoteRequest } from './lexicon.request.ts';
import { LexiconStore } from './lexicon.store.ts';
import type { ChangeCause, LexiconChange, StandingEntry } from './lexicon.store.ts';
import type { LexiconEntryView, LexiconVersionView, LexiconView, OwnEntryView } from './lexicon.view.ts';
import { MOST_OWN_ENTRIES, ownEntry, promoted } from './own-entry.ts';

const HISTORY = 200;

/** What changes a version: given what stands, the entries that become something else. */
type Work = (
  standing: readonly StandingEntry[],
  em: EntityManager,
) => Promise<LexiconChange[]> | LexiconChange[];

/** A commune's own words. Each change is a new version, with who and when; nothing that was recorded changes by it. */
@Injectable()
export class LexiconService {
  constructor(
    private readonly shipped: Lexicon,
    private readonly store: LexiconStore,
    private readonly readings: CommuneReading,
    private readonly database: Database,
    private readonly people: PeopleService,
    private readonly journal: JournalService,
    private readonly clock: Clock,
  ) {}

  /** Own and shipped entries in which the words stand, written or spoken. */
  async search(by: Person, { words, kind, limit }: LexiconQuery): Promise<LexiconView> {
    const { communeId } = by;
    const [reader, own] = await Promise.all([this.readings.of(communeId), this.standing(communeId)]);
    const sought = fold(words.normalize('NFC').trim());
    const fits = (entry: LexiconEntry): boolean =>
      (kind === undefined || entry.kind === kind) &&
      (fold(entry.written).includes(sought) ||
        entry.expansions.some(({ spoken }) => spoken.includes(sought)));
    const found = own.filter(({ entry }) => fits(entry)).slice(0, limit);
    const replaced = new Set(own.map(({ entry }) => entry.written));
    return {
      version: reader.version,
      ownVersion: reader.ownVersion,
      ownCount: own.length,
      shippedCount: this.shipped.entries.length,
      own: await this.ownViews(communeId, found),
      shipped: this.shipped.entries
        .filter((entry) => fits(entry) && !replaced.has(entry.written))
        .sort((a, b) => nearness(a, sought) - nearness(b, sought))
        .slice(0, limit)
        .map(entryView),
    };
  }

  async add(by: Person, request: LexiconEntryRequest): Promise<LexiconView> {
    const entry = ownEntry(request);
    await this.change(by, 'added', (standing) => {
      refuseTaken(standing, entry);
      return [{ entryId: newId(this.clock.now()), entry }];
    });
    return this.search(by, { words: entry.written, limit: 60 });
  }

  async edit(by: Person, id: string, request: LexiconEntryRequest): Promise<LexiconView> {
    const entry = ownEntry(request);
    await this.change(by, 'changed', (standing) => {
      one(standing, id);
      refuseTaken(standing, entry, id);
      return [{ entryId: id, entry }];
    });
    return this.search(by, { words: entry.written, limit: 60 });
  }

  async retire(by: Person, id: string): Promise<void> {
    await this.change(by, 'retired', async (standing, em) => {
      if (standing.some((each) => each.id === id)) return [{ entryId: id, entry: null }];
      if (!(await this.store.known(em, by.communeId, id))) throw missing();
      return [];
    });
  }

  /** A pick of one announcement becomes the commune's. */
  async promote(by: Person, request: PromoteRequest): Promise<void> {
    await this.change(by, 'promoted', (standing) => {
      const written = request.written.normalize('NFC').trim();
      const own = standing.find(({ entry }) => sameForm(entry, { written, kind: 'word' }));
      const known =
        own?.entry ?? this.shipped.entries.find((entry) => sameForm(entry, { written, kind: 'word' }));
      return [{ entryId: own?.id ?? newId(this.clock.now()), entry: promoted(request, known) }];
    });
  }

  /** @throws Failure `speech.lexicon-line` naming the line; entries of the same written form are replaced */
  async import(by: Person, file: string): Promise<number> {
    const entries = parseLexicon(file).map(({ alternatives: _, doubtful, ...entry }) =>
      ownEntry({ ...entry, doubtful: doubtful ?? false }),
    );
    if (entries.length === 0) throw new Failure('invalid', 'speech.lexicon-line', 'No entry in the file');
    await this.change(by, 'imported', (standing) =>
      entries.map((entry) => ({
        entryId: standing.find(({ entry: each }) => sameForm(each, entry))?.id ?? newId(this.clock.now()),
        entry,
      })),
    );
    return entries.length;
  }

  async export(by: Person): Promise<string> {
    return formatLexicon((await this.standing(by.communeId)).map(({ entry }) => entry));
  }

  async history(by: Person): Promise<LexiconVersionView[]> {
    const rows = await this.database.inCommune(by.communeId, (em) =>
      this.store.history(em, by.communeId, HISTORY),
    );
    const names = await this.people.names(by.communeId, [...new Set(rows.map(({ actorId }) => actorId))]);
    return rows.map(({ version, cause, actorId, changedAt, changes, written }) => ({
      ...{ version, cause, changes, written },
      byName: names.get(actorId) ?? '',
      at: changedAt.toISOString(),
    }));
  }

  /** A new version in which everything is as it was in an older one. @throws Failure `lexicon.version` */
  async revert(by: Person, version: number): Promise<void> {
    await this.change(by, 'reverted', async (standing, em) => {
      if (version > (await this.store.version(em, by.communeId)))
        throw new Failure('missing', 'lexicon.version', `There is no version ${version}`);
      const then = await this.store.standing(em, by.communeId, version);
      const was = new Map(then.map(({ id, entry }) => [id, entry]));
      const now = new Map(standing.map(({ id, entry }) => [id, entry]));
      return [...new Set([...was.keys(), ...now.keys()])]
        .filter((id) => JSON.stringify(was.get(id)) !== JSON.stringify(now.get(id)))
        .map((entryId) => ({ entryId, entry: was.get(entryId) ?? null }));
    });
  }

  /** How the commune would read with this entry, or without the one of that id: nothing is kept. */
  async trial(
    communeId: string,
    tried: { readonly entry: LexiconEntryRequest | null; readonly id?: string | undefined },
  ): Promise<{ now: CommuneReader; then: CommuneReader; forms: string[] }> {
    const [now, own] = await Promise.all([this.readings.of(communeId), this.standing(communeId)]);
    const entry = tried.entry === null ? null : ownEntry(tried.entry);
    const before = own.find(({ id }) => id === tried.id);
    const others = own.filter(
      ({ id, entry: each }) => id !== tried.id && !(entry !== null && sameForm(each, entry)),
    );
    const entries = [...others.map((each) => each.entry), ...(entry === null ? [] : [entry])];
    const then = new CommuneReader(this.shipped.with(entries), now.profile, now.ownVersion);
    const forms = [entry?.written, before?.entry.written].filter((form) => form !== undefined);
    return { now, then, forms: [...new Set(forms)] };
  }

  private async change(by: Person, cause: ChangeCause, work: Work): Promise<void> {
    const { communeId } = by;
    await this.database.inCommune(communeId, async (em) => {
      await this.store.lock(em, communeId);
      const standing = await this.store.standing(em, communeId);
      const changes = await work(standing, em);
      if (changes.length === 0) return;
      const added = changes.filter(({ entryId }) => !standing.some(({ id }) => id === entryId));
      if (standing.length + added.length > MOST_OWN_ENTRIES)
        throw new Failure('conflict', 'lexicon.full', `At most ${MOST_OWN_ENTRIES} own entries`);
      const at = this.clock.date();
      const version = await this.store.append(em, communeId, { actorId: by.id, cause, at }, changes);
      await this.journal.write(em, communeId, {
        actorId: by.id,
        action: 'lexicon.changed',
        subjectType: 'lexicon',
        subjectId: String(version),
        facts: {
          cause,
          entryIds: changes.slice(0, 50).map(({ entryId }) => entryId),
          changes: changes.length,
        },
        // Names of people stand in a lexicon: they lie where they can be erased.
        words: formatLexicon(changes.slice(0, 50).flatMap(({ entry }) => entry ?? [])),
      });
    });
    this.readings.forget(communeId);
  }

  private standing(communeId: string): Promise<StandingEntry[]> {
    return this.database.inCommune(communeId, (em) => this.store.standing(em, communeId));
  }

  private async ownViews(communeId: string, own: readonly StandingEntry[]): Promise<OwnEntryView[]> {
    const names = await this.people.names(communeId, [...new Set(own.map(({ actorId }) => actorId))]);
    const shipped = new Set(this.shipped.entries.map(({ written }) => written));
    return own.map(({ id, entry, version, actorId, changedAt }) => ({
      ...entryView(entry),
      ...{ id, version },
      changedByName: names.get(actorId) ?? '',
      changedAt: changedAt.toISOString(),
      replacesShipped: shipped.has(entry.written),
    }));
  }
}

function entryView({ written, kind, expansions, doubtful }: LexiconEntry): LexiconEntryView {
  return {
    written,
    kind,
    expansions: expansions.map(({ spoken, next, previous }) => ({
      spoken,
      next: [...(next ?? [])],
      previous: [...(previous ?? [])],
    })),
    doubtful: doubtful ?? false,
  };
}

/** The form itself first, then what begins with it, then the rest. */
function nearness({ written }: LexiconEntry, sought: string): number {
  const form = fold(written);
  return form === sought ? 0 : form.startsWith(sought) ? 1 : 2;
}

function one(standing: readonly StandingEntry[], id: string): StandingEntry {
  const found = standing.find((each) => each.id === id);
  if (found === undefined) throw missing();
  return found;
}

function missing(): Failure {
  return new Failure('missing', 'lexicon.missing', 'No such entry');
}

function refuseTaken(standing: readonly StandingEntry[], entry: LexiconEntry, id?: string): void {
  if (!standing.some((each) => each.id !== id && sameForm(each.entry, entry))) return;
  const message = 'There is an entry of this form';
  throw new Failure('conflict', 'lexicon.taken', message, {
    fields: [{ path: 'written', code: 'lexicon.taken', message }],
  });
}
