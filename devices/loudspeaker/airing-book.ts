import type { TrustedClock } from '../link/trusted-clock.ts';
import type { Due } from '../protocol/decide.ts';
import type { MissedReason } from '../protocol/pole-messages.ts';
import type { CameOut } from './amplifier-sense.ts';
import type { Sounded } from './mixer.ts';
import { beganAt, secondsOf } from './replay-memory.ts';
import type { Jumped, ReplayMemory } from './replay-memory.ts';
import type { Report, Reports } from './reports.ts';

/** A stretch of an airing's sound as it went out. */
export interface PlayedPart {
  readonly due: Due;
  /** Where in its sound it begins. */
  readonly fromMs: number;
  /** When its first sample was audible. */
  readonly startAt: number;
}

/** What happened to each airing: into the memory first, so that it is told once and never happens twice, then told. */
export class AiringBook {
  constructor(
    private readonly clock: TrustedClock,
    private readonly memory: ReplayMemory,
    private readonly reports: Reports,
    private readonly failed: (what: string, error: unknown) => void,
  ) {}

  /** The first sample goes out: of the airing, or of the part with which it goes on. */
  began({ due, fromMs, startAt }: PlayedPart): void {
    const startedAt = Math.round(startAt);
    const isGoingOn = (this.memory.begun.get(due.airing)?.past.length ?? 0) > 0;
    void this.reports.add(
      isGoingOn
        ? { ...headOf(due), state: 'resumed', startedAt, fromSeconds: inWholeMs(fromMs / 1_000) }
        : { ...headOf(due), state: 'started', startedAt },
    );
  }

  /**
   * It fell silent. What did not come out of the amplifier is never called played.
   * @param because why, where it did not come to its own end
   */
  async over(
    part: PlayedPart,
    sounded: Sounded,
    because: 'cut' | 'stopped' | 'interrupted',
    cameOut: CameOut,
  ): Promise<void> {
    const { due } = part;
    if (!sounded.whole && because === 'cut' && due.afterCut !== 'drop') {
      await this.pause(part, sounded);
      return;
    }
    if (cameOut === 'nothing') {
      await this.tell(due.airing, { ...headOf(due), state: 'missed', reason: 'amplifier-silent' });
      return;
    }
    const past = this.memory.begun.get(due.airing)?.past ?? [];
    const whole = cameOut === 'all' ? 'played' : 'interrupted';
    await this.tell(due.airing, {
      ...headOf(due),
      state: sounded.whole ? whole : because,
      startedAt: Math.round(past[0]?.at ?? part.startAt),
      endedAt: Math.round(this.clock.trueAt(sounded.endedAtMs)),
      seconds: inWholeMs(past.reduce((sum, { seconds }) => sum + seconds, sounded.seconds)),
    });
  }

  /** Cut, and to go on: where it was is durable before anything says so. */
  private async pause({ due, fromMs, startAt }: PlayedPart, sounded: Sounded): Promise<void> {
    const endedAt = this.clock.trueAt(sounded.endedAtMs);
    const seconds = inWholeMs(sounded.seconds);
    const nextFromMs = due.afterCut === 'restart' ? 0 : fromMs + seconds * 1_000;
    await this.memory
      .pause(due.airing, endedAt, seconds, nextFromMs)
      .catch((error: unknown) => this.failed('a pause was not kept', error));
    const times = { startedAt: Math.round(startAt), endedAt: Math.round(endedAt), seconds };
    await this.reports.add({ ...headOf(due), state: 'paused', ...times });
  }

  /** It waited to go on and will not: cut for good, stopped or withdrawn. */
  async endPaused(airing: string, because: 'cut' | 'stopped'): Promise<void> {
    const begun = this.memory.begun.get(airing);
    const last = begun?.past.at(-1);
    if (begun === undefined || last === undefined || this.memory.ended.has(airing)) return;
    await this.tell(airing, {
      ...{ kind: 'airing', airing, broadcast: begun.broadcast, nominalAt: Math.round(begun.nominalAt) },
      state: because,
      startedAt: Math.round(beganAt(begun)),
      endedAt: Math.round(last.endedAt),
      seconds: inWholeMs(begun.past.reduce((sum, { seconds }) => sum + seconds, 0)),
    });
  }

  /** @param reason null: not this box's to tell */
  async missed(due: Jumped, reason: MissedReason | null, now: number): Promise<void> {
    if (reason === null) await this.memory.end(due.airing, now, null);
    else await this.tell(due.airing, { ...headOf(due), state: 'missed', reason });
  }

  /** What an earlier life of this process began and did not end, and what it ended and maybe did not tell. */
  async settleThePast(now: number): Promise<void> {
    const { memory, reports } = this;
    for (const [airing, receipt] of memory.untold) {
      if (!reports.waits(airing)) await reports.addStamped(receipt as object);
      await memory.told(airing);
    }
    for (const [airing, begun] of memory.unfinished()) {
      const { broadcast, nominalAt, part } = begun;
      const startedAt = Math.round(beganAt(begun));
      const endedAt = Math.min(Math.floor(now), Math.round((part?.at ?? 0) + (part?.seconds ?? 0) * 1_000));
      await this.tell(airing, {
        ...{ kind: 'airing', airing, broadcast, nominalAt: Math.round(nominalAt), state: 'interrupted' },
        ...{ startedAt, endedAt: Math.max(startedAt, endedAt), seconds: inWholeMs(secondsOf(begun)) },
      });
    }
  }

  /** A final state: into the memory with its receipt, then into the outbox, then noted as told. */
  private async tell(airing: string, report: Report): Promise<void> {
    const { memory, reports, failed } = this;
    const now = this.clock.now() ?? 0;
    const stamped = { ...report, at: Math.floor(now) };
    await memory.end(airing, now, stamped).catch((error: unknown) => failed('an end was not kept', error));
    await reports.addStamped(stamped);
    await memory.told(airing).catch(() => undefined);
  }
}

function headOf(due: Pick<Due, 'airing' | 'broadcast' | 'nominalAt'>) {
  return {
    kind: 'airing',
    airing: due.airing,
    broadcast: due.broadcast,
    nominalAt: Math.round(due.nominalAt),
  } as const;
}

/** Seconds, to the millisecond. */
function inWholeMs(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}
