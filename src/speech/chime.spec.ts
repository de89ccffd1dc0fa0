import { describe, expect, test } from '@jest/globals';
import { closingSound, openingSound } from './chime.ts';
import { peakOf, rmsOf } from './pcm.ts';

const RATES = [22_050, 24_000, 48_000];

/** How much of a sound lies at one frequency (Goertzel), against its whole. */
function shareAt(pcm: Int16Array, rate: number, hertz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let [before, last] = [0, 0];
  for (const sample of pcm) [before, last] = [last, sample + turn * last - before];
  const power = last ** 2 + before ** 2 - turn * last * before;
  return (2 * power) / pcm.length ** 2 / (rmsOf(pcm) * 32_768) ** 2;
}

describe('the sounds before and after a voice', () => {
  test.each(RATES)('last as long as they should at %d samples a second', (rate) => {
    expect(openingSound('routine', rate).length / rate).toBeCloseTo(3.04, 1);
    expect(openingSound('emergency', rate).length / rate).toBeCloseTo(3.6, 1);
    expect(closingSound('routine', rate).length / rate).toBeCloseTo(2.12, 1);
    expect(closingSound('emergency', rate).length / rate).toBeCloseTo(1.2, 1);
  });

  test.each(RATES)('peak at half of full scale and begin and end in silence at %d', (rate) => {
    for (const sound of [
      openingSound('routine', rate),
      openingSound('emergency', rate),
      closingSound('routine', rate),
    ]) {
      expect(peakOf(sound)).toBeCloseTo(0.5, 2);
      expect(Math.abs(sound[0] ?? 1)).toBeLessThan(200);
      expect(Math.abs(sound.at(-1) ?? 1)).toBeLessThan(600);
    }
  });

  test('an alarm is two tones that the chime does not have, and the other way round', () => {
    const rate = 22_050;
    const [chime, alarm] = [openingSound('routine', rate), openingSound('emergency', rate)];
    for (const hertz of [960, 770]) {
      expect(shareAt(alarm, rate, hertz)).toBeGreaterThan(0.15);
      expect(shareAt(chime, rate, hertz)).toBeLessThan(0.01);
    }
    for (const hertz of [392, 523.25]) expect(shareAt(alarm, rate, hertz)).toBeLessThan(0.01);
  });

  test('an alarm does not let up between its tones; a chime dies away', () => {
    const rate = 22_050;
    const ending = (sound: Int16Array) => rmsOf(sound.slice(-rate * 0.3, -rate * 0.1)) / rmsOf(sound);
    expect(ending(openingSound('emergency', rate))).toBeGreaterThan(0.8);
    expect(ending(openingSound('routine', rate))).toBeLessThan(0.4);
  });
});
