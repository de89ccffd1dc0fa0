import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { assemble } from './assembly.ts';
import { expectedSeconds } from './expected-length.ts';
import { trimmed } from './pcm.ts';
import { loadLexicon } from './reading/lexicon.file.ts';
import { readAloud } from './reading/reading.ts';
import { deliveryOf, saidIn, type RenderProfileId } from './render-profile.ts';
import { tunesAtFirst } from './tunes.ts';
import { EspeakVoice } from './voice.espeak.ts';

const lexicon = loadLexicon('config/lexicon/vi.tsv');
const texts = readFileSync('test/fixtures/corpora/announcements.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { text: string }).text);
const voice = new EspeakVoice({ voice: 'vi' });
afterAll(() => voice.close());

async function trueSeconds(sentences: readonly string[], delivery: ReturnType<typeof deliveryOf>) {
  const bodies: number[] = [];
  const said = saidIn(delivery, sentences);
  for (const sentence of said) {
    const { pcm, sampleRate } = await voice.synthesise(sentence, { rate: delivery.profile.rate });
    bodies.push(trimmed(pcm, sampleRate).length / sampleRate);
  }
  let seconds = 0;
  for (const part of assemble(said, 0.1, 1_000, delivery)) {
    seconds += part.kind === 'sentence' ? (bodies[part.sentence] ?? 0) : part.pcm.length / 1_000;
  }
  return seconds;
}

describe('the length that is told before anything was spoken', () => {
  test.each<[RenderProfileId, 1 | 2]>([
    ['indoor', 1],
    ['drill', 2],
    ['alarm', 2],
  ])('of announcements %s, said %i times, is within a tenth of what it becomes', async (profile, times) => {
    const delivery = deliveryOf(profile, tunesAtFirst, times);
    // Short and long, with many numbers and with none.
    for (const at of [5, 8, 16, 26]) {
      const { sentences } = readAloud(texts[at] ?? '', { lexicon });
      const off = expectedSeconds(sentences, delivery) / (await trueSeconds(sentences, delivery)) - 1;
      expect({ at, off, isNear: Math.abs(off) <= 0.1 }).toMatchObject({ isNear: true });
    }
  });
});
