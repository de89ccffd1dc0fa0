import { createHash } from 'node:crypto';
import type { RenderProfileId } from './render-profile.ts';
import type { TuneId } from './tunes.ts';

/** A file in the audio store. */
export interface AudioFile {
  /** 64 lower-case hexadecimal digits: the file's name, address and proof. */
  readonly sha256: string;
  readonly bytes: number;
}

/** When one sentence sounds, in seconds from the start of the recording. */
export interface Mark {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * What a person hears and approves, and what the poles then play (bản ghi âm): two encodings of one sound, made
 * of one spoken text by one voice. Never changed once made.
 */
export class Recording {
  readonly communeId!: string;
  readonly id!: string;
  /** Of what is spoken: `spokenHash`. */
  readonly spokenHash!: string;
  readonly voiceId!: string;
  /** Another voice than the chosen one spoke, because that one could not. */
  readonly isFallback!: boolean;
  readonly profile!: RenderProfileId;
  readonly tune!: TuneId;
  readonly opusSha256!: string;
  readonly opusBytes!: number;
  readonly mp3Sha256!: string;
  readonly mp3Bytes!: number;
  /** The whole of it, tune and closing included. */
  readonly seconds!: number;
  /** Every sentence in the order in which it sounds; those that are said twice stand twice. */
  readonly marks!: readonly Mark[];
  /** Integrated, EBU R 128, of the decoded file that lies farther from −16. */
  readonly loudnessLufs!: number;
  /** The higher of the two decoded files. */
  readonly truePeakDbtp!: number;
  readonly lexiconVersion!: string;
  /** Of the file that a person brought or recorded; null where a voice was computed. */
  readonly sourceSha256!: string | null;
  readonly madeAt!: Date;

  constructor(from: RecordingFields) {
    Object.assign(this, from);
  }

  get opus(): AudioFile {
    return { sha256: this.opusSha256, bytes: this.opusBytes };
  }

  get mp3(): AudioFile {
    return { sha256: this.mp3Sha256, bytes: this.mp3Bytes };
  }
}

export type RecordingFields = Omit<Recording, 'opus' | 'mp3'>;

/**
 * SHA-256 of what is spoken: the sentences in NFC, in order, and how often the body is said. A recording whose
 * hash is not that of the text in hand is not a recording of that text.
 */
export function spokenHash(sentences: readonly string[], times: 1 | 2 = 1): string {
  const said = {
    repeatBody: times,
    sentences: sentences.map((sentence) => sentence.normalize('NFC').trim()),
  };
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}
