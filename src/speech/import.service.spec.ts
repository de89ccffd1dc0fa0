import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { SystemClock } from '../base/clock.ts';
import { newId } from '../base/identifier.ts';
import { openTestDatabase } from '../platform/database/database.testing.ts';
import type { TestDatabase } from '../platform/database/database.testing.ts';
import { AudioStore } from './audio.store.ts';
import { FfmpegDecoder } from './decoder.ffmpeg.ts';
import { FfmpegEncoder } from './encoder.ffmpeg.ts';
import { ImportService } from './import.service.ts';
import { wavFile } from './pcm.ts';
import { findFfmpeg } from './program.ffmpeg.ts';
import { RecordingStore } from './recording.store.ts';
import { deliveryOf } from './render-profile.ts';
import type { ChosenProfileId } from './render-profile.ts';
import { tunesAtFirst } from './tunes.ts';
import { EspeakVoice } from './voice.espeak.ts';

let directory: string;
let held: TestDatabase;
let imports: ImportService;
const voice = new EspeakVoice({ voice: 'vi' });
/** What was asked of the voice, in order. */
const asked: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-import-'));
  held = await openTestDatabase();
  const { path } = await findFfmpeg('');
  const audio = new AudioStore(join(directory, 'audio'));
  await audio.open();
  imports = new ImportService(
    audio,
    new RecordingStore(held.database),
    () => Promise.resolve(new FfmpegDecoder(path)),
    () => Promise.resolve(new FfmpegEncoder(path)),
    new SystemClock(),
    { demandRoom: () => Promise.resolve() },
    { maximumBytes: 10_000_000, maximumSeconds: 60 },
    {
      async *preview(_communeId, sentences, { rate = 1 }) {
        for (const sentence of sentences) {
          asked.push(sentence);
          yield await voice.synthesise(sentence, { rate });
        }
      },
    },
  );
});

afterAll(async () => {
  await voice.close();
  await held.close();
  await rm(directory, { recursive: true, force: true });
});

async function recorded(profile: ChosenProfileId): Promise<number> {
  const { pcm, sampleRate } = await voice.synthesise('Mời bà con ra nhà văn hóa theo lối đã tập.', {
    rate: 1,
  });
  const { seconds } = await imports.take({
    communeId: newId(),
    communeName: 'Xã Thử',
    delivery: deliveryOf(profile, tunesAtFirst),
    body: Readable.from([wavFile([pcm], sampleRate)]),
    declaredBytes: undefined,
  });
  return seconds;
}

describe('A recording by a person', () => {
  test('of a drill says before and after that it is one; any other is left as it is', async () => {
    const ordinary = await recorded('outdoor');
    expect(asked).toEqual([]);
    const drill = await recorded('drill');
    expect(asked).toEqual([
      'Đây là diễn tập, không phải tình huống thật.',
      'Xin nhắc lại: đây chỉ là diễn tập.',
    ]);
    // Two sentences of ten and eight syllables; the drum of a drill may be shorter than the bells.
    expect(drill - ordinary).toBeGreaterThan(3);
  });
});
