import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { detectedWord } from './detected.ts';
import { longestMsOf } from './kinds.ts';
import { foldLongestMs, foldWithinMs, Merge, sourceKeyOf } from './merge.ts';
import type { EventState, MergingNotice } from './merge.ts';

const staleAfterMs = longestMsOf('motion');
let made = 0;
function merging(known: readonly EventState[] = []): Merge {
  return new Merge(
    known,
    (camera) => `point of ${camera}`,
    () => `event-${++made}`,
  );
}

function notice(phase: MergingNotice['phase'], receivedAt: number, more: Partial<MergingNotice> = {}) {
  return {
    ...{ id: `notice-${receivedAt}`, camera: 'c1', receivedAt, occurredAt: receivedAt - 200 },
    ...{ uncertaintyMs: 50, topic: 'RuleEngine/CellMotionDetector/Motion', kind: 'motion', phase },
    ...{ source: [{ name: 'Rule', value: 'r1' }], snapshot: null, detected: null, ...more },
  };
}

describe("a detector's words", () => {
  const word = (object: string, score = 0.5, zones: string[] = []) => ({
    detected: { detectorId: 'd1', model: 'yolo', modelVersion: '8n', label: 'person', score, zones, object },
  });

  test('are one event until the last of those it follows has gone', () => {
    const merge = merging();
    const id = merge.take(notice('begin', 1_000, word('a', 0.7, ['cổng'])));
    for (const [phase, at, object, score] of [
      ['begin', 2_000, 'b', 0.9],
      ['end', 5_000, 'a', 0.6],
      ['begin', 6_000, 'b', 0.8],
      // One whose begin was never told.
      ['end', 6_500, 'c', 0.2],
    ] as const)
      expect(merge.take(notice(phase, at, word(object, score, ['sân'])))).toBe(id);
    expect(merge.changed()).toMatchObject([
      { state: 'open', detected: { score: 0.9, zones: ['cổng', 'sân'], objects: { b: 6_000 } } },
    ]);
    expect(merge.take(notice('end', 7_000, word('b')))).toBe(id);
    expect(merge.changed()).toMatchObject([{ state: 'closed', noticeCount: 6, detected: { objects: {} } }]);
  });

  test('of one whose end was lost do not hold the event open for ever', () => {
    const merge = merging();
    merge.take(notice('begin', 0, word('lost')));
    const busy = staleAfterMs / 2;
    for (const at of [busy, 2 * busy, 3 * busy]) merge.take(notice('begin', at, word('busy')));
    merge.take(notice('end', 3 * busy + 1, word('busy')));
    expect(merge.changed()).toMatchObject([{ state: 'closed', endedBy: 'camera' }]);
  });

  test('without numbers belong together by their zones', () => {
    const merge = merging();
    const of = (zone: string) => ({ detected: detectedWord('d1', [{ name: 'Zone', value: zone }]) });
    merge.take(notice('begin', 0, of('cổng')));
    merge.take(notice('begin', 1, of('sân')));
    merge.take(notice('end', 2, of('cổng')));
    expect(merge.changed()).toMatchObject([{ state: 'open' }]);
    merge.take(notice('end', 3, of('sân')));
    expect(merge.changed()).toMatchObject([{ state: 'closed' }]);
  });
});

