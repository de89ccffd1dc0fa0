import type { TaskOrder, TaskReason } from '../protocol/pole-messages.ts';
import type { Pole } from './pole.ts';
import type { ReplayMemory } from './replay-memory.ts';
import type { Reports } from './reports.ts';
import type { TestTone } from './test-tone.ts';

/**
 * With this code the program ends when a technician orders a new start: whatever watches it starts it again. 75 is
 * EX_TEMPFAIL of sysexits.h: nothing is broken, try again.
 */
export const restartExitCode = 75;

/** Nothing may be due so soon: a restart takes some seconds. */
const restartTakesMs = 20_000;

interface TaskParts {
  readonly memory: ReplayMemory;
  readonly reports: Reports;
  readonly pole: Pole;
  readonly tone: TestTone;
  /** The end of the log, without secrets. */
  readonly log: () => string;
  /** Ends this program in order, with `restartExitCode`. */
  readonly restart: () => void;
  readonly failed: (what: string, error: unknown) => void;
}

/**
 * What a technician orders one pole. Each is done once: written down before it is done, and answered when it is. A
 * restart is answered by the life that comes after it.
 */
export class Tasks {
  private past: readonly TaskOrder[];

  constructor(private readonly parts: TaskParts) {
    this.past = parts.memory.unansweredTasks();
  }

  /** An accepted order. Never rejects. */
  async take(order: TaskOrder): Promise<void> {
    const { memory, failed } = this.parts;
    try {
      const isKept = await memory.keepOrder(order).then(
        () => true,
        () => false,
      );
      await this.answer(order, isKept ? await this.doIt(order) : 'disk');
    } catch (error) {
      failed('a task was lost', error);
    }
  }

  /** What an earlier life of this program was told and did not answer. Once, when the time is known. */
  async settleThePast(): Promise<void> {
    const { past } = this;
    this.past = [];
    for (const order of past) {
      await this.answer(order, order.kind === 'restart' ? null : 'interrupted');
    }
  }

  /** @returns why not; null where it is done; undefined where another life will tell */
  private async doIt({ kind, id }: TaskOrder): Promise<TaskReason | null | undefined> {
    const { pole, tone, reports, log, restart } = this.parts;
    if (kind === 'send-logs') {
      await reports.add({ kind: 'log', state: 'log', order: id, text: log() });
      return null;
    }
    if (kind === 'test-tone') return tone.sound();
    const busy = tone.isSounding ? 'on-air' : pole.busy(restartTakesMs);
    if (busy !== null) return busy;
    restart();
    return undefined;
  }

  private async answer(order: TaskOrder, reason: TaskReason | null | undefined): Promise<void> {
    if (reason === undefined) return;
    const { reports, memory } = this.parts;
    const head = { kind: 'task', order: order.id } as const;
    await reports.add(reason === null ? { ...head, state: 'done' } : { ...head, state: 'not-done', reason });
    // Should this be lost, it is told twice, and the service keeps the first.
    await memory.answered(order.id).catch(() => undefined);
  }
}
