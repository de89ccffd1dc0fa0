import { decide, dues, naturalEndAt, silencedUntil } from './decide.ts';
import type { Begun, Due, Situation } from './decide.ts';
import type { Programme } from './pole-messages.ts';

/** A stretch of one airing's sound. */
export interface Part {
  readonly at: number;
  readonly endAt: number;
  /** Where in its sound it begins (ms). */
  readonly fromMs: number;
}

/** What becomes of one airing, as far as can be known. */
export interface Foreseen {
  readonly due: Due;
  readonly parts: readonly Part[];
  /** `open`: still to come, or still sounding, when one stopped looking. */
  readonly outcome: 'played' | 'cut' | 'stopped' | 'missed' | 'open';
  readonly reason: 'no-audio' | 'pre-empted' | 'stopped' | null;
}

interface Open {
  due: Due;
  readonly parts: Part[];
}

/** Decisions at one instant that each follow from the one before: more than a handful never do. */
const roundsAtOnce = 50;

/**
 * What a pole will do from `fromAt` until `untilAt` if nothing else happens: `decide`, walked through with a clock that
 * goes from one decision to the next. Orders count from their `issuedAt`. In the order of the first sound or decision.
 */
export function foresee(start: Situation, fromAt: number, untilAt: number): Foreseen[] {
  const began = new Map(start.began);
  const ended = new Set(start.ended);
  const open = new Map<string, Open>();
  const result: Foreseen[] = [];
  let current: { readonly due: Due; readonly partAt: number; readonly fromMs: number } | null = null;
  let now = fromAt;
  const around = windowOf(start.programme, ended);

  const lineOf = (due: Due): Open => {
    const line: Open = open.get(due.airing) ?? { due, parts: [] };
    line.due = due;
    open.set(due.airing, line);
    return line;
  };
  const quiet = (): void => {
    if (current === null) return;
    const { due, partAt, fromMs } = current;
    lineOf(due).parts.push({ at: partAt, endAt: now, fromMs });
    current = null;
  };
  const settle = (due: Due, outcome: Foreseen['outcome'], reason: Foreseen['reason'] = null): void => {
    const { parts } = lineOf(due);
    open.delete(due.airing);
    ended.add(due.airing);
    result.push({ due, parts, outcome, reason });
  };

  // What sounds already.
  for (const due of dues({ ...start, orders: knownBy(start, now) }, now)) {
    const begun = began.get(due.airing);
    if (begun !== undefined && begun.partAt !== null && !ended.has(due.airing)) {
      current = { due, partAt: begun.partAt, fromMs: begun.fromMs };
    }
  }

  while (now <= untilAt) {
    const orders = knownBy(start, now);
    // A stop reaches ahead of its instant.
    const programme = around(Math.max(now, silencedUntil(start.programme, orders, null)));
    let nextAt: number | null = null;
    for (let round = 0; round < roundsAtOnce; round += 1) {
      if (current !== null && now >= naturalEndAt(current.due, current)) {
        const { due } = current;
        quiet();
        settle(due, 'played');
      }
      const decision = decide({ ...start, programme, orders, began, ended }, now);
      nextAt = decision.nextAt;
      const { sound } = decision;
      const sounding: Due | null = current?.due ?? null;
      let isSettled = decision.end.length + decision.missed.length + decision.pause.length === 0;
      if (sounding !== null && sounding.airing !== sound?.airing) {
        isSettled = false;
        quiet();
        const begun = began.get(sounding.airing);
        const wasPaused = decision.pause.find(({ airing }) => airing === sounding.airing);
        if (wasPaused !== undefined && begun?.partAt != null) {
          const fromMs = wasPaused.afterCut === 'restart' ? 0 : begun.fromMs + (now - begun.partAt);
          began.set(sounding.airing, { ...begun, partAt: null, fromMs });
        } else if (!decision.end.some(({ due }) => due.airing === sounding.airing))
          settle(sounding, 'stopped');
      }
      for (const { due, because } of decision.end) settle(due, because);
      for (const { due, reason } of decision.missed) settle(due, 'missed', reason);
      for (const airing of decision.withdrawn) {
        const line = open.get(airing);
        if (line === undefined) ended.add(airing);
        else settle(line.due, 'stopped');
      }
      if (sound !== null && current === null) {
        isSettled = false;
        const before: Begun | undefined = began.get(sound.airing);
        const fromMs = before?.fromMs ?? 0;
        began.set(sound.airing, { beganAt: before?.beganAt ?? now, partAt: now, fromMs });
        current = { due: sound, partAt: now, fromMs };
        lineOf(sound);
      }
      if (isSettled) break;
    }
    const orderAt = start.orders.map(({ issuedAt }) => issuedAt).filter((at) => at > now);
    const moments = nextAt === null ? orderAt : [...orderAt, nextAt];
    if (moments.length === 0) break;
    const next = Math.min(...moments);
    if (next > untilAt) {
      now = untilAt;
      break;
    }
    now = next;
  }
  quiet();
  for (const { due, parts } of open.values()) result.push({ due, parts, outcome: 'open', reason: null });
  return result.sort((a, b) => firstOf(a) - firstOf(b) || (a.due.airing < b.due.airing ? -1 : 1));
}

/**
 * The programme with the items alone that can matter until an instant: begun or waiting, the next one (for its time),
 * and those that another one waits for. A decision looks at every item that it is given: with a week of them, walking
 * through the week would cost their square.
 * @returns for instants in rising order
 */
function windowOf(
  programme: Programme | null,
  ended: ReadonlySet<string>,
): (now: number) => Programme | null {
  if (programme === null) return () => null;
  const { offsetMs } = programme;
  const sorted = [...programme.items].sort((a, b) => a.startAt - b.startAt);
  const awaited = new Set(sorted.map(({ after }) => after));
  const goFirst = sorted.filter(({ airing }) => awaited.has(airing));
  let reached = 0;
  let live: Programme['items'] = [];
  return (now) => {
    const from = reached;
    while (reached < sorted.length && (sorted[reached]?.startAt ?? 0) + offsetMs <= now) reached += 1;
    live = [...live, ...sorted.slice(from, reached)].filter(({ airing }) => !ended.has(airing));
    return {
      ...programme,
      items: [...new Set([...live, ...goFirst, ...sorted.slice(reached, reached + 1)])],
    };
  };
}

function firstOf({ due, parts }: Foreseen): number {
  return parts[0]?.at ?? due.nominalAt;
}

function knownBy({ orders }: Situation, now: number): Situation['orders'] {
  return orders.filter(({ issuedAt }) => issuedAt <= now);
}
