import type { Clock } from '../base/clock.ts';

/** How long a voice is left alone after its first failure, and at most (ms). Each try could cost its whole deadline. */
interface Patience {
  readonly firstMs: number;
  readonly longestMs: number;
}
const MINUTE = 60_000;
const ORDINARY: Patience = { firstMs: MINUTE, longestMs: 15 * MINUTE };
/** What somebody has to mend, or a quota that comes back by the minute at the soonest. */
const LASTING: Patience = { firstMs: 5 * MINUTE, longestMs: 60 * MINUTE };
const patienceOf: Readonly<Record<string, Patience>> = {
  'speech.voice-quota': LASTING,
  'speech.voice-credentials': LASTING,
  'speech.voice-unknown': LASTING,
};

export interface Rest {
  /** ms since 1970. */
  readonly until: number;
  /** Why: a stable code. */
  readonly code: string;
  readonly failures: number;
}

/** Voices that failed are not asked again for a while, longer each time, so that a dead one costs little. */
export class Rests {
  private readonly rests = new Map<string, Rest>();

  constructor(private readonly clock: Clock) {}

  /** @returns the rest that begins */
  fail(voiceId: string, code: string): Rest {
    const failures = (this.rests.get(voiceId)?.failures ?? 0) + 1;
    const { firstMs, longestMs } = patienceOf[code] ?? ORDINARY;
    const restMs = Math.min(longestMs, firstMs * 2 ** (failures - 1));
    const rest = { until: this.clock.now() + restMs, code, failures };
    this.rests.set(voiceId, rest);
    return rest;
  }

  /** @returns whether it had failed before: it is back */
  succeed(voiceId: string): boolean {
    return this.rests.delete(voiceId);
  }

  isAwake(voiceId: string): boolean {
    return (this.rests.get(voiceId)?.until ?? 0) <= this.clock.now();
  }

  /** Its last failure, as long as it has not spoken since. */
  of(voiceId: string): Rest | undefined {
    return this.rests.get(voiceId);
  }
}
