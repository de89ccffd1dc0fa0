import type { RefusalReason } from '../../devices/protocol/envelope.ts';
import type { RefusalView } from './loudspeaker.view.ts';
import type { Condition, OpenAlarm } from './alarm.ts';

/** What one pole refused for one reason. */
export interface Refused {
  readonly poleId: string;
  readonly what: RefusalView['what'];
  /** A RefusalReason; of sound, why its file was not taken. */
  readonly reason: string;
  readonly count: number;
}

/**
 * What nobody sends by mistake, or because a clock, a key or a line is not well: whoever writes to the poles' topics
 * tries several of them, and is one cause. Every other reason is a cause of its own.
 */
const forged = new Set<string>([
  'unreadable',
  'too-large',
  'wrong-type',
  'unknown-key',
  'bad-signature',
  'bad-certificate',
  'key-revoked',
  'wrong-commune',
  'wrong-target',
  'bad-shape',
  'replayed',
  'retained-order',
] satisfies RefusalReason[]);

const causeOf = ({ what, reason }: Refused): string =>
  what !== 'audio' && forged.has(reason) ? 'forged' : reason;

const kindOf = (cause: string): 'forged-many' | 'refused-many' =>
  cause === 'forged' ? 'forged-many' : 'refused-many';

/**
 * Grouped by cause: several poles are one alarm, which stands until the last of them is over, so that one that is left
 * alone is not told anew. A pole with refusals of its own causes is an alarm for itself.
 */
export function refusalConditions(
  refused: readonly Refused[],
  open: readonly Pick<OpenAlarm, 'kind' | 'subject'>[],
): Condition[] {
  const result: Condition[] = [];
  const alone = new Map<string, number>();
  for (const cause of new Set(refused.map(causeOf))) {
    const ofIt = refused.filter((each) => causeOf(each) === cause);
    const poles = [...new Set(ofIt.map(({ poleId }) => poleId))];
    const kind = kindOf(cause);
    const stands = open.some((alarm) => alarm.kind === kind && alarm.subject === cause);
    if (stands || poles.length > 1) {
      result.push({ kind, subject: cause, count: poles.length, isCertain: true, poles });
      continue;
    }
    for (const { poleId, count } of ofIt) alone.set(poleId, (alone.get(poleId) ?? 0) + count);
  }
  for (const [subject, count] of alone) result.push({ kind: 'refusals', subject, count, isCertain: true });
  return result;
}
