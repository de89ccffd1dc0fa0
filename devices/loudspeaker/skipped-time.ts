import type { Due } from '../protocol/decide.ts';

/** Instants that this box never lived through: its trusted clock was set from the one to the other (ms). */
export interface Span {
  readonly fromAt: number;
  readonly untilAt: number;
}

export function isSkipped({ startBy }: Pick<Due, 'startBy'>, spans: readonly Span[]): boolean {
  return spans.some(({ fromAt, untilAt }) => startBy >= fromAt && startBy < untilAt);
}

/** Where spans are kept over a restart. */
export interface SpanMemory {
  readonly skipped: readonly Span[];
  /** Durable when it resolves; counts at once. */
  skip(spans: readonly Span[]): Promise<void>;
}

/** What slewing, a better sample or a busy machine may make of a second: no airing's window is as narrow (ms). */
const toleratedMs = 1_000;
/** A service's clock that is wrong is seen and put right within this, or it is the right one (ms). */
const standsAfterMs = 900_000;
/** Longer than a programme can name anything (ms). */
const keptForMs = 9 * 86_400_000;
const mostSpans = 20;

/**
 * The time that was left out when the service told this box a later one than it had believed. What was due in it did not
 * sound, though the box was on; and it is not over yet, since a clock that was set by mistake is set back again.
 */
export class SkippedTime {
  private last: { readonly at: number; readonly ms: number } | null = null;

  constructor(
    private readonly memory: SpanMemory,
    private readonly failed: (what: string, error: unknown) => void,
  ) {}

  /** Whenever the time is asked, before anything is judged by it. @param ms the monotonic counter then */
  look(at: number, ms: number): void {
    const { last } = this;
    this.last = { at, ms };
    if (last === null) return;
    const expectedAt = last.at + ms - last.ms;
    if (Math.abs(at - expectedAt) <= toleratedMs) return;
    const known = this.memory.skipped.filter(({ untilAt }) => untilAt > at - keptForMs);
    const spans =
      at > expectedAt
        ? [...known, { fromAt: expectedAt, untilAt: at }].slice(-mostSpans)
        : // Set back: what lies ahead once more is not left out any more.
          known
            .map(({ fromAt, untilAt }) => ({ fromAt, untilAt: Math.min(untilAt, at) }))
            .filter(({ fromAt, untilAt }) => untilAt > fromAt);
    this.memory.skip(spans).catch((error: unknown) => this.failed('skipped time was not kept', error));
  }

  /** Whether the last instant at which it could begin was left out. */
  holds(due: Pick<Due, 'startBy'>): boolean {
    return isSkipped(due, this.memory.skipped);
  }

  /** Whether the clock has stood since for so long that what was left out may be told as missed. */
  isOver(at: number): boolean {
    return this.memory.skipped.every(({ untilAt }) => at >= untilAt + standsAfterMs);
  }
}
