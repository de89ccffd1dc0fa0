import type { Position } from './turning.ts';

/** What stands before the camera. */
export type Place = 'gate' | 'junction' | 'hall' | 'school';

/** One thing that happens again and again before a camera: a vehicle passes, somebody climbs a fence. */
export interface Act {
  /** What truly happened, in words: the label that a measurement compares with. */
  readonly label: string;
  readonly firstAfterMs: number;
  readonly againAfterMs: readonly [least: number, most: number];
  readonly sends: readonly {
    readonly afterMs: number;
    readonly event: string;
    readonly state: 'on' | 'off';
  }[];
  /** Shown in the picture while the act lasts. */
  readonly shows?: 'person' | 'vehicle' | 'cover';
}

export interface Scene {
  readonly place: Place;
  readonly night: boolean;
  readonly acts: readonly Act[];
}

/** How a view can be spoiled for good, until somebody comes with a ladder. */
export const SPOILED = ['covered', 'moved', 'dark', 'blurred'] as const;
export type Spoiled = (typeof SPOILED)[number];

/** What a picture is to show. */
export interface View {
  readonly name: string;
  readonly place: Place;
  readonly night: boolean;
  readonly shows: Act['shows'] | undefined;
  /** What was done to the camera itself; the words that it burns in stay as they are. */
  readonly spoiled: Spoiled | undefined;
  /** Where its motors have turned it. */
  readonly turned?: Position;
  /** Milliseconds since 1970 on the camera's own clock. */
  readonly atMs: number;
  /** When the sensor hung, where it does: its noise is of then, the clock is of now. */
  readonly hungAtMs?: number;
}

const SECOND = 1_000;

/** Scenes that come with the program: a village’s gate, junction, culture house and school. */
export const SCENES: Readonly<Record<string, Scene>> = {
  gate: {
    place: 'gate',
    night: false,
    acts: [
      {
        label: 'a car comes through the gate',
        firstAfterMs: 2 * SECOND,
        againAfterMs: [20 * SECOND, 45 * SECOND],
        shows: 'vehicle',
        sends: [
          { afterMs: 0, event: 'motion', state: 'on' },
          { afterMs: 800, event: 'line-crossing', state: 'on' },
          { afterMs: 6_000, event: 'motion', state: 'off' },
        ],
      },
      {
        label: 'a dog walks by',
        firstAfterMs: 30 * SECOND,
        againAfterMs: [40 * SECOND, 90 * SECOND],
        sends: [
          { afterMs: 0, event: 'motion', state: 'on' },
          { afterMs: 3_000, event: 'motion', state: 'off' },
        ],
      },
    ],
  },
  junction: {
    place: 'junction',
    night: false,
    acts: [
      {
        label: 'traffic: a storm of motion',
        firstAfterMs: 1.5 * SECOND,
        againAfterMs: [30 * SECOND, 60 * SECOND],
        shows: 'vehicle',
        sends: [0, 1, 2, 3, 4, 5, 6, 7].flatMap((turn) => [
          { afterMs: turn * 1_500, event: 'axis-motion', state: 'on' as const },
          { afterMs: turn * 1_500 + 700, event: 'axis-motion', state: 'off' as const },
        ]),
      },
    ],
  },
  hall: {
    place: 'hall',
    night: true,
    acts: [
      {
        label: 'somebody climbs the fence of the culture house at night',
        firstAfterMs: 4 * SECOND,
        againAfterMs: [60 * SECOND, 120 * SECOND],
        shows: 'person',
        sends: [
          { afterMs: 0, event: 'person', state: 'on' },
          { afterMs: 1_000, event: 'intrusion', state: 'on' },
          { afterMs: 9_000, event: 'intrusion', state: 'off' },
          { afterMs: 10_000, event: 'person', state: 'off' },
        ],
      },
    ],
  },
  school: {
    place: 'school',
    night: false,
    acts: [
      {
        label: 'the alarm button of the school is pressed',
        firstAfterMs: 5 * SECOND,
        againAfterMs: [90 * SECOND, 180 * SECOND],
        shows: 'person',
        sends: [
          { afterMs: 0, event: 'digital-input', state: 'on' },
          { afterMs: 2_000, event: 'digital-input', state: 'off' },
        ],
      },
      {
        label: 'somebody covers the camera',
        firstAfterMs: 20 * SECOND,
        againAfterMs: [120 * SECOND, 240 * SECOND],
        shows: 'cover',
        sends: [
          { afterMs: 0, event: 'tamper', state: 'on' },
          { afterMs: 8_000, event: 'tamper', state: 'off' },
        ],
      },
    ],
  },
  quiet: { place: 'gate', night: false, acts: [] },
};

/** A small seeded generator (mulberry32): the same seed gives the same evening again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Plays a scene until `stop`. Both callbacks are called on time's own turn, never inside `playScene`. */
export function playScene(
  scene: Scene,
  seed: number,
  on: {
    send(event: string, state: 'on' | 'off', label: string): void;
    show(what: Act['shows'] | undefined): void;
  },
): { stop(): void } {
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };
  scene.acts.forEach((act, index) => {
    const random = seeded(seed + index * 7_919);
    const perform = (): void => {
      if (act.shows !== undefined) on.show(act.shows);
      for (const { afterMs, event, state } of act.sends)
        later(afterMs, () => on.send(event, state, act.label));
      later(Math.max(0, ...act.sends.map((one) => one.afterMs)) + 500, () => {
        if (act.shows !== undefined) on.show(undefined);
      });
      const [least, most] = act.againAfterMs;
      later(least + random() * (most - least), perform);
    };
    later(act.firstAfterMs * (0.8 + 0.4 * random()), perform);
  });
  return {
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
