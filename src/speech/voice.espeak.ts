import { createRequire } from 'node:module';
import { programBeside } from '../base/program.ts';
import { refuseSilence } from './audible.ts';
import { joined } from './pcm.ts';
import { piecesOf } from './pieces.ts';
import { plainText } from './plain-text.ts';
import type { EspeakRequest } from './voice.espeak.main.ts';
import { SpeakingProcess, type SpeakingProgram } from './voice.process.ts';
import { Voice, type Sound, type SynthesisOptions, type VoiceDescription } from './voice.ts';

const WORDS_PER_MINUTE = 175;
/** Volume 70 is the most that never clips (SPEECH, tried); the loudness is made later, by one gain. */
const VOLUME = 70;
const PITCH = 50;
/** About half a minute of speech: 0.3 s of work. */
const PIECE_BYTES = 600;

/** The three regions that espeak-ng speaks. */
export const ESPEAK_VOICES = ['vi', 'vi-vn-x-central', 'vi-vn-x-south'] as const;

export interface EspeakOptions {
  /** `vi` (northern), `vi-vn-x-central` or `vi-vn-x-south`. */
  readonly voice: string;
  /** The program to start; the one beside this file unless told. Anything that speaks its messages will do. */
  readonly program?: SpeakingProgram;
  /** From start to loaded. Loading takes 0.1 s on a quiet machine. */
  readonly startDeadlineMs?: number;
  /** For one piece of text. */
  readonly deadlineMs?: number;
  /** The child holds 100 MB: it is ended when nobody has spoken for so long. */
  readonly idleMs?: number;
}

/** espeak-ng (GPL-3), the voice that is always there: a separate program, 0.01 s of work for a second of speech. */
export class EspeakVoice extends Voice {
  readonly key: string;
  readonly id: string;
  readonly atOnce = 1;
  private readonly process: SpeakingProcess<EspeakRequest>;

  constructor(private readonly options: EspeakOptions) {
    super();
    this.key = `espeak:${options.voice}`;
    this.id = `espeak-ng/${engineVersion()}/${options.voice}/w${WORDS_PER_MINUTE}-v${VOLUME}-p${PITCH}`;
    this.process = new SpeakingProcess({
      engine: 'espeak-ng',
      program: options.program ?? programBeside(import.meta.url, './voice.espeak.main'),
      startDeadlineMs: options.startDeadlineMs ?? 20_000,
      deadlineMs: options.deadlineMs ?? 15_000,
      idleMs: options.idleMs ?? 300_000,
    });
  }

  describe(): VoiceDescription {
    return {
      id: this.id,
      key: this.key,
      name: `eSpeak NG (${this.options.voice})`,
      engine: 'espeak-ng',
      gender: null,
      isLocal: true,
      limits: ['robotic'],
    };
  }

  async synthesise(sentence: string, { rate, signal }: SynthesisOptions): Promise<Sound> {
    const parts: Int16Array[] = [];
    let sampleRate = 0;
    for (const piece of piecesOf(plainText(sentence), PIECE_BYTES)) {
      const request = {
        text: piece,
        voice: this.options.voice,
        wordsPerMinute: Math.round(WORDS_PER_MINUTE * rate),
        volume: VOLUME,
        pitch: PITCH,
      };
      const sound = await this.process.speak(request, signal);
      parts.push(sound.pcm);
      sampleRate = sound.sampleRate;
    }
    return refuseSilence({ pcm: joined(parts), sampleRate }, sentence, this.id);
  }

  close(): Promise<void> {
    return this.process.close();
  }

  /** The process that speaks now, for tests that kill it. */
  processId(): Promise<number | undefined> {
    return this.process.processId();
  }
}

function engineVersion(): string {
  const require = createRequire(import.meta.url);
  const found = require('@echogarden/espeak-ng-emscripten/package.json') as { version: string };
  return found.version;
}
