import { expect } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { decide, naturalEndAt } from './decide.ts';
import type { Begun, Due, Situation } from './decide.ts';
import { afterCuts } from './pole-messages.ts';
import type { AudioRef, Order, Programme } from './pole-messages.ts';

export const start = Date.parse('2026-11-21T05:00:00Z');
export const uuid = (kind: number, index: number): string =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
export const commune = uuid(1, 1);
export const pole = uuid(2, 1);

const audio = fc
  .record({ which: fc.nat(5), seconds: fc.integer({ min: 1, max: 90 }) })
  .map(({ which, seconds }): AudioRef => ({
    sha256: String(which).repeat(64),
    bytes: 10,
    seconds: seconds + 0.25,
  }));
const offset = fc.integer({ min: 0, max: 600_000 });
const item = fc.record({
  at: offset,
  slack: fc.integer({ min: 0, max: 120_000 }),
  priority: fc.boolean(),
  cutsAfter: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null }),
  room: fc.integer({ min: 0, max: 300_000 }),
  afterCut: fc.constantFrom(...afterCuts),
  after: fc.option(fc.nat(11), { nil: null, freq: 3 }),
  audio,
});
const emergency = fc.record({
  at: offset,
  lasts: fc.integer({ min: 1_000, max: 300_000 }),
  every: fc.integer({ min: 10, max: 120 }),
  audio,
});
const ordered = fc.oneof(
  fc.record({ kind: fc.constant('emergency' as const), at: offset, emergency }),
  fc.record({ kind: fc.constant('cancel' as const), at: offset, which: fc.nat(7) }),
  // One that was given by a clock that has been set back since reaches ahead.
  fc.record({
    kind: fc.constant('stop' as const),
    at: offset,
    reach: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, offset),
  }),
);

/** A day on a pole: what it knows from the start, what arrives when, and when it is looked at. */
export const day = fc.record({
  items: fc.array(item, { maxLength: 12 }),
  carried: fc.array(emergency, { maxLength: 2 }),
  orders: fc.array(ordered, { maxLength: 5 }),
  silenced: fc.option(offset, { nil: undefined }),
  until: fc.option(offset, { nil: undefined }),
  offsetMs: fc.integer({ min: 0, max: 10_000 }),
  held: fc.subarray(['0', '1', '2', '3', '4', '5']),
  steps: fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 5, maxLength: 40 }),
});
type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

export function programmeOf(of: Day): Programme {
  return {
    ...{ v: 1, commune, pole, number: start, issuedAt: start, untilAt: start + (of.until ?? 1e9) },
    volume: { regular: 80, priority: 90, emergency: 100 },
    offsetMs: of.offsetMs,
    items: of.items.map((each, index) => ({
      airing: uuid(3, index),
      broadcast: uuid(4, index),
      priority: each.priority ? 'priority' : 'regular',
      startAt: start + each.at,
      startBy: start + each.at + each.slack,
      cutsAt: each.cutsAfter === null ? null : start + each.at + each.cutsAfter,
      endBy:
        start + each.at + Math.min(each.slack, each.room) + Math.ceil(each.audio.seconds * 1_000) + each.room,
      afterCut: each.afterCut,
      after: each.after === null ? null : uuid(3, each.after),
      audio: each.audio,
    })),
    orderNumber: 0,
    emergencies: of.carried.map((each, index) => emergencyOf(each, index)),
    silencedAt: of.silenced === undefined ? 0 : start + of.silenced,
    revokedKeys: [],
    prepared: [],
  };
}

function emergencyOf(each: { at: number; lasts: number; every: number; audio: AudioRef }, index: number) {
  const startAt = start + each.at;
  return {
    id: uuid(5, index),
    audio: each.audio,
    startAt,
    endAt: startAt + each.lasts,
    everySeconds: each.every,
  };
}

export function ordersAt(of: Day, now: number): Order[] {
  return of.orders.flatMap((each, index): Order[] => {
    const issuedAt = start + each.at;
    if (issuedAt > now) return [];
    const head = {
      v: 1 as const,
      commune,
      id: uuid(6, index),
      number: issuedAt,
      issuedAt,
      expiresAt: issuedAt + 1e9,
      poles: null,
    };
    if (each.kind === 'stop') return [{ ...head, kind: 'stop', silencedAt: issuedAt + each.reach }];
    if (each.kind === 'cancel') return [{ ...head, kind: 'cancel', emergency: uuid(5, each.which) }];
    return [
      { ...head, kind: 'emergency', emergency: emergencyOf({ ...each.emergency, at: each.at }, index + 3) },
    ];
  });
}

interface Look {
  readonly now: number;
  readonly situation: Situation;
  readonly sound: Due | null;
}

