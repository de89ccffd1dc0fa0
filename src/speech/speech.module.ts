import { join } from 'node:path';
import { Logger, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { JournalService } from '../journal/journal.service.ts';
import { productRoot } from '../platform/config/config.file.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { Disk } from '../platform/files/disk.service.ts';
import { AudioController } from './audio.controller.ts';
import { AudioStore } from './audio.store.ts';
import { FfmpegDecoder } from './decoder.ffmpeg.ts';
import { FfmpegEncoder } from './encoder.ffmpeg.ts';
import { ImportService } from './import.service.ts';
import { findFfmpeg, toldPlainly } from './program.ffmpeg.ts';
import { loadLexicon } from './reading/lexicon.file.ts';
import { Lexicon } from './reading/lexicon.ts';
import { RecordingStore } from './recording.store.ts';
import { Recorder } from './recorder.service.ts';
import { SentenceStore } from './sentence.store.ts';
import { SpeechController } from './speech.controller.ts';
import { SpeechService } from './speech.service.ts';
import { VoiceController } from './voice.controller.ts';
import { GoogleDoor } from './voice.google.ts';
import { VoiceService } from './voice.service.ts';
import { VoiceStore } from './voice.store.ts';

const log = new Logger('Speech');
/** The one copy of ffmpeg that was found: voices' and people's sound go through the same. */
const ENCODER = Symbol('encoder');

/** A full or broken disk must not keep the service from starting: stopping what is on air needs no disk. */
async function opened<T extends { open(): Promise<unknown> }>(store: T): Promise<T> {
  try {
    await store.open();
  } catch (error) {
    log.error(`${store.constructor.name} could not be opened: ${messageOf(error)}`);
  }
  return store;
}

function voicesOf(
  { values }: Config,
  database: Database,
  journal: JournalService,
  events: Events,
  clock: Clock,
): VoiceService {
  const { google, voicesDirectory, ...settings } = values.speech;
  const hasCredentials =
    google.credentialsFile !== '' || (process.env['GOOGLE_APPLICATION_CREDENTIALS'] ?? '') !== '';
  return new VoiceService(
    {
      ...settings,
      voicesDirectory: voicesDirectory === '' ? join(values.dataDirectory, 'voices') : voicesDirectory,
      googleVoice: google.voice,
      google: hasCredentials || google.endpoint !== '' ? new GoogleDoor(google) : null,
      budget: { perDay: google.charactersPerDay, perMonth: google.charactersPerMonth },
      timeZone: values.timeZone,
    },
    new VoiceStore(database),
    database,
    journal,
    events,
    clock,
  );
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
  imports: [JournalModule],
  controllers: [AudioController, SpeechController, VoiceController],
  providers: [
    {
      provide: VoiceService,
      inject: [Config, Database, JournalService, Events, Clock],
      useFactory: voicesOf,
    },
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
    { provide: ENCODER, inject: [Config], useFactory: encoderOf },
    {
      provide: Recorder,
      inject: [ENCODER, SentenceStore, AudioStore, Clock, Disk],
      useFactory: (
        encoder: () => Promise<FfmpegEncoder>,
        sentences: SentenceStore,
        audio: AudioStore,
        clock: Clock,
        disk: Disk,
      ) => new Recorder(sentences, audio, encoder, clock, disk),
    },
    {
      provide: ImportService,
      inject: [ENCODER, AudioStore, RecordingStore, Config, Clock, Disk, SpeechService],
      useFactory: (
        encoder: () => Promise<FfmpegEncoder>,
        audio: AudioStore,
        recordings: RecordingStore,
        { values }: Config,
        clock: Clock,
        disk: Disk,
        speech: SpeechService,
      ) =>
        new ImportService(
          audio,
          recordings,
          async () => new FfmpegDecoder((await encoder()).path),
          encoder,
          clock,
          disk,
          {
            maximumBytes: values.speech.importMaximumMegabytes * 1_000_000,
            maximumSeconds: values.speech.importMaximumMinutes * 60,
          },
          speech,
        ),
    },
    {
      provide: RecordingStore,
      inject: [Database],
      useFactory: (database: Database) => new RecordingStore(database),
    },
    {
      provide: SpeechService,
      inject: [VoiceService, Recorder, RecordingStore, AudioStore, Events, Clock],
      useFactory: (
        voices: VoiceService,
        recorder: Recorder,
        recordings: RecordingStore,
        audio: AudioStore,
        events: Events,
        clock: Clock,
      ) => new SpeechService(voices, recorder, recordings, audio, events, clock),
    },
  ],
  exports: [ImportService, SpeechService, AudioStore, Lexicon],
})
export class SpeechModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly speech: SpeechService,
    private readonly voices: VoiceService,
  ) {}

  onApplicationBootstrap(): void {
    // Models of 100 MB are read for their hash, and Google is asked for its voices: the start waits for neither.
    void this.voices
      .look()
      .then(() => this.voices.offered())
      .catch((error: unknown) => log.warn(`The voices could not be looked through: ${messageOf(error)}`));
  }

  async onApplicationShutdown(): Promise<void> {
    this.speech.close();
    await this.voices.close();
  }
}
