import { describe, expect, test } from '@jest/globals';
import { marksOf } from './levels.ts';
import type { Evidence } from './levels.ts';

const now = 1_700_000_000_000;
const minute = 60_000;
const freshMs = 150 * minute;
const well: Evidence = {
  connectorHeard: true,
  state: 'subscribed',
  stateSince: now - 100 * minute,
  heardAt: now - 5_000,
  clockOffsetMs: 200,
  check: { at: now - 10 * minute, reach: 'open', stream: 'ok', picture: 'ok', noticeAt: now - minute },
  finding: null,
  comparedAt: now - 600 * minute,
};
/** Each level's first letter of state, and its why. */
const said = (evidence: Partial<Evidence>): string[] =>
  marksOf({ ...well, ...evidence }, now, freshMs).map(({ state, why }) =>
    why === '' ? state : `${state} ${why}`,
  );
const checked = (part: Partial<NonNullable<Evidence['check']>>): Partial<Evidence> => ({
  check: {
    at: now - 10 * minute,
    reach: 'open',
    stream: 'ok',
    picture: 'ok',
    noticeAt: now - minute,
    ...part,
  },
});

describe('the five levels of a camera', () => {
  test('one that is well is well in all five', () => {
    expect(said({})).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  test('what nobody has told of late is unknown, whatever it was last', () => {
    expect(said({ connectorHeard: false }).every((one) => one.startsWith('unknown'))).toBe(true);
    expect(said({ heardAt: now - 10 * minute }).slice(0, 3)).toEqual(Array(3).fill('unknown stale'));
    expect(said(checked({ at: now - 151 * minute })).slice(3)).toEqual([
      'unknown not-checked',
      'unknown not-checked',
    ]);
    expect(said({ check: null })[2]).toBe('unknown not-checked');
  });

  test('a dead line, a shut port and a wrong password are told apart', () => {
    const unreachable = { state: 'unreachable', stateSince: now - 20 * minute } as const;
    expect(said({ ...unreachable, check: null }).slice(0, 3)).toEqual([
      'fault no-answer',
      'unknown below',
      'unknown below',
    ]);
    expect(said({ ...unreachable, ...checked({ reach: 'refused' }) }).slice(0, 2)).toEqual([
      'ok',
      'fault port-closed',
    ]);
    // A check of before it was lost says nothing of now.
    expect(said({ ...unreachable, stateSince: now - minute }).slice(0, 1)).toEqual(['fault no-answer']);
    expect(said({ state: 'password-refused' }).slice(0, 3)).toEqual([
      'ok',
      'fault password',
      'fault not-subscribed',
    ]);
    expect(said({ clockOffsetMs: 180 * 86_400_000 })[1]).toBe('ok clock');
  });

  test('events that never came, or have not for a week, are no proof of events', () => {
    expect(said(checked({ noticeAt: null }))[2]).toBe('unknown never-told');
    expect(said(checked({ noticeAt: now - 8 * 86_400_000 }))[2]).toBe('unknown long-silent');
  });

  test('stream and picture have their own evidence', () => {
    expect(said(checked({ stream: 'silent', picture: 'refused' })).slice(3)).toEqual([
      'fault no-answer',
      'fault password',
    ]);
    expect(said(checked({ stream: 'none', picture: 'held-off' })).slice(3)).toEqual([
      'unknown not-offered',
      'unknown not-checked',
    ]);
  });

  test('a picture that comes and shows nothing of use is at fault; one never compared says so', () => {
    expect(said({ finding: { kind: 'moved', beganAt: now - minute } })[4]).toBe('fault moved');
    expect(said({ comparedAt: null })[4]).toBe('ok no-reference');
  });
});
