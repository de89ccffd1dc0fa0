/** Why a pole was silent, the most telling first. */
export const silences = [
  'sounded',
  'to-come',
  'not-enrolled',
  'stopped',
  'missed',
  'interrupted',
  'cut',
  'paused',
  'cancelled',
  'awaiting-report',
  'unreported',
  'between',
  'quiet-hours',
  'nothing-planned',
] as const;
export type SilenceCause = (typeof silences)[number];

/** One line of the ledger, in the narrow shape that the question needs. Instants in ms. */
export interface LoggedAiring {
  readonly title: string;
  readonly nominalAt: number;
  readonly plannedSeconds: number;
  readonly state: string;
  readonly reason: string | null;
  readonly endedAt: number | null;
  /** The pole's newest word on it, by its own clock, and when that came. */
  readonly toldAt: number | null;
  readonly reportedAt: number | null;
  readonly parts: readonly { readonly startedAt: number; readonly endedAt: number | null }[];
}

export interface SilenceEvidence {
  readonly now: number;
  /** When the first box was enrolled at this pole; null where none ever was. */
  readonly enrolledAt: number | null;
  /** Around the instant, in any order. */
  readonly airings: readonly LoggedAiring[];
  readonly isQuietHour: boolean;
  /** When a pole that is away now was heard last; null where it is there, or was never heard. */
  readonly unheardSince: number | null;
}

export interface Silence {
  readonly cause: SilenceCause;
  readonly title: string | null;
  readonly reason: string | null;
  readonly since: number | null;
  readonly until: number | null;
  /** Of what sounded: when its report came, where the pole could not tell it at once. */
  readonly reportedAt: number | null;
  /** Of what is not known yet: since when the pole is away. */
  readonly unheardSince: number | null;
}

const none = { title: null, reason: null, since: null, until: null, reportedAt: null, unheardSince: null };
/** A report that was longer on its way was held up (ms). */
const promptMs = 5_000;

/** When an airing was meant to sound: by its plan, or for as long as it really took. */
function meant(airing: LoggedAiring): { from: number; to: number } {
  const to = airing.nominalAt + airing.plannedSeconds * 1_000;
  return { from: airing.nominalAt, to: Math.max(to, airing.endedAt ?? 0) };
}

/** Why nothing sounded on a pole at this instant, by its log; `sounded` where something did. */
export function whySilent(evidence: SilenceEvidence, at: number): Silence {
  const { airings, now, enrolledAt } = evidence;
  for (const airing of airings) {
    const { parts, title, state, plannedSeconds } = airing;
    // A pole that fell dark in the middle never says that it ended: longer than its length nothing sounds.
    const until = (startedAt: number): number =>
      state === 'started' ? Math.min(now + 1, startedAt + plannedSeconds * 1_000) : startedAt;
    const part = parts.find(
      ({ startedAt, endedAt }) => startedAt <= at && at < (endedAt ?? until(startedAt)),
    );
    if (part !== undefined)
      return {
        ...{ ...none, cause: 'sounded', title, since: part.startedAt, until: part.endedAt },
        reportedAt: reportedLateAt(airing),
      };
  }
  if (at > now) return { ...none, cause: 'to-come' };
  if (enrolledAt === null || at < enrolledAt) return { ...none, cause: 'not-enrolled', until: enrolledAt };
  const due = airings
    .filter((airing) => meant(airing).from <= at && at < meant(airing).to)
    .sort((a, b) => rankOf(a) - rankOf(b) || b.nominalAt - a.nominalAt);
  const [airing] = due;
  if (airing !== undefined) {
    const { title, reason, endedAt, nominalAt } = airing;
    const cause = causeOf(airing);
    const unheardSince = cause === 'awaiting-report' ? evidence.unheardSince : null;
    return { ...none, cause, title, reason, since: endedAt ?? nominalAt, unheardSince };
  }
  if (evidence.isQuietHour) return { ...none, cause: 'quiet-hours' };
  return { ...none, cause: 'nothing-planned' };
}

function reportedLateAt({ toldAt, reportedAt }: LoggedAiring): number | null {
  if (toldAt === null || reportedAt === null) return null;
  return reportedAt - toldAt > promptMs ? reportedAt : null;
}

function causeOf({ state }: LoggedAiring): SilenceCause {
  switch (state) {
    case 'stopped':
    case 'missed':
    case 'interrupted':
    case 'cut':
    case 'paused':
    case 'cancelled':
    case 'unreported':
      return state;
    case 'played':
      return 'between';
    default:
      return 'awaiting-report';
  }
}

function rankOf(airing: LoggedAiring): number {
  return silences.indexOf(causeOf(airing));
}
