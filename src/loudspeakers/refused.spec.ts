import { describe, expect, test } from '@jest/globals';
import { reconcile } from './alarm.ts';
import type { OpenAlarm } from './alarm.ts';
import { refusalConditions } from './refused.ts';
import type { Refused } from './refused.ts';

const at = (poleId: string, reason: string, count = 1, what: Refused['what'] = 'order'): Refused => ({
  ...{ poleId, what, reason, count },
});
const told = (refused: readonly Refused[], open: readonly OpenAlarm[] = []): string[] =>
  refusalConditions(refused, open).map(({ kind, subject, count }) => `${kind} ${subject} ${count}`);
const alarm = (kind: OpenAlarm['kind'], subject: string, poles: readonly string[] = []): OpenAlarm => ({
  ...{ id: kind, kind, subject, count: poles.length, poles },
});

describe('Refusals', () => {
  test('of one pole are its alarm, whatever it refused', () => {
    expect(told([at('a', 'bad-signature', 3), at('a', 'expired')])).toEqual(['refusals a 4']);
    expect(told([])).toEqual([]);
  });

  test('of what somebody made up are one alarm for all poles, however many ways were tried', () => {
    const tried = [
      at('a', 'bad-signature', 3),
      at('b', 'replayed'),
      at('b', 'unreadable'),
      at('c', 'key-revoked'),
    ];
    expect(refusalConditions(tried, [])).toEqual([
      { kind: 'forged-many', subject: 'forged', count: 3, isCertain: true, poles: ['a', 'b', 'c'] },
    ]);
  });

  test('for another reason are one alarm a reason: a certificate that ran out is no attack', () => {
    const many = ['a', 'b'].map((id) => at(id, 'certificate-expired'));
    expect(told([...many, at('a', 'bad-signature')])).toEqual([
      'refused-many certificate-expired 2',
      'refusals a 1',
    ]);
    // Of a sound file it says that the file is broken, and not that somebody forged it.
    expect(told(['a', 'b'].map((id) => at(id, 'unreadable', 1, 'audio')))).toEqual([
      'refused-many unreadable 2',
    ]);
  });

  test('a pole that comes joins the alarm, and its own one is over', () => {
    const both = refusalConditions([at('a', 'replayed'), at('b', 'replayed')], []);
    expect(reconcile([alarm('refusals', 'a')], both)).toMatchObject({
      raise: [{ kind: 'forged-many', count: 2 }],
      clear: ['refusals'],
    });
    const open = [alarm('forged-many', 'forged', ['a', 'b'])];
    const three = refusalConditions(
      [at('a', 'replayed'), at('b', 'replayed'), at('c', 'bad-signature')],
      open,
    );
    expect(reconcile(open, three)).toEqual({
      raise: [],
      clear: [],
      join: [{ id: 'forged-many', poles: ['c'] }],
      renew: [],
    });
  });

  test('poles leave without a new alarm for the last one, until that is over as well', () => {
    const open = [alarm('forged-many', 'forged', ['a', 'b', 'c'])];
    const last = refusalConditions([at('b', 'replayed')], open);
    expect(reconcile(open, last)).toEqual({ raise: [], clear: [], join: [], renew: [] });
    expect(reconcile(open, refusalConditions([], open)).clear).toEqual(['forged-many']);
  });
});
