import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../src/base/clock.ts';
import { Events } from '../../src/base/events.ts';
import { newId } from '../../src/base/identifier.ts';
import { programBeside } from '../../src/base/program.ts';
import { openTestDatabase } from '../../src/platform/database/database.testing.ts';
import { Disk } from '../../src/platform/files/disk.service.ts';
import { AudioStore } from '../../src/speech/audio.store.ts';
import { FfmpegEncoder } from '../../src/speech/encoder.ffmpeg.ts';
import { findFfmpeg } from '../../src/speech/program.ffmpeg.ts';
import { deliveryOf } from '../../src/speech/render-profile.ts';
import { Recorder } from '../../src/speech/recorder.service.ts';
import { RecordingStore } from '../../src/speech/recording.store.ts';
import { recordingTable } from '../../src/speech/recording.table.ts';
import { Rests } from '../../src/speech/rests.ts';
import { SentenceStore } from '../../src/speech/sentence.store.ts';
import { SpeechService } from '../../src/speech/speech.service.ts';
import { tunesAtFirst } from '../../src/speech/tunes.ts';
import { EspeakVoice } from '../../src/speech/voice.espeak.ts';
import { Voices } from '../../src/speech/voice.ts';
import { drawer, quantile } from './seed.ts';

export const faults = [
  'hang',
  'hang-at-start',
  'exit',
  'exit-at-start',
  'abort',
  'silence',
  'cut',
  'refuse',
  'slow',
] as const;
type Fault = (typeof faults)[number];

const places = ['Đông', 'Tây', 'Nam', 'Bắc', 'Thượng', 'Hạ', 'Trung'] as const;
/** A routine announcement waits for its voice; so long here, so that the suite ends. */
const ROUTINE_DEADLINE_MS = 1_500;

interface Trial {
  readonly fault: Fault;
  readonly isEmergency: boolean;
  /** Until the words were there; null where nothing was recorded. */
  readonly spokenMs: number | null;
  readonly recordedMs: number | null;
  readonly isFallback: boolean | null;
  readonly code: string | null;
}

export interface EngineFigures {
  readonly seed: number;
  readonly faults: number;
  readonly emergencies: number;
  readonly emergenciesDropped: number;
  readonly routineDropped: number;
  /** From the order of an emergency until the other voice had said its words: the worst, and the middle. */
  readonly fallbackMaxMs: number;
  readonly fallbackP50Ms: number;
  readonly recordedMaxMs: number;
  /** Recordings in the voice of an engine that had returned silence. */
  readonly silencePassed: number;
  readonly byFault: Readonly<Record<string, number>>;
}

/**
 * Engines that go wrong while announcements are made: real processes, the real service of speech with its database and
 * its encoder, and espeak-ng behind them.
 */
export async function engineFaults(count: number, seed: number): Promise<EngineFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'loa-engines-'));
  const held = await openTestDatabase([recordingTable]);
  const clock = new SystemClock();
  const embedded = new EspeakVoice({ voice: 'vi' });
  const audio = new AudioStore(join(directory, 'audio'));
  const sentences = new SentenceStore({ directory: join(directory, 'sentences') });
  await Promise.all([audio.open(), sentences.open()]);
  const encoder = new FfmpegEncoder((await findFfmpeg('')).path);
  const recorder = new Recorder(sentences, audio, () => Promise.resolve(encoder), clock, new Disk(directory));
  const recordings = new RecordingStore(held.database);
  const communeId = newId();
  // As in a service that has run for a while: the first start of the embedded voice is no engine's fault.
  await embedded.synthesise('Xin chào.', { rate: 1 });

  const trial = async (at: number, draw: () => number): Promise<Trial> => {
    // Each kind in turn, so that a short run has them all; what else happens is drawn.
    const fault = faults[at % faults.length] ?? 'hang';
    const isEmergency = draw() < 0.6;
    const place = places[Math.floor(draw() * places.length)] ?? 'Đông';
    const program = programBeside(import.meta.url, '../fixtures/speech/faulty-engine.main');
    const deadlineMs = isEmergency ? 15_000 : ROUTINE_DEADLINE_MS;
    const faulty = new EspeakVoice({
      voice: `faulty-${at}`,
      program: { ...program, execArgv: [...program.execArgv, `--title=${fault}`] },
      startDeadlineMs: deadlineMs,
      deadlineMs,
    });
    const voices = new Voices([faulty, embedded]);
    const casting = { rests: new Rests(clock), cast: () => Promise.resolve(voices) };
    const speech = new SpeechService(casting, recorder, recordings, audio, new Events(), clock);
    const began = performance.now();
    let spokenMs: number | null = null;
    try {
      const { isFallback } = await speech.render({
        communeId,
        communeName: 'Xã thử',
        sentences: [`Lần thử thứ ${at} ở thôn ${place}.`, 'Nước lũ đang lên, bà con khẩn trương sơ tán.'],
        delivery: deliveryOf(isEmergency ? 'alarm' : 'outdoor', tunesAtFirst, 1),
        onProgress: ({ stage }) => {
          // Told again and again while it goes on: it begins when all is spoken.
          if (stage === 'encoding') spokenMs ??= performance.now() - began;
        },
      });
      return { fault, isEmergency, spokenMs, recordedMs: performance.now() - began, isFallback, code: null };
    } catch (error) {
      const code = (error as { code?: string }).code ?? String(error);
      return { fault, isEmergency, spokenMs, recordedMs: null, isFallback: null, code };
    } finally {
      speech.close();
      await faulty.close();
    }
  };

  try {
    const draw = drawer(seed);
    const trials: Trial[] = [];
    // One after another: two encoders beside a neural voice are more than the two cores of a small machine.
    for (let at = 0; at < count; at += 1) trials.push(await trial(at, draw));
    return figuresOf(trials, seed);
  } finally {
    await embedded.close();
    await held.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function figuresOf(trials: readonly Trial[], seed: number): EngineFigures {
  const emergencies = trials.filter(({ isEmergency }) => isEmergency);
  const dropped = (among: readonly Trial[]) => among.filter(({ recordedMs }) => recordedMs === null).length;
  const spoken = emergencies.map(({ spokenMs }) => Math.round(spokenMs ?? Number.POSITIVE_INFINITY));
  const mute = new Set<Fault>(['silence', 'cut']);
  return {
    seed,
    faults: trials.length,
    emergencies: emergencies.length,
    emergenciesDropped: dropped(emergencies),
    routineDropped: dropped(trials) - dropped(emergencies),
    fallbackMaxMs: Math.max(...spoken),
    fallbackP50Ms: quantile(spoken, 0.5),
    recordedMaxMs: Math.round(Math.max(...emergencies.map(({ recordedMs }) => recordedMs ?? 0))),
    silencePassed: trials.filter(({ fault, isFallback }) => mute.has(fault) && isFallback !== true).length,
    byFault: Object.fromEntries(
      faults.map((fault) => [fault, trials.filter((each) => each.fault === fault).length]),
    ),
  };
}
