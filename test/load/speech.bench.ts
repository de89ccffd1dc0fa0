/**
 * How long a person waits for a voice: `npm run bench:speech [-- --words 200 --rounds 5 --seed 1 --long 20000]`. A
 * 200-word announcement in the embedded voice: first sound of the preview (cold), the preview after one sentence was
 * changed, the preview from the cache, and the final recording. Then every announcement of the fixtures, each in a
 * profile drawn by the seed, is recorded and measured. With `--long`, one text of so many characters is recorded too.
 * Needs no database: what is measured is the recorder.
 *
 * The raw data go to a file whose path is printed; the last line is one line of JSON computed from that file.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../src/base/clock.ts';
import { newId } from '../../src/base/identifier.ts';
import { productRoot } from '../../src/platform/config/config.file.ts';
import { AudioStore } from '../../src/speech/audio.store.ts';
import { FfmpegEncoder } from '../../src/speech/encoder.ffmpeg.ts';
import { findFfmpeg, toldPlainly } from '../../src/speech/program.ffmpeg.ts';
import { deliveryOf, renderProfileIds } from '../../src/speech/render-profile.ts';
import { tunesAtFirst } from '../../src/speech/tunes.ts';
import { loadLexicon } from '../../src/speech/reading/lexicon.file.ts';
import { readAloud } from '../../src/speech/reading/reading.ts';
import { Recorder } from '../../src/speech/recorder.service.ts';
import { SentenceStore } from '../../src/speech/sentence.store.ts';
import { EspeakVoice } from '../../src/speech/voice.espeak.ts';

interface Sample {
  readonly what: 'firstSound' | 'edit' | 'cached' | 'final' | 'eventLoopP99' | 'measured' | 'long';
  readonly profile?: string;
  readonly ms: number;
  readonly soundSeconds?: number;
  readonly loudnessLufs?: number;
  readonly truePeakDbtp?: number;
}

const { values } = parseArgs({
  options: {
    words: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    long: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const wordsWanted = Number(values.words);
const rounds = Number(values.rounds);
const seed = Number(values.seed);
let drawn = seed;
/** Below `below`; the same for the same seed (Park and Miller). */
const draw = (below: number): number => {
  drawn = (drawn * 48_271 + 11) % 2_147_483_647;
  return drawn % below;
};

const directory = await mkdtemp(join(tmpdir(), 'loa-bench-speech-'));
const samples: Sample[] = [];
const lexicon = loadLexicon(join(productRoot(), 'config', 'lexicon', 'vi.tsv'));
const texts = (
  await readFile(join(productRoot(), 'test', 'fixtures', 'corpora', 'announcements.jsonl'), 'utf8')
)
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { text: string }).text);

const found = await findFfmpeg('');
print(toldPlainly(found));
const audio = new AudioStore(join(directory, 'audio'));
await audio.open();

for (let round = 0; round < rounds; round += 1) {
  // A voice and a cache of its own each time: the first sound is a cold one, its process included.
  const voice = new EspeakVoice({ voice: 'vi' });
  const sentences = new SentenceStore({ directory: join(directory, `sentences-${round}`) });
  await sentences.open();
  const recorder = recorderOn(sentences);
  const spoken = announcementOf(round);

  samples.push({ what: 'firstSound', ms: await timeToFirst(recorder, voice, spoken) });
  const changed = spoken.with(draw(spoken.length), `Câu này vừa được sửa lại lần thứ ${round}.`);
  samples.push({ what: 'edit', ms: await timeToAll(recorder, voice, changed) });
  samples.push({ what: 'cached', ms: await timeToAll(recorder, voice, changed) });

  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const begunAt = performance.now();
  const recording = await recorder.record(voice, false, {
    communeId: newId(),
    communeName: 'Xã Tân Hòa Lộc',
    sentences: announcementOf(round + rounds),
    delivery: deliveryOf('outdoor', tunesAtFirst),
  });
  const ms = performance.now() - begunAt;
  delay.disable();
  const { seconds, loudnessLufs, truePeakDbtp } = recording;
  samples.push({ what: 'final', ms, soundSeconds: seconds, loudnessLufs, truePeakDbtp });
  // The monitor counts its own 5 ms as delay.
  samples.push({ what: 'eventLoopP99', ms: Math.max(0, delay.percentile(99) / 1e6 - 5) });
  await voice.close();
}

const voice = new EspeakVoice({ voice: 'vi' });
const kept = new SentenceStore({ directory: join(directory, 'sentences') });
await kept.open();
const recorder = recorderOn(kept);
for (const text of texts) {
  const id = renderProfileIds[draw(renderProfileIds.length)] ?? 'outdoor';
  const begunAt = performance.now();
  const { seconds, loudnessLufs, truePeakDbtp } = await recorder.record(voice, false, {
    communeId: newId(),
    communeName: 'Xã Tân Hòa Lộc',
    sentences: [...readAloud(text, { lexicon }).sentences],
    delivery: deliveryOf(id, tunesAtFirst),
  });
  const ms = performance.now() - begunAt;
  samples.push({ what: 'measured', ms, profile: id, soundSeconds: seconds, loudnessLufs, truePeakDbtp });
}
const letters = Number(values.long);
if (letters > 0) {
  let text = '';
  for (let at = 0; text.length < letters; at += 1)
    text += `Mục ${at + 1}. ${texts[at % texts.length] ?? ''}\n`;
  const begunAt = performance.now();
  const { seconds, loudnessLufs, truePeakDbtp } = await recorder.record(voice, false, {
    communeId: newId(),
    communeName: 'Xã Tân Hòa Lộc',
    sentences: [...readAloud(text.slice(0, letters), { lexicon }).sentences],
    delivery: deliveryOf('outdoor', tunesAtFirst),
  });
  const ms = performance.now() - begunAt;
  samples.push({ what: 'long', ms, soundSeconds: seconds, loudnessLufs, truePeakDbtp });
}
await voice.close();

