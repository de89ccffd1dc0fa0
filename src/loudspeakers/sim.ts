import { Temporal } from 'temporal-polyfill';
import type { Condition } from './alarm.ts';

/** The SIM in a pole's box, as the contract says. */
export interface Sim {
  number: string;
  /** YYYY-MM-DD, the last day on which it works; null where it does not end. */
  expiresOn: string | null;
  /** What the tariff holds for a month, in millions of bytes; null where it has no end. */
  monthlyMegabytes: number | null;
}

/** What a pole's modem has counted. */
export interface DataUsed {
  /** YYYY-MM */
  readonly month: string;
  readonly monthBytes: number;
}

const warnDays = 7;
const warnPercent = 80;

/** Days until a SIM ends, today's being 0; negative where it has ended. Dates on the wall. */
export function daysLeft(expiresOn: string, today: string): number {
  return Temporal.PlainDate.from(today).until(expiresOn, { largestUnit: 'days' }).days;
}

/** What is (soon) wrong with what a pole's line costs. @param today YYYY-MM-DD on the wall */
export function simConditions(
  poles: readonly { readonly id: string; readonly sim: Sim | null; readonly used: DataUsed | null }[],
  today: string,
): Condition[] {
  const result: Condition[] = [];
  for (const { id: subject, sim, used } of poles) {
    if (sim === null) continue;
    if (sim.expiresOn !== null) {
      const left = daysLeft(sim.expiresOn, today);
      if (left < 0) result.push({ kind: 'sim-ended', subject, count: -left, isCertain: true });
      else if (left <= warnDays) result.push({ kind: 'sim-ends', subject, count: left, isCertain: true });
    }
    // What was counted in another month says nothing of this one.
    if (sim.monthlyMegabytes === null || used?.month !== today.slice(0, 7)) continue;
    const percent = Math.floor(used.monthBytes / 10_000 / sim.monthlyMegabytes);
    if (percent >= 100) result.push({ kind: 'data-out', subject, count: percent, isCertain: true });
    else if (percent >= warnPercent)
      result.push({ kind: 'data-low', subject, count: percent, isCertain: true });
  }
  return result;
}
