import { join } from 'node:path';
import { Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Failure } from '../base/failure.ts';
import { productRoot } from '../platform/config/config.file.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { Disk } from '../platform/files/disk.service.ts';
import { AudioController } from './audio.controller.ts';
import { AudioStore } from './audio.store.ts';
import { FfmpegEncoder } from './encoder.ffmpeg.ts';
import { findFfmpeg, toldPlainly } from './program.ffmpeg.ts';
import { loadLexicon } from './reading/lexicon.file.ts';
import { Lexicon } from './reading/lexicon.ts';
import { RecordingStore } from './recording.store.ts';
import { Recorder } from './recorder.service.ts';
import { SentenceStore } from './sentence.store.ts';
import { SpeechController } from './speech.controller.ts';
import { SpeechService } from './speech.service.ts';
import { EspeakVoice } from './voice.espeak.ts';
import { GoogleVoice } from './voice.google.ts';
import { Voice, Voices } from './voice.ts';

const log = new Logger('Speech');

/** A full or broken disk must not keep the service from starting: stopping what is on air needs no disk. */
async function opened<T extends { open(): Promise<unknown> }>(store: T): Promise<T> {
  try {
    await store.open();
  } catch (error) {
    log.error(`${store.constructor.name} could not be opened: ${messageOf(error)}`);
  }
  return store;
}

function voicesOf({ values }: Config): Voices {
  const { voice, espeakVoice, google } = values.speech;
  const embedded = new EspeakVoice({ voice: espeakVoice });
  const hasCredentials =
    google.credentialsFile !== '' || (process.env['GOOGLE_APPLICATION_CREDENTIALS'] ?? '') !== '';
  if (voice === 'espeak' || (voice === 'auto' && !hasCredentials)) return new Voices([embedded]);
  return new Voices([
    new GoogleVoice({
      voiceName: google.voice,
      credentialsFile: google.credentialsFile,
      endpoint: google.endpoint,
    }),
    embedded,
  ]);
}

/** Said at start: which ffmpeg and why. A configured one that does not work stops the start with its reason. */
async function encoderOf({ values }: Config): Promise<() => Promise<FfmpegEncoder>> {
  try {
    const found = await findFfmpeg(values.speech.ffmpegPath);
    log.log(toldPlainly(found));
    const encoder = new FfmpegEncoder(found.path);
    return () => Promise.resolve(encoder);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'speech.encoder-missing') throw error;
    log.error(error.message);
    return async () => new FfmpegEncoder((await findFfmpeg(values.speech.ffmpegPath)).path);
  }
}

@Module({
  controllers: [AudioController, SpeechController],
  providers: [
    { provide: Voices, inject: [Config], useFactory: voicesOf },
    { provide: Voice, inject: [Voices], useFactory: (voices: Voices) => voices.preferred },
    {
      provide: Lexicon,
      useFactory: () => loadLexicon(join(productRoot(), 'config', 'lexicon', 'vi.tsv')),
    },
    {
      provide: AudioStore,
      inject: [Config],
      useFactory: ({ values }: Config) => opened(new AudioStore(join(values.dataDirectory, 'audio'))),
    },
    {
      provide: SentenceStore,
      inject: [Config],
      useFactory: ({ values }: Config) =>
        opened(
          new SentenceStore({
            directory: join(values.dataDirectory, 'sentences'),
            onTrouble: (error) => log.warn(`A sentence could not be kept: ${messageOf(error)}`),
          }),
        ),
    },
    {
      provide: Recorder,
      inject: [Config, SentenceStore, AudioStore, Clock, Disk],
      useFactory: async (
        config: Config,
        sentences: SentenceStore,
        audio: AudioStore,
        clock: Clock,
        disk: Disk,
      ) => new Recorder(sentences, audio, await encoderOf(config), clock, disk),
    },
    {
      provide: RecordingStore,
      inject: [Database],
      useFactory: (database: Database) => new RecordingStore(database),
    },
    {
      provide: SpeechService,
      inject: [Voices, Recorder, RecordingStore, AudioStore, Clock],
      useFactory: (
        voices: Voices,
        recorder: Recorder,
        recordings: RecordingStore,
        audio: AudioStore,
        clock: Clock,
      ) => new SpeechService(voices, recorder, recordings, audio, clock),
    },
  ],
  exports: [SpeechService, AudioStore, Lexicon, Voices],
})
export class SpeechModule implements OnApplicationShutdown {
  constructor(private readonly voices: Voices) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.voices.inOrder.map((voice) => voice.close()));
  }
}
