import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { decide } from '../../devices/protocol/decide.ts';
import type { AudioRef, Order, Programme } from '../../devices/protocol/pole-messages.ts';
import { emergencyParts } from './emergency-parts.ts';

const sound = (letter: string, seconds: number): AudioRef => ({
  sha256: letter.repeat(64),
  bytes: 1_000,
  seconds,
});
const versions = [
  { language: 'vi', audio: sound('a', 20) },
  { language: 'rad', audio: sound('b', 30) },
];
const poles = [
  { id: 'pole-1', villageId: 'kinh' },
  { id: 'pole-2', villageId: 'ede' },
  { id: 'pole-3', villageId: 'cham' },
];
const orders = new Map([
  ['kinh', ['vi']],
  ['ede', ['rad', 'vi']],
  ['cham', ['cjm']],
]);

describe('an emergency', () => {
  test('sounds in each village’s languages one after another, in Vietnamese where there is none of them', () => {
    const { parts, longestTurnMs } = emergencyParts(poles, true, orders, versions);
    expect(parts.map(({ language, poles: whose, delayMs }) => [language, whose, delayMs])).toEqual([
      ['vi', ['pole-1', 'pole-3'], 0],
      ['rad', ['pole-2'], 0],
      ['vi', ['pole-2'], 31_500],
    ]);
    expect(longestTurnMs).toBe(51_500);
  });

  test('in Vietnamese only is one for the whole commune, later poles included', () => {
    const { parts } = emergencyParts(poles, true, orders, versions.slice(0, 1));
    expect(parts).toEqual([{ language: 'vi', audio: versions[0]?.audio, poles: null, delayMs: 0 }]);
    const [some] = emergencyParts(poles.slice(0, 1), false, orders, versions).parts;
    expect(some?.poles).toEqual(['pole-1']);
  });

  test('is said whole in every language in each repeat, whatever they take', () => {
    const two = fc.tuple(fc.integer({ min: 3, max: 200 }), fc.integer({ min: 3, max: 200 }));
    fc.assert(
      fc.property(two, fc.integer({ min: 10, max: 600 }), ([first, second], wanted) => {
        const both = [
          { language: 'vi', audio: sound('a', first) },
          { language: 'rad', audio: sound('b', second) },
        ];
        const { parts, longestTurnMs } = emergencyParts(poles.slice(1, 2), false, orders, both);
        const everySeconds = Math.max(wanted, Math.ceil(longestTurnMs / 1_000) + 5);
        const heard = said(parts, everySeconds, 3);
        expect(heard).toEqual(['b', 'a', 'b', 'a', 'b', 'a']);
      }),
      { numRuns: 50 },
    );
  });
});

/** What a pole says in so many repeats, by its own rule: the first letter of each sound that was said to its end. */
function said(
  parts: ReturnType<typeof emergencyParts>['parts'],
  everySeconds: number,
  repeats: number,
): string[] {
  const [commune, pole] = ['0198c0de-0000-7000-8000-000000000001', '0198c0de-0000-7000-8000-000000000002'];
  const beginAt = 1_000;
  const endAt = beginAt + repeats * everySeconds * 1_000;
  const taken = parts.map(({ audio, delayMs }, at): Order => {
    const id = `0198c0de-0000-7000-8000-00000000001${at}`;
    const emergency = { id, audio, startAt: beginAt + delayMs, endAt, everySeconds };
    return {
      v: 1,
      commune,
      id,
      number: at + 1,
      issuedAt: 0,
      expiresAt: endAt,
      poles: [pole],
      kind: 'emergency',
      emergency,
    };
  });
  const began = new Map<string, { beganAt: number; partAt: number | null; fromMs: number }>();
  const ended = new Set<string>();
  const heard: string[] = [];
  const programme: Programme = {
    ...{ v: 1, commune, pole, number: 1, issuedAt: 0, untilAt: endAt, offsetMs: 0, items: [] },
    ...{ orderNumber: 0, emergencies: [], silencedAt: 0, revokedKeys: [], prepared: [] },
    volume: { regular: 70, priority: 80, emergency: 100 },
  };
  const heldAudio = new Set(parts.map(({ audio }) => audio.sha256));
  let now: number | null = beginAt;
  while (now !== null && now < endAt) {
    const situation = { programme, orders: taken, began, ended, heldAudio };
    const { sound: chosen, end, nextAt } = decide(situation, now);
    expect(end).toEqual([]);
    if (chosen !== null && !began.has(chosen.airing)) {
      began.set(chosen.airing, { beganAt: now, partAt: now, fromMs: 0 });
      const endsAt: number = now + Math.ceil(chosen.audio.seconds * 1_000);
      if (endsAt <= endAt) heard.push(chosen.audio.sha256.charAt(0));
    }
    now = nextAt;
  }
  return heard;
}
