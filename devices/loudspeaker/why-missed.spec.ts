import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { TrustedClock } from '../link/trusted-clock.ts';
import type { Due } from '../protocol/decide.ts';
import { ReplayMemory } from './replay-memory.ts';
import { whyMissed, Witness } from './why-missed.ts';
import type { Days } from './why-missed.ts';

/** Installed, its clock set over something, switched on, told the time, given its programme: one after another. */
const days: Days = {
  ...{ sinceAt: 10, isMemoryLost: false, onAt: 30, trustedAt: 40, programmeAt: 50, isFaulted: false },
  skipped: { holds: ({ startBy }) => startBy >= 20 && startBy < 25 },
};

test.each([
  [5, 'no-audio', {}, null],
  [5, 'no-audio', { isMemoryLost: true }, 'no-replay-memory'],
  [15, 'pre-empted', {}, 'pole-was-off'],
  // It was on, for all it knows, and that is what it did not live through.
  [22, 'pre-empted', {}, 'clock-set'],
  [22, 'stopped', {}, 'clock-set'],
  [27, 'stopped', {}, 'stopped'],
  [27, 'no-audio', {}, 'pole-was-off'],
  [35, 'no-audio', {}, 'no-trusted-time'],
  [45, 'no-audio', {}, 'programme-came-late'],
  [55, 'pre-empted', { isFaulted: true }, 'player-fault'],
  [55, 'pre-empted', {}, 'pre-empted'],
  [55, 'no-audio', {}, 'no-audio'],
] as const)(
  'what could begin until %i and did not (%s) is told as it was',
  (startBy, decided, more, reason) => {
    expect(whyMissed({ startBy }, decided, { ...days, ...more })).toBe(reason);
  },
);

test('what the clock jumped over waits a quarter of an hour, is told then though nothing names it, and is due again where it is set back', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'witness-'));
  try {
    const noon = Date.parse('2026-11-21T05:00:00Z');
    const [minute, hour] = [60_000, 3_600_000];
    const host = { ms: 0 };
    const clock = new TrustedClock(() => host.ms);
    const memory = await ReplayMemory.open(directory, true);
    await memory.welcome(noon, { programmeFloor: 0, orderFloor: 0 });
    const failed = (what: string): never => {
      throw new Error(what);
    };
    const witness = new Witness(clock, memory, failed, () => host.ms);
    /** The service tells this time now. @returns what is overdue by it */
    const told = (at: number): string[] => {
      clock.learn(host.ms, host.ms, at);
      return looked();
    };
    const looked = (): string[] => {
      const now = clock.now() ?? NaN;
      witness.knowsTime(now, host.ms);
      return witness.overdue(now).map(({ airing }) => airing);
    };
    const due = (airing: string, startBy: number): Due => ({
      ...{ airing, broadcast: 'b', priority: 'regular', nominalAt: startBy - minute, startBy, cutsAt: null },
      ...{ hardEndAt: startBy + minute, afterCut: 'drop', after: null, raisedBy: null },
      audio: { sha256: '0'.repeat(64), bytes: 1, seconds: 30 },
    });
    const why = (one: Due): string | null => witness.why(one, 'pre-empted', 0);

    expect(told(noon)).toEqual([]);
    expect(told(noon + hour)).toEqual([]);
    const [over, ahead] = [due('over', noon + 5 * minute), due('ahead', noon + 30 * minute)];
    expect([over, ahead].map(why)).toEqual(['not-yet', 'not-yet']);
    host.ms += 10 * minute;
    expect(told(noon + 10 * minute)).toEqual([]);
    expect([over, ahead].map(why)).toEqual(['not-yet', 'pre-empted']);
    host.ms += 14 * minute;
    expect(looked()).toEqual([]);
    host.ms += 2 * minute;
    expect(looked()).toEqual(['over']);
    await memory.end('over', noon, null);
    expect(looked()).toEqual([]);
    await memory.close();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
