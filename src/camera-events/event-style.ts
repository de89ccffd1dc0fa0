/**
 * How one camera tells one topic, learned from what it told. Makers differ, and so do installers: a contact that is
 * closed at rest, a firmware that never says that motion ended. Pure: evidence in, evidence out.
 */
export const eventStyles = ['on-off', 'start-only', 'inverted'] as const;
export type EventStyle = (typeof eventStyles)[number];

export interface StyleEvidence {
  /** Changes told as on and as off, since the camera stands. */
  readonly ons: number;
  readonly offs: number;
  /** What it was at the begin of subscriptions. */
  readonly initialOns: number;
  readonly initialOffs: number;
  /** Times that passed from a word to the next one; those across a new subscription are not known and not counted. */
  readonly onMs: number;
  readonly offMs: number;
  /** Begins after a rest since the last end: an end that would have come had not come. */
  readonly lonelyOns: number;
  readonly last: { readonly on: boolean; readonly at: number } | null;
}

export interface StyleLimits {
  /** A begin that follows the begin before it after this (ms) shows that no end was told between them. */
  readonly restMs: number;
  /** How long a topic must have been watched before it may be believed to be upside down. */
  readonly learnMs: number;
}

export const noEvidence: StyleEvidence = {
  ...{ ons: 0, offs: 0, initialOns: 0, initialOffs: 0, onMs: 0, offMs: 0, lonelyOns: 0, last: null },
};

/** So many begins in a row without an end, each after a rest, where no end was ever told… */
const lonelyNeeded = 3;
/** …and where ends were told once: a new firmware, or ends that get lost. */
const lonelyNeededAfterEnds = 20;
const turnsNeeded = 5;
/** Upside down is at rest nearly always; a street that is merely busy rests at night. */
const restShare = 0.9;

/** @param at ms; words may come in any order of time, and what seems to go backwards counts as no time */
export function withWord(
  evidence: StyleEvidence,
  word: { readonly on: boolean; readonly isInitial: boolean; readonly at: number },
  limits: StyleLimits,
): StyleEvidence {
  const { on, isInitial, at } = word;
  const { last } = evidence;
  const next = { ...evidence, last: { on, at } };
  if (isInitial)
    return on
      ? { ...next, initialOns: evidence.initialOns + 1 }
      : { ...next, initialOffs: evidence.initialOffs + 1 };
  const passedMs = last === null ? 0 : Math.max(0, at - last.at);
  const passed =
    last?.on === true ? { onMs: evidence.onMs + passedMs } : { offMs: evidence.offMs + passedMs };
  if (!on) return { ...next, ...passed, offs: evidence.offs + 1, lonelyOns: 0 };
  const isLonely = last?.on === true && passedMs >= limits.restMs;
  return { ...next, ...passed, ons: evidence.ons + 1, lonelyOns: evidence.lonelyOns + (isLonely ? 1 : 0) };
}

/** What the evidence says; `on-off` where it does not say another thing. */
export function styleFrom(evidence: StyleEvidence, limits: StyleLimits): EventStyle {
  const { ons, offs, initialOns, initialOffs, onMs, offMs, lonelyOns } = evidence;
  if (lonelyOns >= (offs === 0 ? lonelyNeeded : lonelyNeededAfterEnds)) return 'start-only';
  const watchedMs = onMs + offMs;
  const isAtRestOn =
    Math.min(ons, offs) >= turnsNeeded &&
    watchedMs >= limits.learnMs &&
    onMs >= restShare * watchedMs &&
    initialOns > 0 &&
    initialOffs === 0;
  return isAtRestOn ? 'inverted' : 'on-off';
}

type Phase = 'begin' | 'end' | 'instant' | 'state';

/** What a word means in this style. Where no end ever comes a begin is one moment, and none waits for its end. */
export function phaseIn(style: EventStyle, phase: Phase): Phase {
  if (style === 'start-only') return phase === 'begin' ? 'instant' : phase;
  if (style === 'inverted') return phase === 'begin' ? 'end' : phase === 'end' ? 'begin' : phase;
  return phase;
}
