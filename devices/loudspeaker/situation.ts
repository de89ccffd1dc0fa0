import type { Begun, Situation } from '../protocol/decide.ts';
import type { Programme } from '../protocol/pole-messages.ts';
import { beganAt } from './replay-memory.ts';
import type { ReplayMemory } from './replay-memory.ts';

/**
 * What `decide` looks at on this pole at an instant, which may lie a little ahead.
 *
 * @param placed an airing that is placed in the mixer: before its instant it has not begun
 * @param but this one has not begun at all
 */
export function situationAt(
  at: number,
  known: {
    readonly programme: Programme | null;
    readonly memory: ReplayMemory;
    readonly heldAudio: ReadonlySet<string>;
  },
  placed: string | undefined,
  but?: string,
): Situation {
  const { programme, memory, heldAudio } = known;
  const began = new Map<string, Begun>();
  for (const [airing, begun] of memory.begun) {
    const { past, part, nextFromMs } = begun;
    const isPlaced = airing === placed && (part?.at ?? at) >= at;
    if (part !== null && !isPlaced && airing !== but) {
      began.set(airing, { beganAt: beganAt(begun), partAt: part.at, fromMs: part.fromMs });
    } else if (past.length > 0) {
      const fromMs = part?.fromMs ?? nextFromMs;
      began.set(airing, { beganAt: beganAt(begun), partAt: null, fromMs });
    }
  }
  return { programme, orders: memory.acceptedOrders, began, ended: memory.ended, heldAudio };
}