const rawPath = join(tmpdir(), `loa-bench-speech-${Date.now()}.json`);
await writeFile(rawPath, JSON.stringify({ seed, wordsWanted, samples }, undefined, 1));
await rm(directory, { recursive: true, force: true });
report(rawPath, (JSON.parse(await readFile(rawPath, 'utf8')) as { samples: Sample[] }).samples);

function recorderOn(sentences: SentenceStore): Recorder {
  const encoder = () => Promise.resolve(new FfmpegEncoder(found.path));
  return new Recorder(sentences, audio, encoder, new SystemClock(), { demandRoom: () => Promise.resolve() });
}

/** Announcements of the fixtures one after another until there are words enough. */
function announcementOf(start: number): string[] {
  const sentences: string[] = [];
  let words = 0;
  for (let at = start; words < wordsWanted; at += 1) {
    for (const sentence of readAloud(texts[at % texts.length] ?? '', { lexicon }).sentences) {
      if (words >= wordsWanted) break;
      sentences.push(sentence);
      words += sentence.split(/\s+/u).length;
    }
  }
  return sentences;
}

async function timeToFirst(recorder: Recorder, voice: EspeakVoice, spoken: string[]): Promise<number> {
  const begunAt = performance.now();
  let first = 0;
  for await (const sound of recorder.preview(voice, spoken)) {
    if (first === 0 && sound.pcm.length > 0) first = performance.now() - begunAt;
  }
  return first;
}

async function timeToAll(recorder: Recorder, voice: EspeakVoice, spoken: string[]): Promise<number> {
  const begunAt = performance.now();
  let heard = 0;
  for await (const sound of recorder.preview(voice, spoken)) heard += sound.pcm.length;
  if (heard === 0) throw new Error('nothing was heard');
  return performance.now() - begunAt;
}

function report(path: string, all: readonly Sample[]): void {
  const of = (what: Sample['what']) => all.filter((sample) => sample.what === what);
  const worst = (what: Sample['what']) => Math.max(...of(what).map(({ ms }) => ms));
  const finals = of('final');
  const [long] = of('long');
  const measured = [...finals, ...of('measured'), ...(long === undefined ? [] : [long])];
  const soundSeconds = finals.reduce((sum, { soundSeconds }) => sum + (soundSeconds ?? 0), 0);
  const workSeconds = finals.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  const figures = {
    firstSoundSeconds: rounded(worst('firstSound') / 1000),
    editSeconds: rounded(worst('edit') / 1000),
    cachedMs: rounded(worst('cached')),
    finalSeconds: rounded(worst('final') / 1000),
    eventLoopP99Ms: rounded(worst('eventLoopP99')),
    ...(long === undefined ? {} : { longSeconds: rounded(long.ms / 1000) }),
    realTimeFactor: rounded(workSeconds / soundSeconds),
    loudnessMin: Math.min(...measured.map(({ loudnessLufs }) => loudnessLufs ?? Number.NaN)),
    loudnessMax: Math.max(...measured.map(({ loudnessLufs }) => loudnessLufs ?? Number.NaN)),
    truePeakMax: Math.max(...measured.map(({ truePeakDbtp }) => truePeakDbtp ?? Number.NaN)),
  };
  const rows: [string, number | string, string][] = [
    ['first sound of the preview, cold (s)', figures.firstSoundSeconds, '≤ 2.5'],
    ['preview after one sentence changed (s)', figures.editSeconds, '≤ 0.6'],
    ['preview from the cache (ms)', figures.cachedMs, '≤ 20'],
    [
      `final recording, ${rounded(soundSeconds / finals.length)} s of sound on average (s)`,
      figures.finalSeconds,
      '≤ 10',
    ],
    ['event loop delay meanwhile, p99 (ms)', figures.eventLoopP99Ms, ''],
    ['work per second of sound', figures.realTimeFactor, ''],
    [
      `loudness of ${measured.length} recordings (LUFS)`,
      `${figures.loudnessMin} … ${figures.loudnessMax}`,
      '−16 ± 0.5',
    ],
    ['true peak (dBTP)', figures.truePeakMax, '≤ −1.5'],
  ];
  if (long !== undefined)
    rows.push([
      `recording of ${values.long} characters, ${rounded(long.soundSeconds ?? 0)} s (s)`,
      rounded(long.ms / 1000),
      '≤ 90',
    ]);
  print(`${rounds} rounds of ${wordsWanted} words; the worst of each. Seed ${seed}. Raw data: ${path}`);
  for (const [what, figure, budget] of rows)
    print(`${what.padEnd(58)} ${String(figure).padStart(14)}   ${budget}`);
  print(JSON.stringify(figures));
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
