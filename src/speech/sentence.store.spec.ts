import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SentenceStore } from './sentence.store.ts';
import { EspeakVoice } from './voice.espeak.ts';
import type { Sound, SynthesisOptions } from './voice.ts';

/** The real voice, and how often it was asked. */
class CountedVoice extends EspeakVoice {
  asked = 0;

  override synthesise(sentence: string, options: SynthesisOptions): Promise<Sound> {
    this.asked += 1;
    return super.synthesise(sentence, options);
  }
}

const voice = new CountedVoice({ voice: 'vi' });
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-sentences-'));
});
beforeEach(async () => {
  voice.asked = 0;
  await rm(directory, { recursive: true, force: true });
});
afterAll(async () => {
  await voice.close();
  await rm(directory, { recursive: true, force: true });
});

async function opened(maximumBytes?: number): Promise<SentenceStore> {
  const store = new SentenceStore({ directory, ...(maximumBytes === undefined ? {} : { maximumBytes }) });
  await store.open();
  return store;
}

async function files(): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => /[0-9a-f]{64}$/.test(name)).map((name) => join(directory, name));
}

describe('the sentences spoken before', () => {
  test('one sentence asked for by 20 at once is spoken once', async () => {
    const store = await opened();
    const sounds = await Promise.all(
      Array.from({ length: 20 }, () => store.spoken(voice, 'Xin chào bà con.', 1)),
    );
    expect(voice.asked).toBe(1);
    for (const sound of sounds) expect(sound.pcm).toEqual(sounds[0]?.pcm);
  });

  test('a sentence is not spoken again after a restart, composed or decomposed, and sounds the same', async () => {
    const first = await (await opened()).spoken(voice, 'Bảy giờ sáng.', 0.9);
    const again = await (await opened()).spoken(voice, 'Bảy giờ sáng. '.normalize('NFD'), 0.9);
    expect(voice.asked).toBe(1);
    expect([...again.pcm]).toEqual([...first.pcm]);
    expect(again.sampleRate).toBe(first.sampleRate);
  });

  test('another pace or another voice is another sound', async () => {
    const store = await opened();
    const southern = new CountedVoice({ voice: 'vi-vn-x-south' });
    await store.spoken(voice, 'Bảy giờ.', 1);
    await store.spoken(voice, 'Bảy giờ.', 0.9);
    await store.spoken(southern, 'Bảy giờ.', 1);
    expect([voice.asked, southern.asked]).toEqual([2, 1]);
    await southern.close();
  });

  test.each([
    ['cut short', (file: Buffer) => file.subarray(0, file.length / 2)],
    [
      'changed by one bit',
      (file: Buffer) => Buffer.concat([file.subarray(0, -1), Buffer.of((file.at(-1) ?? 0) ^ 1)]),
    ],
    ['emptied', () => Buffer.alloc(0)],
  ])('a file that was %s is spoken anew', async (_how, spoil) => {
    const store = await opened();
    const first = await store.spoken(voice, 'Tám giờ sáng.', 1);
    const [path = ''] = await files();
    await writeFile(path, spoil(await readFile(path)));
    const again = await store.spoken(voice, 'Tám giờ sáng.', 1);
    expect(voice.asked).toBe(2);
    expect(Math.abs(again.pcm.length - first.pcm.length)).toBeLessThan(2_000);
  });

  test('what cannot be kept is spoken all the same, and told', async () => {
    const troubles: unknown[] = [];
    await writeFile(directory, 'a file where the directory should be');
    const store = new SentenceStore({ directory, onTrouble: (error) => troubles.push(error) });
    expect((await store.spoken(voice, 'Chín giờ sáng.', 1)).pcm.length).toBeGreaterThan(0);
    expect(troubles.length).toBeGreaterThan(0);
  });

  test('too many are thinned at start', async () => {
    const store = await opened();
    for (const sentence of ['Một.', 'Hai.', 'Ba.', 'Bốn.']) await store.spoken(voice, sentence, 1);
    expect(await files()).toHaveLength(4);
    const kept = await new SentenceStore({ directory, maximumBytes: 40_000 }).open();
    expect(kept).toBeLessThanOrEqual(40_000);
    expect((await files()).length).toBeGreaterThan(0);
    expect((await files()).length).toBeLessThan(4);
  });
});
