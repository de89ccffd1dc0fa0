import { expect } from '@jest/globals';
import { decide, naturalEndAt } from '../../devices/protocol/decide.ts';
import type { Begun, Due } from '../../devices/protocol/decide.ts';
import type { Programme } from '../../devices/protocol/pole-messages.ts';
import type { AnnouncementView } from '../../src/announcements/announcement.view.ts';
import type { ForeseenView } from '../../src/broadcasts/broadcast.view.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { approved, scheduleAt } from '../stage/village.ts';
import type { People } from '../stage/village.ts';

const dayMs = 86_400_000;
/** How finely a kept programme is walked through. */
const stepMs = 20;

/** Two priority announcements. */
export async function twoUrgent({ editor, approver }: People): Promise<[AnnouncementView, AnnouncementView]> {
  const urgent = (title: string, text: string): Promise<AnnouncementView> =>
    approved(editor.caller, approver.caller, { title, text, priority: 'priority' });
  return [
    await urgent('Họp gấp', 'Mời bà con đến nhà văn hóa họp lúc bảy giờ tối.'),
    await urgent('Cắt điện', 'Sáng mai cắt điện toàn thôn để sửa đường dây.'),
  ];
}

/**
 * "What will this pole play tomorrow?": a long regular item, and two priority ones that break in and collide. The answer
 * is held against what each pole itself would do with the programme on its own disk, walked through step by step.
 */
export async function tomorrowAsTold(
  people: People,
  poles: readonly Pole[],
  announcements: { readonly regular: AnnouncementView; readonly urgent: readonly AnnouncementView[] },
): Promise<void> {
  const { caller } = people.editor;
  const { regular, urgent } = announcements;
  const at = Math.ceil(Date.now() / 1_000) * 1_000 + dayMs;
  const target = { kind: 'loudspeakers' as const, loudspeakerIds: poles.map(({ id }) => id) };
  const ids = [(await scheduleAt(caller, regular.id, at, target)).id];
  for (const { id } of urgent) ids.push((await scheduleAt(caller, id, at + 2_000, target)).id);
  for (const pole of poles) {
    const programme = await until(
      `${pole.name} to keep it on its disk, sounds and all`,
      async () => {
        const kept = await pole.keptProgramme();
        if (kept === null) return undefined;
        const mine = kept.items.filter(({ broadcast }) => ids.includes(broadcast));
        const isHere =
          mine.length === ids.length && (await pole.holds(mine.map(({ audio }) => audio.sha256)));
        return isHere ? kept : undefined;
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );
    const does = walked(programme, at - 1_000, at + 180_000);
    const told = (await ahead(people, pole, at - 60_000))
      .filter(({ broadcastId }) => ids.includes(broadcastId))
      .flatMap(({ broadcastId, parts }) => parts.map((part) => ({ broadcastId, at: Date.parse(part.at) })))
      .sort((a, b) => a.at - b.at);
    // All three, the regular one maybe in two parts.
    expect(new Set(told.map(({ broadcastId }) => broadcastId))).toEqual(new Set(ids));
    expect(told.map(({ broadcastId }) => broadcastId)).toEqual(does.map(({ due }) => due.broadcast));
    for (const [index, start] of told.entries())
      expect(Math.abs(start.at - (does[index]?.at ?? 0))).toBeLessThanOrEqual(2 * stepMs);
  }
}

/** What the service says that this pole will do. */
export function ahead(people: People, pole: Pole, from: number): Promise<ForeseenView[]> {
  const query = `from=${encodeURIComponent(new Date(from).toISOString())}&days=1`;
  return people.technician.caller.get<ForeseenView[]>(`/api/loudspeakers/${pole.id}/ahead?${query}`);
}

/** A pole that does what `decide` says with this programme and has every sound: each stretch that begins to sound. */
function walked(programme: Programme, from: number, to: number): { due: Due; at: number }[] {
  const began = new Map<string, Begun>();
  const ended = new Set<string>();
  const heldAudio = new Set(programme.items.map(({ audio }) => audio.sha256));
  const starts: { due: Due; at: number }[] = [];
  let sounding: { due: Due; partAt: number; fromMs: number } | null = null;
  for (let now = from; now < to; now += stepMs) {
    if (sounding !== null && now >= naturalEndAt(sounding.due, sounding)) {
      ended.add(sounding.due.airing);
      sounding = null;
    }
    const { sound, pause, end, missed } = decide({ programme, orders: [], began, ended, heldAudio }, now);
    for (const { due } of [...end, ...missed]) ended.add(due.airing);
    if (sounding !== null && sounding.due.airing !== sound?.airing) {
      const { due, partAt, fromMs } = sounding;
      const isPaused = pause.some(({ airing }) => airing === due.airing);
      const goesOnFrom = due.afterCut === 'restart' ? 0 : fromMs + now - partAt;
      if (isPaused) began.set(due.airing, { beganAt: partAt, partAt: null, fromMs: goesOnFrom });
      else ended.add(due.airing);
      sounding = null;
    }
    if (sound === null || sounding !== null) continue;
    const before: Begun | undefined = began.get(sound.airing);
    const fromMs: number = before?.fromMs ?? 0;
    began.set(sound.airing, { beganAt: before?.beganAt ?? now, partAt: now, fromMs });
    sounding = { due: sound, partAt: now, fromMs };
    starts.push({ due: sound, at: now });
  }
  return starts;
}
