import { expect, test } from '@jest/globals';
import { Mixer } from './mixer.ts';
import { frameSamples } from './pcm-format.ts';
import { Player } from './player.ts';
import { whatStands } from './watchdog.ts';
import type { Rounds } from './watchdog.ts';

const rounds: Rounds = {
  ...{ nowMs: 1_000_000, decidedMs: 990_001, askedMs: 990_000, mixerStuckMs: 20, linkTurnedMs: 980_000 },
};

test.each<[string | null, Partial<Rounds>]>([
  [null, {}],
  // At its first look nobody has asked yet.
  [null, { askedMs: null, decidedMs: 0 }],
  ['the decision', { decidedMs: 990_000 }],
  [null, { mixerStuckMs: 5_000 }],
  ['the mixer', { mixerStuckMs: 5_001 }],
  // Five unanswered pings.
  [null, { linkTurnedMs: 850_000 }],
  ['the link', { linkTurnedMs: 849_999 }],
])('what stands still is %s where %p', (stands, more) => {
  expect(whatStands({ ...rounds, ...more })).toBe(stands);
});

/** A sound card that has gone away. */
class Torn extends Player {
  readonly latencyMs = 60;
  readonly continuous = false;
  readonly fault = null;
  write(): void {
    throw new Error('no such device');
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

test('a mixer that was thrown out of its round in mid-sound says for how long; in silence it has nothing to do', () => {
  let nowMs = 5_000;
  const mixer = new Mixer(new Torn(), () => nowMs);
  expect(mixer.stuckMs).toBe(0);
  const pcm = new Int16Array(50 * frameSamples).fill(1);
  expect(() => mixer.place({ pcm, gain: 1, cuts: true, startAtMs: nowMs, endByMs: nowMs + 60_000 })).toThrow(
    'no such device',
  );
  nowMs += 6_000;
  expect(mixer.stuckMs).toBe(6_000);
  expect(whatStands({ ...rounds, mixerStuckMs: mixer.stuckMs })).toBe('the mixer');
  mixer.close();
  expect(mixer.stuckMs).toBe(0);
});
