import type { BroadcastRequest } from '../../src/broadcasts/broadcast.request.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import type { Caller } from '../stage/caller.ts';
import { corpus, intoTheFuture } from '../stage/corpus.ts';
import type { CorpusAnnouncement } from '../stage/corpus.ts';
import { approved, scheduleAt } from '../stage/village.ts';

/** Between the last thing scheduled and its first sound: the poles fetch their programmes and the sound (ms). */
const leadMs = 6_000;

export interface Planned {
  readonly titles: string[];
  /** The first announcement, to be looked at. */
  readonly firstId: string;
  readonly startAt: number;
  readonly endAt: number;
}

interface Item {
  /** Of the corpus. */
  readonly id: string;
  readonly villages: readonly string[] | null;
}

/** At once, each in its own villages: every pole speaks within the first minute. */
const first: readonly Item[] = [
  { id: 'invitation', villages: ['Hòa Bình', 'Ea Mlang', 'Krông Bút'] },
  { id: 'TB-007', villages: ['Tân Tiến'] },
];
const later: readonly Item[] = [
  { id: 'TB-030', villages: ['Ea Mlang', 'Krông Bút'] },
  { id: 'TB-031', villages: ['Hòa Bình'] },
  { id: 'TB-003', villages: null },
  { id: 'TB-022', villages: ['Tân Tiến'] },
  { id: 'TB-026', villages: null },
];

/** What staff write for short, all in one: a title, a time, a date, a telephone number. */
const invitation: CorpusAnnouncement = {
  id: 'invitation',
  title: 'Mời họp bàn làm đường giao thông',
  kind: 'regular',
  zone: 'toàn xã',
  text:
    'UBND xã thông báo: Đ/c Chủ tịch UBND xã mời đại diện các hộ gia đình dự họp lúc 7h30 thứ Bảy, ngày 05/12/2026, ' +
    'tại nhà văn hóa các thôn, để bàn việc làm đường giao thông và đóng góp ngày công. Hộ nào bận việc, xin báo ' +
    'trước cho trưởng thôn hoặc gọi số điện thoại 0912 345 678. Đề nghị bà con sắp xếp thời gian, đến dự đầy đủ và ' +
    'đúng giờ.',
};

/** The editor and the approver of the demonstration at work. */
export class Station {
  private readonly texts = new Map([
    ...corpus(),
    [invitation.id, { ...invitation, text: intoTheFuture(invitation.text, Date.now()) }],
  ]);
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
    const [opening] = ready;
    if (opening === undefined) throw new Error('Nothing to say');
    return {
      titles: ready.map(({ title }) => title),
      firstId: opening.announcementId,
      startAt,
      endAt: this.nextFreeAt,
    };
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
