/**
 * What is known of each kind of event in time. A kind that is not named here lasts at most an hour.
 */
interface KindTimes {
  /** After so long without a word, an event whose end was not told is over: the end will not come any more. */
  readonly longestMs: number;
  /** How long a state must have been watched before it may be believed to be upside down. */
  readonly learnMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What a lens sees may go on all day in a market: only a day with its night tells what rest is. */
const seen: KindTimes = { longestMs: hourMs / 2, learnMs: dayMs };
const contact: KindTimes = { longestMs: dayMs / 2, learnMs: hourMs };
const trouble: KindTimes = { longestMs: dayMs, learnMs: hourMs };
const damage: KindTimes = { longestMs: 7 * dayMs, learnMs: hourMs };

const times: Readonly<Record<string, KindTimes>> = {
  ...{ motion: seen, person: seen, vehicle: seen, animal: seen, face: seen, object: seen, audio: seen },
  ...{ 'line-crossing': seen, pir: seen, intrusion: { ...seen, longestMs: hourMs } },
  loitering: { ...seen, longestMs: hourMs },
  ...{ 'digital-input': contact, relay: contact },
  ...{
    tamper: trouble,
    'scene-change': trouble,
    'image-quality': trouble,
    'video-loss': trouble,
    fire: trouble,
  },
  ...{ storage: damage, hardware: damage },
};
const usual: KindTimes = { longestMs: hourMs, learnMs: dayMs };

export function longestMsOf(kind: string): number {
  return (times[kind] ?? usual).longestMs;
}

export function learnMsOf(kind: string): number {
  return (times[kind] ?? usual).learnMs;
}

/** Kind → `longestMs`, of those that are not `usualLongestMs`. */
export const longestMsByKind: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(times).map(([kind, { longestMs }]) => [kind, longestMs]),
);
export const usualLongestMs = usual.longestMs;
