import type { CameraChecked, CheckResult } from '../../devices/protocol/camera-messages.ts';
import type { CameraState } from '../cameras/camera-device.ts';

/**
 * How a camera is, in five levels that are told apart: does its place in the network answer, does ONVIF with our
 * password, do its events come, does its stream, does its picture, and does that still show what it is to show. Each has
 * its own evidence and the time of it. Evidence that is old is none: then a level is unknown, never what it was last.
 */
export const levels = ['network', 'onvif', 'events', 'stream', 'picture'] as const;
export type Level = (typeof levels)[number];

export const findingKinds = ['covered', 'dark', 'blurred', 'moved', 'frozen', 'no-picture'] as const;
export type FindingKind = (typeof findingKinds)[number];

const unknownWhys = [
  ...(['connector-away', 'waiting', 'connecting', 'stale', 'below', 'not-checked', 'not-offered'] as const),
  ...(['never-told', 'long-silent', 'no-reference'] as const),
] as const;
const faultWhys = [
  ...(['no-answer', 'port-closed', 'not-allowed', 'password', 'wrong-answer', 'certificate'] as const),
  ...(['other-device', 'not-subscribed', 'clock'] as const),
] as const;
export const whys = [...unknownWhys, ...faultWhys, ...findingKinds, ''] as const;
export type Why = (typeof whys)[number];

export interface Mark {
  readonly level: Level;
  readonly state: 'ok' | 'fault' | 'unknown';
  /** Of the evidence, ms; null where there is none. */
  readonly at: number | null;
  /** One of `whys`; empty where there is nothing to add. */
  readonly why: Why;
}

export interface Evidence {
  readonly connectorHeard: boolean;
  readonly state: CameraState;
  readonly stateSince: number;
  /** The last answer of any kind. */
  readonly heardAt: number | null;
  readonly clockOffsetMs: number | null;
  readonly check: {
    readonly at: number;
    readonly reach: CameraChecked['reach'];
    readonly stream: CheckResult;
    readonly picture: CheckResult;
    readonly noticeAt: number | null;
  } | null;
  /** What is wrong with the view, since when. */
  readonly finding: { readonly kind: FindingKind; readonly beganAt: number } | null;
  /** When a still was last compared with a reference. */
  readonly comparedAt: number | null;
}

/** A connector tells of its cameras every minute; two may be lost. */
export const heardFreshMs = 180_000;
/** A camera that told nothing for so long may well have nothing to tell; or its events have died. */
const eventsFreshMs = 7 * 86_400_000;
/** Stills are compared once a day. */
const comparedFreshMs = 50 * 3_600_000;
/** A clock that is wrong by more burns wrong times into pictures. The connector signs by it whatever it says. */
const clockWrongMs = 60_000;

/** @param checkFreshMs how long a check's word counts */
export function marksOf(evidence: Evidence, now: number, checkFreshMs: number): Mark[] {
  const check =
    evidence.check !== null && now - evidence.check.at <= checkFreshMs && evidence.connectorHeard
      ? evidence.check
      : null;
  const [network, onvif, events] = held(evidence, check, now);
  return [network, onvif, events, stream(check), picture(evidence, check, now)];
}

type Said = [state: Mark['state'], why: Why];
type Check = NonNullable<Evidence['check']> | null;

function held(evidence: Evidence, check: Check, now: number): [Mark, Mark, Mark] {
  const { state, heardAt, stateSince } = evidence;
  const three = (network: Said, onvif: Said, events: Said, at: number | null): [Mark, Mark, Mark] => [
    { level: 'network', state: network[0], at, why: network[1] },
    { level: 'onvif', state: onvif[0], at, why: onvif[1] },
    { level: 'events', state: events[0], at, why: events[1] },
  ];
  const unknown = (why: Why): [Mark, Mark, Mark] =>
    three(['unknown', why], ['unknown', why], ['unknown', why], heardAt);
  if (!evidence.connectorHeard) return unknown('connector-away');
  if (state === 'waiting' || state === 'connecting') return unknown(state);
  if (state === 'unreachable') {
    // A check since then may have found that something is there all the same.
    const reach = check !== null && check.at >= stateSince ? check.reach : null;
    const isThere = reach === 'open' || reach === 'refused';
    const why = reach === 'forbidden' ? 'not-allowed' : 'no-answer';
    const network: Said = isThere ? ['ok', ''] : ['fault', why];
    const onvif: Said = isThere
      ? ['fault', reach === 'refused' ? 'port-closed' : 'no-answer']
      : ['unknown', 'below'];
    return three(network, onvif, ['unknown', 'below'], check?.at ?? stateSince);
  }
  if (state !== 'subscribed') {
    const why = (
      {
        'password-refused': 'password',
        fault: 'wrong-answer',
        'certificate-unknown': 'certificate',
        'certificate-changed': 'certificate',
        'other-device': 'other-device',
      } as const
    )[state];
    return three(['ok', ''], ['fault', why], ['fault', 'not-subscribed'], heardAt ?? stateSince);
  }
  if (heardAt === null || now - heardAt > heardFreshMs) return unknown('stale');
  const isClockWrong = Math.abs(evidence.clockOffsetMs ?? 0) > clockWrongMs;
  const [network, onvif, events] = three(
    ['ok', ''],
    ['ok', isClockWrong ? 'clock' : ''],
    ['ok', ''],
    heardAt,
  );
  const noticeAt = evidence.check?.noticeAt ?? null;
  if (noticeAt === null)
    return [
      network,
      onvif,
      { ...events, state: 'unknown', why: check === null ? 'not-checked' : 'never-told' },
    ];
  if (now - noticeAt > eventsFreshMs)
    return [network, onvif, { ...events, state: 'unknown', at: noticeAt, why: 'long-silent' }];
  return [network, onvif, events];
}

const whyOf: Partial<Record<CheckResult, Why>> = {
  refused: 'password',
  silent: 'no-answer',
  'bad-answer': 'wrong-answer',
};

function stream(check: Check): Mark {
  if (check === null) return { level: 'stream', state: 'unknown', at: null, why: 'not-checked' };
  return { level: 'stream', at: check.at, ...asked(check.stream) };
}

function picture({ finding, comparedAt, connectorHeard }: Evidence, check: Check, now: number): Mark {
  // What was wrong is wrong until a picture shows otherwise; the time says how long nobody has looked.
  if (finding !== null && connectorHeard)
    return { level: 'picture', state: 'fault', at: check?.at ?? finding.beganAt, why: finding.kind };
  if (check === null) return { level: 'picture', state: 'unknown', at: null, why: 'not-checked' };
  const mark = { level: 'picture', at: check.at, ...asked(check.picture) } as const;
  const isCompared = comparedAt !== null && now - comparedAt <= comparedFreshMs;
  return mark.state === 'ok' && !isCompared ? { ...mark, why: 'no-reference' } : mark;
}

function asked(result: CheckResult): Pick<Mark, 'state' | 'why'> {
  if (result === 'ok') return { state: 'ok', why: '' };
  if (result === 'none') return { state: 'unknown', why: 'not-offered' };
  if (result === 'held-off') return { state: 'unknown', why: 'not-checked' };
  return { state: 'fault', why: whyOf[result] ?? 'wrong-answer' };
}
