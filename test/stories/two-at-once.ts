import { expect } from '@jest/globals';
import type { Programme } from '../../devices/protocol/pole-messages.ts';
import type { AnnouncementView } from '../../src/announcements/announcement.view.ts';
import type { AiringView, CollisionView, ForeseenView } from '../../src/broadcasts/broadcast.view.ts';
import { recordingsOf } from '../demo/prove-all.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { prove, rate, samplesOf, sharedStart } from '../stage/proof.ts';
import type { Service } from '../stage/service.ts';
import { scheduleAt } from '../stage/village.ts';
import type { People } from '../stage/village.ts';
import { ahead } from './tomorrow.ts';

const leadMs = 12_000;
/** Between what was foreseen and what the sink's own clock wrote down: the amplifier, the mixer and a loaded machine. */
const sameStartMs = 1_000;
const isOpen: ReadonlySet<string> = new Set(['planned', 'started', 'paused']);
/** Of its words; the tune at its end, which the other one has as well, is less than half of what is looked at. */
const recognisedAbove = 0.65;

export interface TwoAtOnce {
  readonly at: number;
  /** In the order in which they were scheduled. */
  readonly ids: readonly [string, string];
  readonly airings: readonly AiringView[];
}

/**
 * The same two priority announcements for the same instant on two poles: on one nobody decides, on the other somebody
 * puts the later one first. The undecided one is a desk. Each plays both, whole, in the order that was told beforehand. Both poles hold the sounds.
 */
export async function twoAtOnce(
  service: Service,
  people: People,
  poles: { readonly undecided: Pole; readonly decided: Pole },
  [meeting, power]: readonly [AnnouncementView, AnnouncementView],
): Promise<{ undecided: TwoAtOnce; decided: TwoAtOnce }> {
  const { editor } = people;
  const at = Math.ceil((Date.now() + leadMs) / 1_000) * 1_000;
  const both = async (pole: Pole): Promise<[string, string]> => {
    const target = { kind: 'loudspeakers' as const, loudspeakerIds: [pole.id] };
    const first = await scheduleAt(editor.caller, meeting.id, at, target);
    const second = await scheduleAt(editor.caller, power.id, at, target);
    return [first.id, second.id];
  };
  const ids = { undecided: await both(poles.undecided), decided: await both(poles.decided) };

  const asked = await editor.caller.get<CollisionView[]>('/api/collisions');
  for (const [earlier, later] of [ids.undecided, ids.decided])
    expect(asked).toContainEqual(
      expect.objectContaining({
        ...{ earlier: { id: earlier, title: 'Họp gấp' }, later: { id: later, title: 'Cắt điện' } },
        ...{ firstId: null, poles: 1, at: new Date(at).toISOString() },
      }),
    );
  const [secondId, firstId] = ids.decided;
  await editor.caller.post('/api/collisions', { firstId, secondId });

  await until(
    'both poles to hold what was decided',
    async () => {
      const [one, other] = [await poles.undecided.keptProgramme(), await poles.decided.keptProgramme()];
      const waits = (programme: Programme | null, id: string): boolean =>
        programme?.items.some(({ broadcast, after }) => broadcast === id && after !== null) === true;
      return (waits(one, ids.undecided[1]) && waits(other, secondId)) || undefined;
    },
    { timeoutMs: Math.max(1_000, at - Date.now()), everyMs: 100 },
  );
  const [meetingSound, powerSound] = await Promise.all(
    ids.undecided.map(async (id) => (await recordingsOf(service, id, editor.caller)).get('vi')),
  );
  if (meetingSound === undefined || powerSound === undefined) throw new Error('No recordings');
  const recordings = new Map([
    ['Họp gấp', meetingSound],
    ['Cắt điện', powerSound],
  ]);
  const settle = async (
    pole: Pole,
    pair: readonly [string, string],
    claim: 'played' | 'left-desk',
  ): Promise<TwoAtOnce> => {
    const foreseen = startsOf(await ahead(people, pole, Date.now()), pair);
    const airings = await until(
      `both to be over at ${pole.name}`,
      async () => {
        const all = (await airingsAround(people, at)).filter(({ broadcastId }) => pair.includes(broadcastId));
        return all.length === 2 && all.every(({ state }) => !isOpen.has(state)) ? all : undefined;
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );
    expect(airings.map(({ title, state, reason }) => ({ title, state, reason }))).toEqual(
      foreseen.map(({ title }) => ({ title, state: claim, reason: null })),
    );
    const heard = await inOrderHeard(pole, at, recordings);
    expect(heard.map(({ title }) => title)).toEqual(foreseen.map(({ title }) => title));
    for (const [index, { at: heardAt }] of heard.entries())
      expect(Math.abs(heardAt - (foreseen[index]?.at ?? 0))).toBeLessThanOrEqual(sameStartMs);
    // The as-run log has them in the order in which they sounded.
    expect(airings.map(({ title }) => title)).toEqual(heard.map(({ title }) => title));
    return { at, ids: pair, airings };
  };
  const [undecided, decided] = await Promise.all([
    settle(poles.undecided, ids.undecided, 'left-desk'),
    settle(poles.decided, ids.decided, 'played'),
  ]);
  return { undecided, decided };
}

async function airingsAround(people: People, at: number): Promise<AiringView[]> {
  const [from, to] = [at - 60_000, at + 60_000].map((each) => new Date(each).toISOString());
  return people.editor.caller.get<AiringView[]>(`/api/airings?from=${from}&until=${to}`);
}

function startsOf(told: readonly ForeseenView[], ids: readonly string[]): { title: string; at: number }[] {
  return told
    .filter(({ broadcastId }) => ids.includes(broadcastId))
    .map(({ title, parts }) => ({ title, at: Date.parse(parts[0]?.at ?? '') }));
}

/** These recordings as they are heard in the pole's sink, each once, by the sink's own clock; the first one first. */
function inOrderHeard(
  pole: Pole,
  since: number,
  recordings: ReadonlyMap<string, Float32Array>,
): Promise<{ title: string; at: number }[]> {
  const [one, other] = [...recordings.values()];
  if (one === undefined || other === undefined) throw new Error('Two recordings');
  const tuneSamples = sharedStart(one, other);
  return until(
    `both to be heard in the sink of ${pole.name}`,
    async () => {
      // The pole's word arrives before its sink has closed the file.
      const soundings = (await pole.soundings()).filter(({ startedAt }) => startedAt >= since - 5_000);
      if (soundings.some(({ complete }) => !complete)) return undefined;
      const heard: { title: string; at: number }[] = [];
      for (const { path, startedAt } of soundings) {
        const captured = await samplesOf(path);
        for (const [title, recording] of recordings) {
          const { coverage, startsAtSeconds } = prove(recording.subarray(tuneSamples), captured);
          const at = startedAt + (startsAtSeconds - tuneSamples / rate) * 1_000;
          if (coverage >= recognisedAbove) heard.push({ title, at });
        }
      }
      return heard.length >= recordings.size ? heard.sort((a, b) => a.at - b.at) : undefined;
    },
    { timeoutMs: 30_000, everyMs: 1_000 },
  );
}
