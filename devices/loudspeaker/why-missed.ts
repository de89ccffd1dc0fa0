import { monotonicNow } from '../link/trusted-clock.ts';
import type { TrustedClock } from '../link/trusted-clock.ts';
import type { Due } from '../protocol/decide.ts';
import type { MissedReason } from '../protocol/pole-messages.ts';
import type { Jumped, ReplayMemory } from './replay-memory.ts';
import { SkippedTime } from './skipped-time.ts';

type Decided = 'no-audio' | 'pre-empted' | 'stopped';

/** What this box knows of its own days; instants by its clock as it is set now (ms). */
export interface Days {
  /** Its memory reaches back to here. */
  readonly sinceAt: number;
  readonly isMemoryLost: boolean;
  readonly skipped: Pick<SkippedTime, 'holds'>;
  /** It has been on since, mains and program. */
  readonly onAt: number;
  /** It has known the time since. */
  readonly trustedAt: number;
  /** It has had its programme since. */
  readonly programmeAt: number;
  /** The player failed when it was to begin. */
  readonly isFaulted: boolean;
}

/** Why an airing did not begin. @returns null: not this box's to tell, because it did not stand here then */
export function whyMissed(due: Pick<Due, 'startBy'>, decided: Decided, days: Days): MissedReason | null {
  const { startBy } = due;
  if (startBy < days.sinceAt) return days.isMemoryLost ? 'no-replay-memory' : null;
  // Whatever was stopped since, it had been jumped over by then.
  if (days.skipped.holds(due)) return 'clock-set';
  if (decided === 'stopped') return 'stopped';
  if (startBy < days.onAt) return 'pole-was-off';
  if (startBy < days.trustedAt) return 'no-trusted-time';
  if (startBy < days.programmeAt) return 'programme-came-late';
  return days.isFaulted ? 'player-fault' : decided;
}

/**
 * Remembers since when this box could have played. By the monotonic counter, which nobody sets: by a clock that was put
 * right meanwhile such a mark would lie in the future, and explain what it has nothing to do with.
 */
export class Witness {
  private onMs: number;
  private trustedMs: number | null = null;
  private readonly faulted = new Set<string>();
  private readonly skipped: SkippedTime;

  constructor(
    private readonly clock: TrustedClock,
    private readonly memory: ReplayMemory,
    private readonly failed: (what: string, error: unknown) => void,
    private readonly monotonic: () => number = monotonicNow,
  ) {
    this.onMs = monotonic();
    this.skipped = new SkippedTime(memory, failed);
  }

  /** The mains are back. */
  isOn(): void {
    this.onMs = this.monotonic();
  }

  playerFailed(airing: string): void {
    this.faulted.add(airing);
  }

  /** At each turn, before anything is judged by the time. @returns whether the time is known for the first time */
  knowsTime(now: number, ms: number): boolean {
    this.skipped.look(now, ms);
    const isFirst = this.trustedMs === null;
    this.trustedMs ??= ms;
    return isFirst;
  }

  /**
   * @param programmeMs when the programme came (monotonic ms)
   * @returns `not-yet`: its time was left out by a clock that may still be put right; `overdue` tells of it
   */
  why(due: Due, decided: Decided, programmeMs: number): MissedReason | 'not-yet' | null {
    const { clock, memory, skipped } = this;
    const reason = whyMissed(due, decided, {
      ...{ sinceAt: memory.sinceAt ?? 0, isMemoryLost: memory.lost, skipped },
      onAt: clock.trueAt(this.onMs),
      trustedAt: clock.trueAt(this.trustedMs ?? this.onMs),
      programmeAt: clock.trueAt(programmeMs),
      isFaulted: this.faulted.has(due.airing),
    });
    if (reason !== 'clock-set') return reason;
    if (!memory.jumped.has(due.airing))
      memory
        .jump(due)
        .catch((error: unknown) => this.failed('what the clock jumped over was not kept', error));
    return 'not-yet';
  }

  /** What is missed for good since the clock has stood, whether a programme still names it or not. */
  overdue(now: number): Jumped[] {
    const { jumped, begun } = this.memory;
    if (jumped.size === 0 || !this.skipped.isOver(now)) return [];
    return [...jumped.values()].filter(({ airing }) => !begun.has(airing));
  }
}
