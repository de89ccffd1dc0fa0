import { describe, expect, test } from '@jest/globals';
import { polesOf, reachSafely, refuseBadTarget } from './reach.ts';

const poles = [
  { id: 'p1', villageId: 'v1' },
  { id: 'p2', villageId: 'v1' },
  { id: 'p3', villageId: 'v2' },
];

describe('Where a broadcast reaches', () => {
  test('the commune, villages, or single poles', () => {
    expect(polesOf({ kind: 'commune' }, poles)).toHaveLength(3);
    expect(polesOf({ kind: 'villages', villageIds: ['v1'] }, poles).map(({ id }) => id)).toEqual([
      'p1',
      'p2',
    ]);
    expect(polesOf({ kind: 'loudspeakers', loudspeakerIds: ['p3'] }, poles).map(({ id }) => id)).toEqual([
      'p3',
    ]);
  });

  test.each([
    [
      'a pole that is not there',
      { kind: 'loudspeakers', loudspeakerIds: ['p1', 'px'] },
      null,
      'broadcasts.unknown-target',
    ],
    ['a village without poles', { kind: 'villages', villageIds: ['v3'] }, null, 'broadcasts.no-poles'],
    ['the commune, by a village head', { kind: 'commune' }, ['v1', 'v2'], 'broadcasts.beyond-your-villages'],
    ['another village', { kind: 'villages', villageIds: ['v2'] }, ['v1'], 'broadcasts.beyond-your-villages'],
    [
      'a pole of another village',
      { kind: 'loudspeakers', loudspeakerIds: ['p3'] },
      ['v1'],
      'broadcasts.beyond-your-villages',
    ],
  ] as const)('refuses %s', (_, target, allowed, code) => {
    const given = JSON.parse(JSON.stringify(target)) as Parameters<typeof refuseBadTarget>[0];
    expect(() => refuseBadTarget(given, poles, allowed)).toThrow(expect.objectContaining({ code }));
  });

  test('a pole that was put up a moment ago is asked of the database, and of nothing else where that is down', async () => {
    const fresh = { kind: 'loudspeakers' as const, loudspeakerIds: ['p9'] };
    const asked: string[] = [];
    const all = [...poles, { id: 'p9', villageId: 'v1' }];
    const ask = () => {
      asked.push('asked');
      return Promise.resolve(all);
    };
    expect(await reachSafely({ kind: 'commune' }, null, { kept: poles, ask })).toHaveLength(3);
    expect(asked).toEqual([]);
    expect(await reachSafely(fresh, null, { kept: poles, ask })).toEqual([{ id: 'p9', villageId: 'v1' }]);
    expect(await reachSafely({ kind: 'commune' }, null, { kept: [], ask })).toHaveLength(4);
    const down = () => Promise.reject(new Error('down'));
    await expect(reachSafely(fresh, null, { kept: poles, ask: down })).rejects.toMatchObject({
      code: 'broadcasts.unknown-target',
    });
  });

  test('a village head reaches their own villages', () => {
    expect(refuseBadTarget({ kind: 'villages', villageIds: ['v1'] }, poles, ['v1'])).toHaveLength(2);
  });
});