/** A line of a pole's log: what its receipts say, and nothing else. */
type Told =
  | {
      readonly state: 'started' | 'resumed';
      readonly airing: string;
      readonly at: number;
      readonly fromMs: number;
    }
  | { readonly state: 'paused' | 'played' | 'cut' | 'stopped'; readonly airing: string; readonly at: number }
  | { readonly state: 'missed'; readonly airing: string; readonly at: number };

interface Life {
  readonly looks: Look[];
  readonly log: Told[];
  /** What came out of the horn: the airing and the place in its sound, one each second. */
  readonly horn: { readonly at: number; readonly airing: string | null; readonly placeMs: number }[];
}

/**
 * A pole that does what `decide` says, looked at whenever it asks to be and at other moments. Its horn is a tape of its
 * own: it knows what is in it and from where, and nothing of decisions.
 */
export function live(of: Day): Life {
  const programme = programmeOf(of);
  const began = new Map<string, Begun>();
  const ended = new Set<string>();
  const heldAudio = new Set(of.held.map((each) => each.repeat(64)));
  const life: Life = { looks: [], log: [], horn: [] };
  let tape: { due: Due; sinceAt: number; fromMs: number; endAt: number } | null = null;
  let now = start;
  let heardAt = start;

  const listen = (until: number): void => {
    for (; heardAt < until; heardAt += 1_000) {
      const isOver = tape === null || heardAt >= tape.endAt;
      life.horn.push({
        at: heardAt,
        airing: isOver ? null : (tape?.due.airing ?? null),
        placeMs: isOver || tape === null ? 0 : tape.fromMs + heardAt - tape.sinceAt,
      });
    }
  };
  const finish = (airing: string, state: 'played' | 'cut' | 'stopped' | 'missed', at: number): void => {
    expect(ended.has(airing)).toBe(false);
    ended.add(airing);
    life.log.push({ state, airing, at });
  };

  for (const step of of.steps) {
    const until = now + step;
    for (let guard = 0; now < until && guard < 500; guard += 1) {
      listen(now);
      if (tape !== null && now >= tape.endAt) {
        finish(tape.due.airing, 'played', tape.endAt);
        tape = null;
      }
      const situation: Situation = {
        ...{ programme, orders: ordersAt(of, now), began: new Map(began), ended: new Set(ended), heldAudio },
      };
      const decision = decide(situation, now);
      expect(decide(situation, now)).toEqual(decision);
      life.looks.push({ now, situation, sound: decision.sound });
      let isQuiet = true;
      if (tape !== null && tape.due.airing !== decision.sound?.airing) {
        isQuiet = false;
        const { due, sinceAt, fromMs } = tape;
        tape = null;
        const begun = began.get(due.airing);
        if (begun !== undefined && decision.pause.some(({ airing }) => airing === due.airing)) {
          const next = due.afterCut === 'restart' ? 0 : fromMs + now - sinceAt;
          began.set(due.airing, { ...begun, partAt: null, fromMs: next });
          life.log.push({ state: 'paused', airing: due.airing, at: now });
        } else if (!decision.end.some((each) => each.due.airing === due.airing))
          finish(due.airing, 'stopped', now);
      }
      for (const { due, because } of decision.end) finish(due.airing, because, now);
      for (const { due } of decision.missed) finish(due.airing, 'missed', now);
      for (const airing of decision.withdrawn) finish(airing, 'stopped', now);
      if (decision.end.length + decision.missed.length + decision.withdrawn.length > 0) isQuiet = false;
      if (decision.sound !== null && tape === null) {
        isQuiet = false;
        const due: Due = decision.sound;
        expect(ended.has(due.airing)).toBe(false);
        const before = began.get(due.airing);
        const part = { partAt: now, fromMs: before?.fromMs ?? 0 };
        began.set(due.airing, { beganAt: before?.beganAt ?? now, ...part });
        life.log.push({
          ...{
            state: before === undefined ? ('started' as const) : ('resumed' as const),
            airing: due.airing,
          },
          ...{ at: now, fromMs: part.fromMs },
        });
        tape = { due, sinceAt: now, fromMs: part.fromMs, endAt: naturalEndAt(due, part) };
      }
      if (!isQuiet) continue;
      if (decision.nextAt !== null) expect(decision.nextAt).toBeGreaterThan(now);
      now = Math.min(
        until,
        decision.nextAt ?? until,
        ...of.orders.map((each) => start + each.at).filter((at) => at > now),
      );
    }
  }
  listen(now);
  return life;
}

/** The place in the sound at an instant, by the log alone; null for silence. */
export function soundAt(log: readonly Told[], at: number): { airing: string; placeMs: number } | null {
  const before = log.filter((line) => line.at <= at);
  const on = before.findLast((line) => line.state === 'started' || line.state === 'resumed');
  if (on === undefined || !('fromMs' in on)) return null;
  const after = before.slice(before.indexOf(on) + 1);
  if (after.some((line) => line.airing === on.airing)) return null;
  return { airing: on.airing, placeMs: on.fromMs + at - on.at };
}
