import { describe, expect, test } from '@jest/globals';
import { closingSound, openingSound } from './chime.ts';
import { peakOf, rmsOf } from './pcm.ts';
import { soundClasses, tunesOf, type SoundClass, type TuneId } from './tunes.ts';

const RATES = [22_050, 24_000, 48_000];
const ALL = soundClasses.flatMap((soundClass) =>
  tunesOf[soundClass].map((tune): [SoundClass, TuneId] => [soundClass, tune]),
);

/** How much of a sound lies at one frequency (Goertzel), against its whole. */
function shareAt(pcm: Int16Array, rate: number, hertz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let [before, last] = [0, 0];
  for (const sample of pcm) [before, last] = [last, sample + turn * last - before];
  const power = last ** 2 + before ** 2 - turn * last * before;
  return (2 * power) / pcm.length ** 2 / (rmsOf(pcm) * 32_768) ** 2;
}

describe.each(ALL)('the tune of %s called %s', (soundClass, tune) => {
  test.each(RATES)('opens in two to four seconds and closes in half to two and a half, at %d', (rate) => {
    const [opening, closing] = [openingSound(soundClass, tune, rate), closingSound(soundClass, tune, rate)];
    expect(opening.length / rate).toBeGreaterThan(2);
    expect(opening.length / rate).toBeLessThan(4);
    expect(closing.length / rate).toBeGreaterThan(0.5);
    expect(closing.length / rate).toBeLessThan(2.5);
  });

  test.each(RATES)('peaks at half of full scale and begins and ends in silence at %d', (rate) => {
    for (const sound of [openingSound(soundClass, tune, rate), closingSound(soundClass, tune, rate)]) {
      expect(peakOf(sound)).toBeCloseTo(0.5, 2);
      expect(Math.abs(sound[0] ?? 1)).toBeLessThan(200);
      expect(Math.abs(sound.at(-1) ?? 1)).toBeLessThan(600);
    }
  });

  test('is refused to every other class, before the first sample', () => {
    for (const other of soundClasses.filter((one) => one !== soundClass)) {
      for (const sound of [openingSound, closingSound]) {
        expect(() => sound(other, tune, 22_050)).toThrow(
          expect.objectContaining({ code: 'speech.tune-of-another-class' }),
        );
      }
    }
  });

  test('lets up unless it is an alarm', () => {
    const sound = openingSound(soundClass, tune, 22_050);
    // The quietest tenth of a second after the first, against the whole.
    const step = 2_205;
    const quietest = Math.min(
      ...Array.from({ length: Math.floor(sound.length / step) - 2 }, (_, at) =>
        rmsOf(sound.slice((at + 1) * step, (at + 2) * step)),
      ),
    );
    if (soundClass === 'emergency') expect(quietest / rmsOf(sound)).toBeGreaterThan(0.8);
    else expect(quietest / rmsOf(sound)).toBeLessThan(0.4);
  });
});

test('an alarm of two tones has what the chime has not, and the other way round', () => {
  const rate = 22_050;
  const chime = openingSound('routine', 'rising-chord', rate);
  const alarm = openingSound('emergency', 'two-tone', rate);
  for (const hertz of [960, 770]) {
    expect(shareAt(alarm, rate, hertz)).toBeGreaterThan(0.15);
    expect(shareAt(chime, rate, hertz)).toBeLessThan(0.01);
  }
  for (const hertz of [392, 523.25]) expect(shareAt(alarm, rate, hertz)).toBeLessThan(0.01);
});
