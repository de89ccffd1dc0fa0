/** What people bring: told by its first bytes and never by its name or its headers. */
export const containers = ['wav', 'mp3', 'mp4', 'ogg', 'webm', 'aac'] as const;
export type Container = (typeof containers)[number];

/** So many first bytes are enough to tell. */
export const HEAD_BYTES = 16;

/** @returns undefined for whatever is no sound that we take: a text, a playlist, a picture, an archive */
export function containerOf(head: Uint8Array): Container | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WAVE') return 'wav';
  if (text(0, 4) === 'OggS') return 'ogg';
  if (text(4, 8) === 'ftyp') return 'mp4';
  if (text(0, 4) === '\x1aE\xdf\xa3') return 'webm';
  if (text(0, 3) === 'ID3') return 'mp3';
  const [first = 0, second = 0] = head;
  if (first !== 0xff) return undefined;
  // Eleven bits of sync, and layer III; twelve bits and layer 0 for AAC in its transport frames.
  if ((second & 0xe6) === 0xe2) return 'mp3';
  return (second & 0xf6) === 0xf0 ? 'aac' : undefined;
}

/** A WAV says at once how long it is; one that was written as it came says 0 or the most there is. */
export function isWavCutShort(head: Buffer, fileBytes: number): boolean {
  const declared = head.readUInt32LE(4);
  if (declared === 0 || declared >= 0xffff_ff00) return false;
  return declared + 8 > fileBytes * 1.1;
}

/** What a decoder says of a file before it decodes it: claims, each of them. */
export interface Claims {
  readonly hasSound: boolean;
  /** Moving pictures; a cover is none. */
  readonly hasVideo: boolean;
  /** Undefined where the file does not say, or where the decoder only guesses. */
  readonly seconds: number | undefined;
  /** As `aac`, for the log. */
  readonly codec: string;
}

/** Reads ffmpeg's account of its input. */
export function claimsIn(told: string): Claims {
  const streams = told.split('\n').filter((line) => /^\s*Stream #0[:.]\d+/.test(line));
  const codec = streams.map((line) => /: Audio: ([\w-]+)/.exec(line)?.[1]).find((name) => name !== undefined);
  const [, hours, minutes, seconds] = /^\s*Duration: (\d+):(\d\d):(\d\d\.\d+)/m.exec(told) ?? [];
  const isGuess = told.includes('Estimating duration from bitrate');
  return {
    hasSound: codec !== undefined,
    hasVideo: streams.some((line) => line.includes(': Video: ') && !line.includes('(attached pic)')),
    seconds:
      isGuess || hours === undefined
        ? undefined
        : Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds),
    codec: codec ?? '',
  };
}
