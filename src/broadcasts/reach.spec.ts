import { describe, expect, test } from '@jest/globals';
import { polesOf, refuseBadTarget } from './reach.ts';

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

  test('a village head reaches their own villages', () => {
    expect(refuseBadTarget({ kind: 'villages', villageIds: ['v1'] }, poles, ['v1'])).toHaveLength(2);
  });
});
