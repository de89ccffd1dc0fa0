import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { orLastKnown } from '../base/patience.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import { KeptFile } from '../platform/files/kept.file.ts';
import type { CommuneRequest } from './account.request.ts';
import { communeView } from './account.view.ts';
import type { CommuneView } from './account.view.ts';
import { settingsAtFirst } from './commune.ts';
import type { Commune } from './commune.ts';
import { CommuneStore } from './commune.store.ts';

declare module '../base/events.ts' {
  interface News {
    'commune.changed': { communeId: string };
  }
}

const freshMs = 10_000;
const patienceMs = 700;

interface Seen {
  readonly view: CommuneView;
  readonly at: number;
  /** Which question it answers, counted from the start. */
  readonly asked: number;
}

@Injectable()
export class CommuneService {
  private readonly seen = new Map<string, Seen>();
  private asked = 0;
  private readonly files = new Map<string, KeptFile<CommuneView>>();

  constructor(
    private readonly store: CommuneStore,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Up to 10 s old; with the database down as it was last seen, however long ago, if need be by an earlier run.
   * @throws Failure `accounts.no-commune`
   */
  async get(communeId: string): Promise<CommuneView> {
    const seen = this.seen.get(communeId);
    const now = this.clock.now();
    // A clock may be set back.
    if (seen !== undefined && Math.abs(now - seen.at) < freshMs) return seen.view;
    const lastKnown = seen?.view ?? (await this.fileOf(communeId).read());
    const read = this.read(communeId);
    return lastKnown === null ? await read : await orLastKnown(read, patienceMs, lastKnown);
  }

  /** Every commune that this service serves. */
  async ids(): Promise<string[]> {
    return await this.store.ids();
  }

  async change(by: Person, to: CommuneRequest): Promise<CommuneView> {
    const view = await this.store.change(by.communeId, async (commune, em) => {
      const changed = commune.change(to);
      if (changed.length > 0)
        await this.journal.write(em, by.communeId, {
          actorId: by.id,
          action: 'accounts.commune-changed',
          subjectType: 'commune',
          subjectId: commune.id,
          facts: { changed, settings: commune.settings },
        });
      return viewOf(commune);
    });
    this.see(view, (this.asked += 1));
    this.events.tell('commune.changed', { communeId: by.communeId });
    return view;
  }

  private async read(communeId: string): Promise<CommuneView> {
    const asked = (this.asked += 1);
    const view = viewOf(await this.store.byId(communeId));
    this.see(view, asked);
    return view;
  }

  /** What was asked before a change and is answered after it is no news any more. */
  private see(view: CommuneView, asked: number): void {
    if ((this.seen.get(view.id)?.asked ?? 0) > asked) return;
    this.seen.set(view.id, { view, at: this.clock.now(), asked });
    void this.fileOf(view.id).keep(view);
  }

  private fileOf(communeId: string): KeptFile<CommuneView> {
    const { dataDirectory } = this.config.values;
    const file =
      this.files.get(communeId) ??
      new KeptFile(join(dataDirectory, 'safety', 'communes', `${communeId}.json`), communeView);
    this.files.set(communeId, file);
    return file;
  }
}

export function viewOf({ id, name, province, settings }: Commune): CommuneView {
  // A commune that was founded before a setting existed has its first value.
  const { timeZone, ...rest } = { ...settingsAtFirst, ...settings };
  return { id, name, province, timeZone, settings: rest };
}