describe('notices become events', () => {
  test('what begins and ends is one event, from the first occurrence to the last', () => {
    const merge = merging();
    const id = merge.take(notice('begin', 1_000));
    expect(merge.take(notice('begin', 2_000))).toBe(id);
    expect(merge.take(notice('end', 9_000))).toBe(id);
    expect(merge.changed()).toEqual([
      expect.objectContaining({
        ...{ id, state: 'closed', occurredAt: 800, endedAt: 8_800, noticeCount: 3, lastNoticeAt: 9_000 },
        pointId: 'point of c1',
      }),
    ]);
    expect(merge.take(notice('begin', 9_001 + foldWithinMs))).not.toBe(id);
  });

  test('a storm of short ones is one event with its count, open again at each begin', () => {
    const merge = merging();
    const id = merge.take(notice('begin', 1_000));
    for (let at = 2_000; at < 20_000; at += 2_000) {
      expect(merge.take(notice('end', at))).toBe(id);
      expect(merge.take(notice('begin', at + 1_000))).toBe(id);
    }
    expect(merge.changed()).toEqual([
      expect.objectContaining({ id, state: 'open', endedAt: null, noticeCount: 19 }),
    ]);
  });

  test('goes on where an earlier message left off', () => {
    const first = merging();
    const id = first.take(notice('begin', 1_000));
    const later = merging(first.changed());
    expect(later.take(notice('end', 5_000))).toBe(id);
    expect(later.isNew(id ?? '')).toBe(false);
    expect(later.changed()[0]).toMatchObject({ state: 'closed', noticeCount: 2 });
  });

  test('an end without a begin, and what is merely so, are no events', () => {
    const merge = merging();
    expect(merge.take(notice('end', 1_000))).toBeNull();
    expect(merge.take(notice('state', 2_000))).toBeNull();
    expect(merge.changed()).toEqual([]);
  });

  test('another camera, kind or source is another event, in whatever order the source stands', () => {
    const merge = merging();
    const ids = [
      merge.take(notice('begin', 1_000)),
      merge.take(notice('begin', 1_000, { camera: 'c2' })),
      merge.take(notice('begin', 1_000, { kind: 'tamper' })),
      merge.take(notice('begin', 1_000, { source: [{ name: 'Rule', value: 'r2' }] })),
    ];
    expect(new Set(ids).size).toBe(4);
    const items = [
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ];
    expect(sourceKeyOf(items)).toBe(sourceKeyOf([...items].reverse()));
  });

  test('a begin long after the last word is another event: the end was missed', () => {
    const merge = merging();
    const id = merge.take(notice('begin', 1_000));
    const next = merge.take(notice('begin', 1_000 + staleAfterMs + 1));
    expect(next).not.toBe(id);
    expect(merge.changed()).toEqual([
      expect.objectContaining({ id, state: 'closed', endedAt: 1_000, endedBy: 'time' }),
      expect.objectContaining({ id: next, state: 'open' }),
    ]);
  });

  test('where no end comes any more, what was open is over with its last word, and moments follow', () => {
    const first = merging();
    const id = first.take(notice('begin', 1_000));
    const later = merging(first.changed());
    expect(later.take(notice('instant', 1_000 + foldWithinMs))).toBe(id);
    const next = later.take(notice('instant', 100_000));
    expect(later.changed()).toEqual([
      expect.objectContaining({ id, state: 'closed', endedAt: 11_000, endedBy: 'time', noticeCount: 2 }),
      expect.objectContaining({ id: next, state: 'instant', noticeCount: 1 }),
    ]);
  });

  test('instants close together are one event, but not for ever', () => {
    const merge = merging();
    const id = merge.take(notice('instant', 0));
    expect(merge.take(notice('instant', foldWithinMs))).toBe(id);
    expect(merge.take(notice('instant', 2 * foldWithinMs + 1))).not.toBe(id);
    let at = 1_000_000;
    const chain = merge.take(notice('instant', at));
    while (at < 1_000_000 + foldLongestMs) {
      at += foldWithinMs;
      expect(merge.take(notice('instant', at))).toBe(chain);
    }
    expect(merge.take(notice('instant', at + foldWithinMs))).not.toBe(chain);
  });

  test('the first picture stays, also one that comes after its notice', () => {
    const merge = merging();
    const id = merge.take(notice('begin', 1_000)) ?? '';
    expect(merge.picture(id, { sha256: 'first', takenAt: 1_100 })).toBe(true);
    expect(merge.picture(id, { sha256: 'second', takenAt: 1_200 })).toBe(false);
    expect(merge.picture('another event', { sha256: 'first', takenAt: 1 })).toBe(false);
    merge.take(notice('begin', 2_000, { snapshot: { sha256: 'third', takenAt: 2_000 } }));
    expect(merge.changed()[0]).toMatchObject({ snapshotSha256: 'first', snapshotAt: 1_100 });
  });

  test('whatever comes: each notice counts once, at most one event is open, none ends before it began', () => {
    const arbitrary = fc.record({
      phase: fc.constantFrom('begin', 'end', 'instant', 'state'),
      gapMs: fc.integer({ min: 0, max: 2 * staleAfterMs }),
      skewMs: fc.integer({ min: -10_000_000, max: 10_000_000 }),
      camera: fc.constantFrom('c1', 'c2'),
      kind: fc.constantFrom('motion', 'tamper'),
    });
    fc.assert(
      fc.property(
        fc.array(arbitrary, { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (told, perMessage) => {
          const stored = new Map<string, EventState>();
          let at = 100_000_000;
          let attached = 0;
          for (let from = 0; from < told.length; from += perMessage) {
            const merge = merging([...stored.values()]);
            for (const { phase, gapMs, skewMs, camera, kind } of told.slice(from, from + perMessage)) {
              at += gapMs;
              const one = notice(phase, at, { camera, kind, occurredAt: at + skewMs });
              if (merge.take(one) !== null) attached += 1;
            }
            for (const event of merge.changed()) stored.set(event.id, event);
          }
          const all = [...stored.values()];
          expect(all.reduce((sum, event) => sum + event.noticeCount, 0)).toBe(attached);
          const open = all.filter((event) => event.state === 'open');
          expect(new Set(open.map((event) => `${event.cameraId} ${event.kind}`)).size).toBe(open.length);
          for (const event of all) {
            expect(event.state === 'closed').toBe(event.endedAt !== null);
            expect(event.lastNoticeAt).toBeGreaterThanOrEqual(event.receivedAt);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
