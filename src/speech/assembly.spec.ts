import { describe, expect, test } from '@jest/globals';
import { assemble, PAUSES, pauseAfter } from './assembly.ts';
import { decibels, rmsOf } from './pcm.ts';

const RATE = 22_050;
const SENTENCES = ['Kính mời bà con như sau:', 'Bảy giờ sáng.', 'Trân trọng.'];
const SOUNDS = [1, 2, 3].map((hundreds) =>
  Int16Array.from({ length: RATE }, (_, at) => 6_000 * Math.sin((2 * Math.PI * hundreds * 100 * at) / RATE)),
);
const kinds = (repeat: 1 | 2) => [...assemble(SENTENCES, SOUNDS, RATE, 'routine', repeat)];

describe('an announcement put together', () => {
  test('is chime, lead, sentences with pauses between, closing', () => {
    expect(kinds(1).map(({ kind }) => kind)).toEqual([
      'opening',
      'pause',
      'sentence',
      'pause',
      'sentence',
      'pause',
      'sentence',
      'pause',
      'closing',
    ]);
  });

  test('says its body twice when told, with a longer pause before the second time', () => {
    const parts = kinds(2);
    expect(parts.filter(({ kind }) => kind === 'sentence')).toHaveLength(6);
    const pauses = parts.filter(({ kind }) => kind === 'pause').map(({ pcm }) => pcm.length / RATE);
    expect(Math.max(...pauses)).toBeCloseTo(PAUSES.beforeRepeat, 3);
  });

  test('pauses 400 to 700 ms between sentences, less where the thought goes on', () => {
    for (const sentence of SENTENCES) {
      expect(pauseAfter(sentence)).toBeGreaterThanOrEqual(0.4);
      expect(pauseAfter(sentence)).toBeLessThanOrEqual(0.7);
    }
    expect(pauseAfter('như sau: ')).toBeLessThan(pauseAfter('Trân trọng.'));
  });

  test('leads an emergency in sooner', () => {
    const lead = (profile: 'routine' | 'emergency') =>
      [...assemble(SENTENCES, SOUNDS, RATE, profile, 1)].find(({ kind }) => kind === 'pause')?.pcm.length ??
      0;
    expect(lead('emergency')).toBeLessThan(lead('routine'));
    expect(lead('routine') / RATE).toBeGreaterThanOrEqual(1);
    expect(lead('routine') / RATE).toBeLessThanOrEqual(2);
  });

  test('keeps the chime about as loud as the speech, however softly the voice speaks', () => {
    const soft = SOUNDS.map((sound) => sound.map((sample) => sample / 8));
    for (const sounds of [SOUNDS, soft]) {
      const parts = [...assemble(SENTENCES, sounds, RATE, 'routine', 1)];
      const level = (wanted: string) =>
        decibels(rmsOf(parts.find(({ kind }) => kind === wanted)?.pcm ?? new Int16Array(0)));
      expect(Math.abs(level('opening') - level('sentence'))).toBeLessThan(2);
    }
  });
});
