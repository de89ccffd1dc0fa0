import type { PoleNowView } from '../../../src/loudspeakers/loudspeaker.view.ts';

interface Pole {
  readonly number: number;
  readonly now: Pick<
    PoleNowView,
    'link' | 'programmeHeld' | 'programmeUntilAt' | 'audioReady' | 'audioNeeded'
  >;
}

/**
 * How many poles would speak whatever became of their line: they hold the newest programme and every sound of it, by
 * their own word. One that has not said so since the service began is not ready; one without a box is not counted.
 * @returns `missing`: the painted numbers of the others, in order
 */
export function readiness(poles: readonly Pole[]): { ready: number; of: number; missing: number[] } {
  const enrolled = poles.filter(({ now }) => now.link !== 'not-enrolled');
  const missing = enrolled
    .filter(({ now }) => {
      const { programmeHeld, programmeUntilAt, audioReady, audioNeeded } = now;
      return !programmeHeld || programmeUntilAt === null || audioReady < audioNeeded;
    })
    .map(({ number }) => number)
    .sort((a, b) => a - b);
  return { ready: enrolled.length - missing.length, of: enrolled.length, missing };
}
