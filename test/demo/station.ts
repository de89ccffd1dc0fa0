import type { BroadcastRequest } from '../../src/broadcasts/broadcast.request.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import type { Caller } from '../stage/caller.ts';
import { corpus } from '../stage/corpus.ts';
import { approved, scheduleAt } from '../stage/village.ts';

/** Between the last thing scheduled and its first sound: the poles fetch their programmes and the sound (ms). */
const leadMs = 6_000;

export interface Planned {
  readonly titles: string[];
  readonly startAt: number;
  readonly endAt: number;
}

interface Item {
  readonly id: string;
  readonly villages: readonly string[] | null;
}

/** At once, each in its own villages: every pole speaks within the first minute. */
const first: readonly Item[] = [
  { id: 'TB-039', villages: ['Hòa Bình', 'Ea Mlang', 'Krông Bút'] },
  { id: 'TB-007', villages: ['Tân Tiến'] },
];
const later: readonly Item[] = [
  { id: 'TB-030', villages: ['Ea Mlang', 'Krông Bút'] },
  { id: 'TB-031', villages: ['Hòa Bình'] },
  { id: 'TB-003', villages: null },
  { id: 'TB-022', villages: ['Tân Tiến'] },
  { id: 'TB-026', villages: null },
];

/** The editor and the approver of the demonstration at work. */
export class Station {
  private readonly texts = corpus();
  private nextFreeAt = 0;

  constructor(
    private readonly editor: Caller,
    private readonly approver: Caller,
    private readonly villages: readonly VillageView[],
  ) {}

  async firstMinute(): Promise<Planned> {
    const ready = [];
    for (const item of first) ready.push({ item, ...(await this.approve(item)) });
    const startAt = Math.ceil((Date.now() + leadMs) / 1_000) * 1_000;
    for (const { item, announcementId } of ready) {
      await scheduleAt(this.editor, announcementId, startAt, this.target(item));
    }
    this.nextFreeAt = startAt + Math.ceil(Math.max(...ready.map(({ soundSeconds }) => soundSeconds))) * 1_000;
    return { titles: ready.map(({ title }) => title), startAt, endAt: this.nextFreeAt };
  }

  /** One announcement after another, so that there is always something to see. Until the program is stopped. */
  async goOn(): Promise<never> {
    for (let index = 0; ; index += 1) {
      const item = later[index % later.length];
      if (item === undefined) throw new Error('Nothing to say');
      const { announcementId, soundSeconds } = await this.approve(item);
      const at = Math.ceil(Math.max(Date.now() + leadMs, this.nextFreeAt + 5_000) / 1_000) * 1_000;
      await scheduleAt(this.editor, announcementId, at, this.target(item));
      this.nextFreeAt = at + Math.ceil(soundSeconds) * 1_000;
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(1_000, this.nextFreeAt - Date.now() - 20_000)),
      );
    }
  }

  private async approve({
    id,
  }: Item): Promise<{ announcementId: string; title: string; soundSeconds: number }> {
    const text = this.texts.get(id);
    if (text === undefined) throw new Error(`No announcement ${id}`);
    const {
      id: announcementId,
      title,
      recording,
    } = await approved(this.editor, this.approver, {
      title: text.title,
      text: text.text,
      priority: text.kind === 'urgent' ? 'priority' : 'regular',
    });
    return { announcementId, title, soundSeconds: recording?.seconds ?? 0 };
  }

  private target({ villages }: Item): BroadcastRequest['target'] {
    if (villages === null) return { kind: 'commune' };
    const wanted = this.villages.filter(({ name }) => villages.includes(name));
    return { kind: 'villages', villageIds: wanted.map(({ id }) => id) };
  }
}
