import type { PoleNowView } from './loudspeaker.view.ts';

/** What may be wrong, one alarm each (*cảnh báo*). `village-dark`: every pole of a village, so its mains or its network. */
export const alarmKinds = [
  'village-dark',
  'pole-dark',
  'no-time',
  'clock',
  'audio',
  'programme',
  /** It follows newer settings than the books, which were restored from a backup. */
  'settings-ahead',
  /** It keeps a newer word of its place than the books have, and a person has not said since what is right. */
  'place-ahead',
  'amplifier-silent',
  'unordered-sound',
  /** As `unordered-sound`, told when it was over: the pole had no link. */
  'unordered-before',
  'refusals',
  /** Several poles refused what somebody made up: one cause, so one alarm. */
  'forged-many',
  /** Several poles refused something for one other reason. */
  'refused-many',
  'not-heard',
  'sim-ends',
  'sim-ended',
  'data-low',
  'data-out',
  'key',
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** Something that is wrong, or of which nobody can say at the moment whether it still is. */
export interface Condition {
  readonly kind: AlarmKind;
  /**
   * The village, the pole, the reason why many poles refused, or the key and the days within which it ends. One open alarm
   * for each kind and subject.
   */
  readonly subject: string;
  /** A number that the sentence names: poles, files, refusals, days. An open alarm's follows it. */
  readonly count: number;
  readonly isCertain: boolean;
  /** Whom it is about, where that is many poles: who comes later joins the open alarm. */
  readonly poles?: readonly string[];
}

export interface PoleHealth {
  readonly id: string;
  readonly villageId: string;
  readonly now: PoleNowView;
  /** For how long it has not been online, as far as this service has seen (ms); 0 where it is. */
  readonly darkForMs: number;
  /** Times that sound was felt without an order, and told late. */
  readonly unordered: number;
  /** Its settings are newer than the books. */
  readonly isAhead: boolean;
  /** It keeps a newer word of its place. */
  readonly isPlaceAhead: boolean;
}

/** A blink of the link is no alarm (ms). */
export const darkAfterMs = 180_000;
/** Poles that start further apart are heard as two (ms). */
const tolerableMs = 50;
/** The pole's days must reach at least this far (ms). */
const daysLeftMs = 2 * 86_400_000;
/** S4: days before the end of a signing key. */
const keyDays = [0, 1, 7, 30];
const dayMs = 86_400_000;

/** Everything that is wrong with a commune's poles now. A dark pole tells nothing else: the rest is not known. */
export function conditions(
  poles: readonly PoleHealth[],
  key: { readonly keyId: string; readonly notAfterAt: number } | null,
  now: number,
  /** Villages of which a village head says that nothing was heard. */
  unheard: readonly string[] = [],
): Condition[] {
  const enrolled = poles.filter((pole) => pole.now.link !== 'not-enrolled');
  const result = [...darkness(enrolled), ...enrolled.flatMap((pole) => healthOf(pole, now))];
  for (const subject of unheard) result.push({ kind: 'not-heard', subject, count: 1, isCertain: true });
  if (key !== null) {
    const left = (key.notAfterAt - now) / dayMs;
    const within = keyDays.find((days) => left <= days);
    if (within !== undefined) {
      const count = Math.max(0, Math.ceil(left));
      result.push({ kind: 'key', subject: `${key.keyId} ${within}`, count, isCertain: true });
    }
  }
  return result;
}

/** Grouped by cause: a whole village of several poles is one alarm. */
function darkness(poles: readonly PoleHealth[]): Condition[] {
  const result: Condition[] = [];
  for (const villageId of new Set(poles.map((pole) => pole.villageId))) {
    const here = poles.filter((pole) => pole.villageId === villageId);
    const notOnline = here.filter(({ darkForMs }) => darkForMs > 0);
    const isDark = ({ darkForMs }: PoleHealth): boolean => darkForMs >= darkAfterMs;
    const isWhole = here.length > 1 && notOnline.length === here.length;
    if (isWhole) {
      result.push({
        ...{ kind: 'village-dark', subject: villageId, count: here.length },
        isCertain: here.every(isDark),
      });
    }
    // Told by the village already.
    if (isWhole && here.every(isDark)) continue;
    for (const pole of notOnline) {
      result.push({ kind: 'pole-dark', subject: pole.id, count: 1, isCertain: isDark(pole) });
    }
  }
  return result;
}

function healthOf({ id, now: pole, unordered, isAhead, isPlaceAhead }: PoleHealth, now: number): Condition[] {
  const isCertain = pole.link === 'online';
  const result: Condition[] = [];
  const add = (kind: AlarmKind, count: number): void => {
    result.push({ kind, subject: id, count, isCertain });
  };
  if (pole.state === 'waiting-for-time') add('no-time', 1);
  if (pole.clockUncertaintyMs !== null && pole.clockUncertaintyMs > tolerableMs) {
    add('clock', Math.round(pole.clockUncertaintyMs));
  }
  if (pole.amplifier === 'silent') add('amplifier-silent', 1);
  if (pole.amplifier === 'unordered') add('unordered-sound', 1);
  if (pole.audioReady < pole.audioNeeded) add('audio', pole.audioNeeded - pole.audioReady);
  if (pole.programmeUntilAt !== null && Date.parse(pole.programmeUntilAt) - now < daysLeftMs)
    add('programme', 1);
  if (isAhead) add('settings-ahead', 1);
  if (isPlaceAhead && !isAhead) add('place-ahead', 1);
  if (unordered > 0)
    result.push({ kind: 'unordered-before', subject: id, count: unordered, isCertain: true });
  return result;
}

export interface OpenAlarm {
  readonly id: string;
  readonly kind: AlarmKind;
  readonly subject: string;
  readonly count: number;
  readonly poles: readonly string[];
}

const nameOf = ({ kind, subject }: { kind: AlarmKind; subject: string }): string => `${kind} ${subject}`;

export interface Reconciled {
  readonly raise: readonly Condition[];
  readonly clear: readonly string[];
  /** Poles that an open alarm is about as well by now. None leaves it: it says whom it was about. */
  readonly join: readonly { readonly id: string; readonly poles: readonly string[] }[];
  /** Open alarms whose number is another one by now. Of those with poles it is how many joined. */
  readonly renew: readonly { readonly id: string; readonly count: number }[];
}

/** What to raise and what to clear. What is uncertain keeps what is open as it is, and raises nothing. */
export function reconcile(open: readonly OpenAlarm[], found: readonly Condition[]): Reconciled {
  const opened = new Set(open.map(nameOf));
  const named = new Map(found.map((condition) => [nameOf(condition), condition]));
  return {
    raise: found.filter((condition) => condition.isCertain && !opened.has(nameOf(condition))),
    clear: open.filter((alarm) => !named.has(nameOf(alarm))).map(({ id }) => id),
    join: open.flatMap((alarm) => {
      const held = new Set(alarm.poles);
      const poles = (named.get(nameOf(alarm))?.poles ?? []).filter((pole) => !held.has(pole));
      return poles.length === 0 ? [] : [{ id: alarm.id, poles }];
    }),
    renew: open.flatMap((alarm) => {
      const now = named.get(nameOf(alarm));
      const isOther = now?.isCertain === true && now.poles === undefined && now.count !== alarm.count;
      return isOther ? [{ id: alarm.id, count: now.count }] : [];
    }),
  };
}
