import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { airingId } from '../../devices/protocol/airing-id.ts';
import { programme } from '../../devices/protocol/pole-messages.ts';
import { betweenLanguagesMs, compileProgramme, contentHash, soundings } from './programme.ts';
import type { Compilation, PoleToCompile, Scheduled } from './programme.ts';
import { byLanguages } from './reach.ts';

const uuid = (kind: number, index: number): string =>
  `${kind}0000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const noon = Date.parse('2026-11-21T12:00:00+07:00');
const dayMs = 86_400_000;
const audio = { sha256: 'a'.repeat(64), bytes: 1_000, seconds: 30 };

function scheduled(index: number, more: Partial<Scheduled> = {}): Scheduled {
  return {
    id: uuid(1, index),
    title: `Bản tin ${index}`,
    priority: 'regular',
    schedule: { kind: 'daily', time: '17:00', fromDate: '2026-11-20', untilDate: '2026-12-31' },
    repeatCount: 1,
    repeatGapSeconds: 60,
    lateSeconds: 120,
    versions: [{ language: 'vi', audio }],
    poles: new Set([uuid(2, 1)]),
    ...more,
  };
}

function compilation(broadcasts: Scheduled[], more: Partial<Compilation> = {}): Compilation {
  return {
    communeId: uuid(3, 1),
    timeZone: 'Asia/Ho_Chi_Minh',
    quiet: { from: '21:00', until: '05:00' },
    rules: { priorityWaitMs: 0, afterCut: { regular: 'drop', priority: 'resume' }, resumeMs: 600_000 },
    precedence: new Set(),
    fromAt: noon,
    untilAt: noon + 7 * dayMs,
    broadcasts,
    orderNumber: 7,
    emergencies: [],
    prepared: [],
    revokedKeys: [],
    ...more,
  };
}

const pole = (index: number): PoleToCompile => ({
  id: uuid(2, index),
  volume: { regular: 70, priority: 80, emergency: 100 },
  offsetMs: 0,
  silencedAt: 0,
});

describe('A pole’s programme', () => {
  test('names each day’s item of the week ahead, for its own broadcasts only', () => {
    const both = compilation([scheduled(1), scheduled(2, { poles: new Set([uuid(2, 2)]) })]);
    const { content, airings } = compileProgramme(both, soundings(both), pole(1));
    expect(content.items.map(({ broadcast }) => broadcast)).toEqual(new Array(7).fill(uuid(1, 1)));
    expect(new Date(content.items[0]?.startAt ?? 0).toISOString()).toBe('2026-11-21T10:00:00.000Z');
    expect(airings).toHaveLength(7);
  });

  test('is what the protocol allows', () => {
    const one = compilation([scheduled(1, { repeatCount: 3 })]);
    const { content } = compileProgramme(one, soundings(one), pole(1));
    expect(programme.parse({ ...content, number: 1, issuedAt: 1, untilAt: 2 }).items).toHaveLength(21);
  });

  test('leaves out what would disturb the quiet hours, its last repeat included', () => {
    const late = { kind: 'daily', time: '20:59', fromDate: '2026-11-21', untilDate: '2026-11-21' } as const;
    const evening = compilation([scheduled(1, { schedule: late, repeatCount: 3, repeatGapSeconds: 10 })]);
    expect(soundings(evening).map(({ repeat }) => repeat)).toEqual([0]);
  });

  test('repeats follow each other with the gap, each an airing of its own', () => {
    const thrice = compilation([scheduled(1, { repeatCount: 3 })], { untilAt: noon + dayMs / 2 });
    const { content } = compileProgramme(thrice, soundings(thrice), pole(1));
    const [first, second, third] = content.items;
    expect((second?.startAt ?? 0) - (first?.startAt ?? 0)).toBe(90_000);
    expect((third?.startAt ?? 0) - (second?.startAt ?? 0)).toBe(90_000);
    expect(new Set(content.items.map(({ airing }) => airing)).size).toBe(3);
  });

  test('carries the emergencies in force for it, and says up to which order it speaks', () => {
    const emergency = {
      ...{ id: uuid(4, 1), audio, startAt: noon, endAt: noon + 60_000, everySeconds: 30 },
    };
    const urgent = compilation([], {
      emergencies: [
        { ...emergency, poles: null },
        { ...emergency, id: uuid(4, 2), poles: new Set([uuid(2, 9)]) },
        { ...emergency, id: uuid(4, 3), endAt: noon - 1, poles: null },
      ],
    });
    const { content } = compileProgramme(urgent, [], pole(1));
    expect(content.emergencies.map(({ id }) => id)).toEqual([uuid(4, 1)]);
    expect(content.orderNumber).toBe(7);
  });

  test('whatever is asked: in order, in the period, each airing once, the same however often and whenever compiled', () => {
    const some = fc.array(
      fc.record({
        time: fc.integer({ min: 5 * 60, max: 20 * 60 }),
        repeatCount: fc.integer({ min: 1, max: 4 }),
        weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        here: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 2 * dayMs }), (wanted, laterMs) => {
        const broadcasts = wanted.map(({ time, repeatCount, weekdays, here }, index) =>
          scheduled(index, {
            repeatCount,
            poles: new Set(here ? [uuid(2, 1)] : []),
            schedule: {
              kind: 'weekly',
              time: `${String(Math.floor(time / 60)).padStart(2, '0')}:${String(time % 60).padStart(2, '0')}`,
              weekdays,
              fromDate: '2026-11-01',
              untilDate: '2026-12-31',
            },
          }),
        );
        const now = compilation(broadcasts);
        const items = compileProgramme(now, soundings(now), pole(1)).content.items;
        const ids = items.map(({ airing }) => airing);
        expect(new Set(ids).size).toBe(ids.length);
        expect(items.map(({ startAt }) => startAt)).toEqual(
          items.map(({ startAt }) => startAt).sort((a, b) => a - b),
        );
        expect(items.every(({ startAt, startBy }) => startBy > startAt && startAt < now.untilAt)).toBe(true);

        const later = compilation(broadcasts, { fromAt: noon + laterMs });
        const again = compileProgramme(later, soundings(later), pole(1)).content.items;
        const known = new Map(items.map((item) => [item.airing, item]));
        for (const item of again) expect(known.get(item.airing)).toEqual(item);
      }),
      { numRuns: 60 },
    );
  });

  test('never reaches into the quiet hours, however late it starts, waits or goes on, on whichever pole', () => {
    const some = fc.array(
      fc.record({
        minute: fc.integer({ min: 0, max: 24 * 60 - 1 }),
        seconds: fc.integer({ min: 1, max: 600 }),
        isPriority: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 30_000 }), (wanted, offsetMs) => {
        const broadcasts = wanted.map(({ minute, seconds, isPriority }, index) => {
          const clock = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0'));
          return scheduled(index, {
            priority: isPriority ? 'priority' : 'regular',
            versions: [{ language: 'vi', audio: { ...audio, seconds } }],
            schedule: {
              ...{ kind: 'daily', time: clock.join(':') },
              fromDate: '2026-11-20',
              untilDate: '2026-11-23',
            },
          });
        });
        const rules = {
          priorityWaitMs: 0,
          afterCut: { regular: 'restart', priority: 'resume' },
          resumeMs: 900_000,
        } as const;
        const all = compilation(broadcasts, { rules });
        for (const item of compileProgramme(all, soundings(all), { ...pole(1), offsetMs }).content.items) {
          const soundMs = item.audio.seconds * 1_000;
          const hour = new Date(item.endBy - 1 + 7 * 3_600_000).getUTCHours();
          expect(hour >= 5 && hour < 21).toBe(true);
          expect(item.startBy).toBeGreaterThanOrEqual(item.startAt);
          // But for the pole's offset at the very edge, whatever may begin fits.
          if (item.startBy > item.startAt)
            expect(item.startBy + offsetMs + soundMs).toBeLessThanOrEqual(item.endBy);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('lets colliding priority items wait for each other, and still does when the first is over', () => {
    const two = [1, 2].map((index) => scheduled(index, { priority: 'priority' }));
    const before = compilation(two);
    const [first, second] = compileProgramme(before, soundings(before), pole(1)).content.items;
    expect([first?.after, second?.after]).toEqual([null, first?.airing]);
    expect(second?.startBy).toBe((first?.startAt ?? 0) + 30_000 + 120_000);
    const later = compilation(two, { fromAt: (first?.endBy ?? 0) + 1 });
    const after = compileProgramme(later, soundings(later), pole(1)).content.items;
    expect(after.find(({ airing }) => airing === second?.airing)).toEqual(second);
  });

  test('says the versions of its village one after another, each an airing of its own', () => {
    const spoken = (language: string, seconds: number) => ({ language, audio: { ...audio, seconds } });
    const both = [spoken('rad', 20), spoken('vi', 30)];
    const two = compilation([scheduled(1, { versions: both, repeatCount: 2 })], {
      untilAt: noon + dayMs / 2,
    });
    const { airings } = compileProgramme(two, soundings(two), pole(1));
    const at = airings.map(({ language, repeat, item }) => [
      language,
      repeat,
      (item.startAt - (airings[0]?.item.startAt ?? 0)) / 1_000,
    ]);
    // 20 s, 1.5 s of silence, 30 s; the turn again a minute after its end.
    expect(at).toEqual([
      ['rad', 0, 0],
      ['vi', 0, 21.5],
      ['rad', 1, 111.5],
      ['vi', 1, 133],
    ]);
    expect(new Set(airings.map(({ item }) => item.airing)).size).toBe(4);
  });

  test('gives a broadcast in one language the identity that it always had', () => {
    const one = compilation([scheduled(1)], { untilAt: noon + dayMs / 2 });
    const { airings } = compileProgramme(one, soundings(one), pole(1));
    expect(airings[0]?.item.airing).toBe(airingId(uuid(1, 1), '2026-11-21T17:00', 0, uuid(2, 1)));
    const withOther = compilation(
      [
        scheduled(1, {
          versions: [
            { language: 'vi', audio },
            { language: 'rad', audio },
          ],
        }),
      ],
      { untilAt: noon + dayMs / 2 },
    );
    const [vi, rad] = compileProgramme(withOther, soundings(withOther), pole(1)).airings;
    expect(vi?.item.airing).toBe(airings[0]?.item.airing);
    expect(rad?.item.airing).not.toBe(vi?.item.airing);
  });

  test('leaves a turn out whole where its last language would disturb the quiet hours', () => {
    const late = { kind: 'daily', time: '20:59', fromDate: '2026-11-21', untilDate: '2026-11-21' } as const;
    const versions = [
      { language: 'rad', audio },
      { language: 'vi', audio: { ...audio, seconds: 45 } },
    ];
    const evening = compilation([scheduled(1, { schedule: late, versions })]);
    expect(soundings(evening)).toEqual([]);
  });

  test('whatever the villages hear and whatever was recorded: each in its order, back to back, nothing in place', () => {
    const codes = ['vi', 'rad', 'jra', 'bdq'];
    const some = fc.uniqueArray(fc.constantFrom(...codes), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 5 }), some, (villages, recorded) => {
        const versions = recorded.map((language, at) => ({
          language,
          audio: { ...audio, seconds: 10 + at },
        }));
        const orders = new Map(villages.map((order, at) => [uuid(5, at), order]));
        const places = villages.map((_, at) => ({ id: uuid(2, at), villageId: uuid(5, at) }));
        const groups = byLanguages(places, orders, versions).map((group) =>
          scheduled(1, { versions: group.versions, poles: new Set(group.poles.map(({ id }) => id)) }),
        );
        const all = compilation(groups, { untilAt: noon + dayMs / 2 });
        for (const [at, order] of villages.entries()) {
          const { airings } = compileProgramme(all, soundings(all), pole(at));
          expect(airings.map(({ language }) => language)).toEqual(
            order.filter((code) => recorded.includes(code)),
          );
          for (const [next, { item }] of airings.slice(1).entries()) {
            const before = airings[next]?.item;
            const gapMs = item.startAt - (before?.startAt ?? 0) - (before?.audio.seconds ?? 0) * 1_000;
            expect(gapMs).toBe(betweenLanguagesMs);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('its hash tells a change of content and of the key that signs', () => {
    const one = compilation([scheduled(1)]);
    const { content } = compileProgramme(one, soundings(one), pole(1));
    expect(contentHash(content, 'k1')).toBe(contentHash(structuredClone(content), 'k1'));
    expect(contentHash(content, 'k1')).not.toBe(contentHash(content, 'k2'));
    expect(contentHash(content, 'k1')).not.toBe(contentHash({ ...content, silencedAt: 1 }, 'k1'));
  });
});
