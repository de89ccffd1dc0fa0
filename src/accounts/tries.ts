/** How often somebody tried to sign in, to one account or from one address. Instants in ms since 1970. */
export interface Tries {
  readonly inARow: number;
  readonly hourAt: number;
  readonly inHour: number;
  readonly waitUntil: number;
  readonly triedAt: number;
}

export interface TriesRule {
  /** Wrong ones in a row that cost nothing. */
  readonly freeTries: number;
  /** The first wait; each further wrong one doubles it. */
  readonly firstWaitSeconds: number;
  readonly maximumWaitSeconds: number;
  /** Answered ones in an hour, at most, whatever the waits allow. */
  readonly perHour: number;
}

export const noTries: Tries = { inARow: 0, hourAt: 0, inHour: 0, waitUntil: 0, triedAt: 0 };

const hourMs = 3_600_000;
const forgottenAfterMs = 24 * hourMs;

/** How long to wait before a try is answered, in ms; 0: now. */
export function waitMs(tries: Tries, rule: TriesRule, now: number): number {
  const byWait = tries.waitUntil - now;
  const byHour = tries.inHour >= rule.perHour ? tries.hourAt + hourMs - now : 0;
  return Math.max(0, byWait, byHour);
}

/** Counts a try as wrong before it is looked at, so that many at once count as many; a right one takes it back. */
export function counted(tries: Tries, rule: TriesRule, now: number): Tries {
  const isForgotten = now - tries.triedAt > forgottenAfterMs;
  const isNewHour = now - tries.hourAt >= hourMs;
  const inARow = (isForgotten ? 0 : tries.inARow) + 1;
  const doublings = inARow - rule.freeTries;
  const waitSeconds =
    doublings < 0 ? 0 : Math.min(rule.maximumWaitSeconds, rule.firstWaitSeconds * 2 ** doublings);
  return {
    inARow,
    hourAt: isNewHour ? now : tries.hourAt,
    inHour: (isNewHour ? 0 : tries.inHour) + 1,
    // Free is free: not even until this instant, for of two at once the earlier may be counted second.
    waitUntil: waitSeconds === 0 ? tries.waitUntil : now + waitSeconds * 1_000,
    triedAt: now,
  };
}

/** It was right after all. */
export function forgiven(tries: Tries): Tries {
  return { ...tries, inARow: 0, waitUntil: 0, inHour: Math.max(0, tries.inHour - 1) };
}
