import type { SilenceView } from '../../../src/broadcasts/broadcast.view.ts';
import { words } from './words.ts';

const w = words.silence;

/** How instants are written: the time alone, to the second; with its day. */
export interface WrittenTimes {
  readonly exact: (at: string) => string;
  readonly withDay: (at: string) => string;
}

/** Why a loudspeaker was silent, in one sentence that can be read out on the telephone. */
export function silenceSentence(view: SilenceView, isDesk: boolean, times: WrittenTimes): string {
  const { cause, title, reason, since, until, reportedAt, unheardSince } = view;
  const facts = {
    title: title ?? '',
    reason: words.airingReasons[reason ?? ''] ?? '',
    since: since === null ? '' : times.exact(since),
    until: until === null ? '' : times.withDay(until),
    reportedAt: reportedAt === null ? '' : times.withDay(reportedAt),
    unheardSince: unheardSince === null ? '' : times.withDay(unheardSince),
  };
  if (isDesk && (cause === 'sounded' || cause === 'between')) return w.leftDesk[cause](facts);
  return w.causes[cause](facts);
}
