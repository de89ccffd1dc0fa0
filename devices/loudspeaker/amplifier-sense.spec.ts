import { expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { AmplifierSense } from './amplifier-sense.ts';

const times = { patienceMs: 8_000, tailMs: 2_000, tellMs: 120_000 };

test('what sounds when it should is right, and came out whole', () => {
  const sense = new AmplifierSense(0, times);
  sense.switched(true, 10_000);
  sense.began('a', 10_250);
  sense.felt(true, 10_600);
  // Pauses in speech.
  sense.felt(false, 15_000);
  sense.felt(true, 20_000);
  sense.over(30_000);
  sense.switched(false, 30_000);
  sense.felt(false, 31_500);
  expect(sense.look(40_000)).toBe('right');
  expect(sense.cameOut('a')).toBe('all');
});

test('an amplifier that says nothing is silent after the patience, until it is heard again', () => {
  const sense = new AmplifierSense(0, times);
  sense.switched(true, 0);
  sense.began('a', 0);
  expect(sense.look(8_000)).toBe('right');
  expect(sense.look(8_001)).toBe('silent');
  sense.over(20_000);
  expect(sense.cameOut('a')).toBe('nothing');
  // Nobody knows better while nothing plays.
  expect(sense.look(3_600_000)).toBe('silent');
  sense.began('b', 3_600_000);
  sense.felt(true, 3_600_300);
  expect(sense.look(3_600_400)).toBe('right');
});

test('a short item of which nothing came out is not played either; one too short to judge is believed', () => {
  const sense = new AmplifierSense(0, times);
  sense.began('short', 0);
  sense.over(1_500);
  sense.began('blink', 2_000);
  sense.over(2_900);
  expect([sense.cameOut('short'), sense.cameOut('blink')]).toEqual(['nothing', 'all']);
});

test('an item whose amplifier fails in the middle came out in part, and so does one of two parts', () => {
  const sense = new AmplifierSense(0, times);
  sense.began('middle', 0);
  sense.felt(true, 100);
  sense.felt(false, 5_000);
  sense.look(14_000);
  sense.over(20_000);
  sense.began('parts', 20_000);
  sense.over(25_000);
  sense.began('parts', 30_000);
  sense.felt(true, 30_100);
  sense.over(35_000);
  expect([sense.cameOut('middle'), sense.cameOut('parts')]).toEqual(['part', 'part']);
});

test('sound without an order is told, also when it was short, and not for what rings on', () => {
  const sense = new AmplifierSense(0, times);
  sense.switched(true, 0);
  sense.began('a', 0);
  sense.felt(true, 100);
  sense.over(10_000);
  sense.switched(false, 10_000);
  expect(sense.look(12_000)).toBe('right');
  sense.felt(false, 12_000);
  sense.felt(true, 60_000);
  sense.felt(false, 61_000);
  expect(sense.look(100_000)).toBe('unordered');
  expect(sense.look(61_000 + times.tellMs)).toBe('right');
});

test('whatever happens: only what was felt is called whole, and while the relay is on nothing is unordered', () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 20_000 }),
    what: fc.constantFrom('felt', 'quiet', 'item', 'rest'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const sense = new AmplifierSense(0, times);
      let now = 0;
      let item: { id: string; at: number; felt: boolean } | null = null;
      let isSound = false;
      let everUnordered = false;
      steps.forEach(({ afterMs, what }, index) => {
        now += afterMs;
        if (what === 'felt' || what === 'quiet') {
          isSound = what === 'felt';
          sense.felt(isSound, now);
          everUnordered ||= isSound && item === null;
          if (item !== null && isSound) item.felt = true;
        } else {
          if (item !== null) {
            sense.over(now);
            if (!item.felt && now - item.at >= 1_000) expect(sense.cameOut(item.id)).toBe('nothing');
            if (item.felt) expect(sense.cameOut(item.id)).not.toBe('nothing');
          }
          everUnordered ||= isSound && what === 'rest';
          item = what === 'item' ? { id: String(index), at: now, felt: isSound } : null;
          sense.switched(what === 'item', now);
          if (item !== null) sense.began(item.id, now);
        }
        if (!everUnordered && !isSound) expect(sense.look(now)).not.toBe('unordered');
      });
    }),
  );
});
