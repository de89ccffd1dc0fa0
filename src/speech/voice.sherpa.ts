import { createRequire } from 'node:module';
import { join } from 'node:path';
import { programBeside } from '../base/program.ts';
import { refuseSilence } from './audible.ts';
import { joined } from './pcm.ts';
import { piecesOfLetters } from './pieces.ts';
import { plainText } from './plain-text.ts';
import { SpeakingProcess, type SpeakingProgram } from './voice.process.ts';
import type { SherpaPlace, SherpaRequest } from './voice.sherpa.main.ts';
import type { SherpaModel } from './voice.sherpa.model.ts';
import { Voice, type Sound, type SynthesisOptions, type VoiceDescription } from './voice.ts';

/** 20 s sentences took 870 MB, these 537 MB (SPEECH, tried). */
const PIECE_LETTERS = 120;

export interface SherpaOptions {
  readonly model: SherpaModel;
  /** 0 is the first. */
  readonly speaker?: number;
  /** The program to start; the one beside this file unless told. */
  readonly program?: SpeakingProgram;
  /** From start to loaded. A model of 60 MB takes about a second. */
  readonly startDeadlineMs?: number;
  /** For one piece: 10 s of speech take 1.2 s on a quiet machine. */
  readonly deadlineMs?: number;
  readonly idleMs?: number;
}

/** A Piper voice that the operator installed, spoken by sherpa-onnx in a process of its own. */
export class SherpaVoice extends Voice {
  readonly key: string;
  readonly id: string;
  readonly atOnce = 1;
  private readonly process: SpeakingProcess<SherpaRequest>;
  private readonly speaker: number;

  constructor(private readonly options: SherpaOptions) {
    super();
    const { model } = options;
    this.speaker = options.speaker ?? 0;
    this.key = sherpaKey(model.name, this.speaker);
    this.id = `sherpa-onnx/${sherpaVersion() ?? 'none'}/${model.name}/${model.hash}/s${this.speaker}`;
    const place: SherpaPlace = {
      onnxPath: model.onnxPath,
      tokensPath: join(model.directory, 'tokens.txt'),
      dataPath: join(model.directory, 'espeak-ng-data'),
    };
    this.process = new SpeakingProcess({
      engine: 'sherpa-onnx',
      program: options.program ?? programBeside(import.meta.url, './voice.sherpa.main'),
      argument: JSON.stringify(place),
      startDeadlineMs: options.startDeadlineMs ?? 30_000,
      deadlineMs: options.deadlineMs ?? 20_000,
      idleMs: options.idleMs ?? 300_000,
    });
  }

  describe(): VoiceDescription {
    const { name, speakers } = this.options.model;
    return {
      id: this.id,
      key: this.key,
      name: speakers === 1 ? name : `${name} (${this.speaker + 1})`,
      engine: 'sherpa-onnx',
      gender: null,
      isLocal: true,
      limits: ['check-licence'],
    };
  }

  async synthesise(sentence: string, { rate, signal }: SynthesisOptions): Promise<Sound> {
    const { sampleRate } = this.options.model;
    const parts: Int16Array[] = [];
    for (const text of piecesOfLetters(plainText(sentence), PIECE_LETTERS)) {
      // Of marks alone the engine makes a click.
      if (!/[\p{L}\p{N}]/u.test(text)) continue;
      const sound = await this.process.speak({ text, speaker: this.speaker, rate }, signal);
      parts.push(sound.pcm);
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

/** `sherpa:vi_VN-vais1000-medium`, `sherpa:vi_VN-vivos-x_low#3` for the third speaker. */
export function sherpaKey(name: string, speaker: number): string {
  return speaker === 0 ? `sherpa:${name}` : `sherpa:${name}#${speaker + 1}`;
}

/** Undefined where npm left the optional package out. */
export function sherpaVersion(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    return (require('sherpa-onnx-node/package.json') as { version: string }).version;
  } catch {
    return undefined;
  }
}
