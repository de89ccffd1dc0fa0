import { longestAudioSeconds } from '../../devices/protocol/pole-messages.ts';
import type { SoundClass } from './tunes.ts';

/** What every recording must be, measured on the encoded files (DESIGN 2, SPEECH). */
export const LOUDNESS = {
  targetLufs: -16,
  toleranceLu: 0.5,
  maximumTruePeakDbtp: -1.5,
} as const;

/** What a programme may name, and so what a pole plays: half an hour of text, spoken slowly and twice. */
export const MAXIMUM_SECONDS = longestAudioSeconds;

export interface Measurement {
  readonly loudnessLufs: number;
  readonly truePeakDbtp: number;
  readonly seconds: number;
}

/** Who made this sound and of what: written into both files (AI law 134/2025/QH15, article 11). */
export type Provenance = ComputedProvenance | PersonProvenance;

interface ComputedProvenance {
  readonly voiceId: string;
  readonly communeName: string;
  readonly spokenHash: string;
  readonly soundClass: SoundClass;
}

/** A person speaks. With the commune's id in it, no two communes ever share a file: each may remove its own. */
interface PersonProvenance {
  readonly communeId: string;
  readonly communeName: string;
  /** Of the file that they brought. */
  readonly sourceSha256: string;
  readonly soundClass: SoundClass;
}

/** A finished file and what was measured after decoding it again. */
export interface EncodedFile extends Measurement {
  readonly path: string;
}

/** Where a measured file is out of the range that may go on air; empty when it may. */
export function faultsOf({ loudnessLufs, truePeakDbtp }: Measurement): string[] {
  const faults: string[] = [];
  if (!(Math.abs(loudnessLufs - LOUDNESS.targetLufs) <= LOUDNESS.toleranceLu)) {
    faults.push(`loudness ${loudnessLufs} LUFS is not ${LOUDNESS.targetLufs} ± ${LOUDNESS.toleranceLu}`);
  }
  if (!(truePeakDbtp <= LOUDNESS.maximumTruePeakDbtp)) {
    faults.push(`true peak ${truePeakDbtp} dBTP is above ${LOUDNESS.maximumTruePeakDbtp}`);
  }
  return faults;
}

const TITLES = {
  routine: 'Thông báo truyền thanh',
  drill: 'Thông báo diễn tập',
  emergency: 'Thông báo khẩn cấp',
} as const satisfies Record<SoundClass, string>;

/**
 * The tags of a file. Names are kept by both Vorbis comments (upper case) and ID3 (TXXX frames); the mark is
 * readable by a machine, the comment by a person.
 */
export function provenanceTags(provenance: Provenance): Record<string, string> {
  const common = { TITLE: TITLES[provenance.soundClass], ARTIST: provenance.communeName };
  if ('sourceSha256' in provenance) {
    return {
      ...common,
      COMMENT: 'Giọng người thật thu âm (human recording)',
      SYNTHETIC_SPEECH: 'false',
      SOURCE_SHA256: provenance.sourceSha256,
      COMMUNE_ID: provenance.communeId,
    };
  }
  return {
    ...common,
    COMMENT: 'Giọng đọc tổng hợp bằng máy tính (synthetic speech)',
    SYNTHETIC_SPEECH: 'true',
    SYNTHETIC_SPEECH_VOICE: provenance.voiceId,
    SPOKEN_TEXT_SHA256: provenance.spokenHash,
  };
}
