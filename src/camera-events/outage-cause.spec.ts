import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { causeOf, causes, togetherMs } from './outage-cause.ts';
import type { Neighbour, OutageCause } from './outage-cause.ts';

let made = 0;
const at = 1_000_000;
function some(
  kind: Neighbour['kind'],
  count: number,
  lostAfterMs: number | null,
  villageId = 'v1',
): Neighbour[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ id: `${kind}-${++made}`, kind, villageId, isSilent: true },
    lostAt: lostAfterMs === null ? null : at + lostAfterMs + index * 1_000,
  }));
}
const of = (all: readonly Neighbour[]): OutageCause => {
  const lost = all.find((one) => one.kind === 'camera' && one.lostAt !== null);
  if (lost?.lostAt == null) throw new Error('none is lost');
  return causeOf({ ...lost, lostAt: lost.lostAt }, all);
};

describe('why a camera is out of reach', () => {
  const others = [...some('camera', 4, null, 'v2'), ...some('pole', 2, null, 'v2')];

  test('the village has no power when its poles are gone too: so many cameras and poles in so many seconds', () => {
    expect(of([...some('camera', 6, 0), ...some('pole', 2, 19_000), ...others])).toEqual({
      ...{ cause: 'power', cameras: 6, ofCameras: 6, poles: 2, ofPoles: 2, fromAt: at, withinMs: 20_000 },
    });
    expect(of([...some('camera', 5, 0), ...some('camera', 1, null), ...some('pole', 2, 30_000)]).cause).toBe(
      'power',
    );
  });

  test('the line of the cameras is cut when they are gone and the poles are there', () => {
    expect(of([...some('camera', 4, 0), ...some('pole', 2, null), ...others]).cause).toBe('uplink');
    expect(of([...some('camera', 4, 0), ...others]).cause).toBe('power-or-uplink');
  });

  test('it is the camera where its neighbours are there, and nobody can tell where it has none', () => {
    expect(of([...some('camera', 1, 0), ...some('camera', 3, null), ...others]).cause).toBe('camera');
    expect(of([...some('camera', 1, 0), ...some('pole', 1, null)]).cause).toBe('camera');
    expect(of([...some('camera', 1, 0), ...others]).cause).toBe('unknown');
    const [refused] = some('camera', 1, 0).map((one) => ({ ...one, isSilent: false }));
    if (refused === undefined) throw new Error('none');
    expect(of([refused, ...some('camera', 5, 0), ...some('pole', 2, 0)]).cause).toBe('camera');
  });

  test('what was lost at another time is another thing', () => {
    const before = some('camera', 3, -togetherMs - 10_000).map((one) => ({ ...one, kind: 'pole' as const }));
    expect(of([...some('camera', 1, 0), ...before, ...some('camera', 2, null)])).toMatchObject({
      ...{ cause: 'camera', cameras: 1, poles: 0 },
    });
  });

  test('several villages at once are the line that they share', () => {
    const dark = (village: string) => [...some('camera', 3, 0, village), ...some('pole', 1, 5_000, village)];
    expect(of([...dark('v1'), ...dark('v2'), ...dark('v3')]).cause).toBe('commune-uplink');
    const bright = ['v3', 'v4', 'v5'].flatMap((village) => some('camera', 2, null, village));
    expect(of([...dark('v1'), ...dark('v2'), ...bright]).cause).toBe('power');
  });

  test('whatever is lost: itself is counted, never more than there are, and no cause needs what was not seen', () => {
    const any = fc.record({
      ...{ id: fc.uuid(), kind: fc.constantFrom('camera' as const, 'pole' as const), isSilent: fc.boolean() },
      villageId: fc.constantFrom('v1', 'v2', 'v3'),
      lostAt: fc.option(fc.integer({ min: at - 300_000, max: at + 300_000 })),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), fc.boolean(), (all, isSilent) => {
        const lost = { id: 'lost', kind: 'camera' as const, villageId: 'v1', lostAt: at, isSilent };
        const told = causeOf(lost, [...all, lost]);
        expect(causes).toContain(told.cause);
        expect(told.cameras).toBeGreaterThan(0);
        expect(told.cameras).toBeLessThanOrEqual(told.ofCameras);
        expect(told.poles).toBeLessThanOrEqual(told.ofPoles);
        expect(told.withinMs).toBeLessThanOrEqual(2 * togetherMs);
        if (told.cause === 'power') expect(told.poles).toBeGreaterThan(0);
        if (told.cause === 'uplink') expect(told.ofPoles).toBeGreaterThan(told.poles);
        if (!isSilent) expect(told.cause).toBe('camera');
      }),
    );
  });
});
