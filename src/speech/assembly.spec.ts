import { describe, expect, test } from '@jest/globals';
import { assemble, pauseAfter } from './assembly.ts';
import { decibels, joined, rmsOf } from './pcm.ts';
import { deliveryOf, renderProfileIds, renderProfiles, type RenderProfileId } from './render-profile.ts';
import { tunesAtFirst } from './tunes.ts';

const RATE = 22_050;
const SENTENCES = ['Kính mời bà con như sau:', 'Bảy giờ sáng.', 'Trân trọng.'];
const SOUNDS = [1, 2, 3].map((hundreds) =>
  Int16Array.from({ length: RATE }, (_, at) => 6_000 * Math.sin((2 * Math.PI * hundreds * 100 * at) / RATE)),
);
const parts = (id: RenderProfileId, times?: 1 | 2, sounds = SOUNDS) => [
  ...assemble(SENTENCES, rmsOf(joined(sounds)), RATE, deliveryOf(id, tunesAtFirst, times)),
];
const pausesOf = (id: RenderProfileId, times?: 1 | 2) =>
  parts(id, times).flatMap((part) => (part.kind === 'pause' ? part.pcm.length / RATE : []));

describe('an announcement put together', () => {
  test('is tune, lead, sentences with pauses between, closing', () => {
    expect(parts('outdoor').map(({ kind }) => kind)).toEqual([
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
    expect(parts('outdoor', 2).flatMap((part) => (part.kind === 'sentence' ? part.sentence : []))).toEqual([
      0, 1, 2, 0, 1, 2,
    ]);
    expect(Math.max(...pausesOf('outdoor', 2))).toBeCloseTo(renderProfiles.outdoor.beforeRepeatSeconds, 3);
  });

  test('says an emergency twice without being told', () => {
    expect(parts('alarm').filter(({ kind }) => kind === 'sentence')).toHaveLength(6);
  });

  test.each(['outdoor', 'drill', 'alarm'] as const)(
    'pauses 400 to 700 ms between sentences outdoors (%s), less where the thought goes on',
    (id) => {
      const profile = renderProfiles[id];
      for (const sentence of SENTENCES) {
        expect(pauseAfter(sentence, profile)).toBeGreaterThanOrEqual(0.4);
        expect(pauseAfter(sentence, profile)).toBeLessThanOrEqual(0.7);
      }
      expect(pauseAfter('như sau: ', profile)).toBeLessThan(pauseAfter('Trân trọng.', profile));
    },
  );

  test('leads an emergency in sooner, and a hall', () => {
    const lead = (id: RenderProfileId) => pausesOf(id)[0] ?? 0;
    expect(lead('alarm')).toBeLessThan(lead('outdoor'));
    expect(lead('indoor')).toBeLessThan(lead('outdoor'));
    expect(lead('outdoor')).toBeGreaterThanOrEqual(1);
    expect(lead('outdoor')).toBeLessThanOrEqual(2);
  });

  test.each(renderProfileIds)(
    'keeps the tune of %s about as loud as the speech, however softly the voice speaks',
    (id) => {
      const soft = SOUNDS.map((sound) => sound.map((sample) => sample / 8));
      for (const sounds of [SOUNDS, soft]) {
        const [opening] = parts(id, undefined, sounds);
        if (opening?.kind !== 'opening') throw new Error('It does not begin with its tune');
        const off = decibels(rmsOf(opening.pcm)) - decibels(rmsOf(joined(sounds)));
        expect(Math.abs(off)).toBeLessThan(2);
      }
    },
  );
});
