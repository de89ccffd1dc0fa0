/** Sums over 16-bit samples of one channel. Nothing here changes what it is given. */

const FULL_SCALE = 32_768;
const UNKNOWN_LENGTH = 0xffff_ffff;

/** The largest sample, 0..1. */
export function peakOf(pcm: Int16Array): number {
  let peak = 0;
  for (const sample of pcm) {
    const size = sample < 0 ? -sample : sample;
    if (size > peak) peak = size;
  }
  return peak / FULL_SCALE;
}

/** The root mean square, 0..1; 0 for no samples. */
export function rmsOf(pcm: Int16Array): number {
  if (pcm.length === 0) return 0;
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return Math.sqrt(sum / pcm.length) / FULL_SCALE;
}

export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

export function ratioOf(dB: number): number {
  return 10 ** (dB / 20);
}

export function silence(seconds: number, sampleRate: number): Int16Array {
  return new Int16Array(Math.round(seconds * sampleRate));
}

/** One after another. */
export function joined(parts: readonly Int16Array[]): Int16Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const out = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** As much louder or softer as `gain` says (1 = as it is), clipped at full scale. */
export function scaled(pcm: Int16Array, gain: number): Int16Array {
  const out = new Int16Array(pcm.length);
  for (let at = 0; at < pcm.length; at += 1) {
    out[at] = Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round((pcm[at] ?? 0) * gain)));
  }
  return out;
}

/**
 * Without the silence at both ends, so that the gaps between sentences are ours and not the engine's.
 * Keeps `keepMs` of it (soft consonants start below any threshold) and fades those edges so that nothing clicks.
 */
export function trimmed(pcm: Int16Array, sampleRate: number, belowDb = -54, keepMs = 40): Int16Array {
  const threshold = ratioOf(belowDb) * FULL_SCALE;
  let first = 0;
  while (first < pcm.length && Math.abs(pcm[first] ?? 0) < threshold) first += 1;
  if (first === pcm.length) return new Int16Array(0);
  let last = pcm.length - 1;
  while (last > first && Math.abs(pcm[last] ?? 0) < threshold) last -= 1;

  const keep = Math.round((keepMs / 1000) * sampleRate);
  const out = pcm.slice(Math.max(0, first - keep), Math.min(pcm.length, last + 1 + keep));
  const fade = Math.min(Math.round(0.005 * sampleRate), out.length >> 1);
  for (let at = 0; at < fade; at += 1) {
    out[at] = Math.round(((out[at] ?? 0) * at) / fade);
    const end = out.length - 1 - at;
    out[end] = Math.round(((out[end] ?? 0) * at) / fade);
  }
  return out;
}

/** A RIFF/WAVE file of one channel, 16 bits. */
export function wavFile(parts: readonly Int16Array[], sampleRate: number): Buffer {
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  return Buffer.concat([wavHeader(bytes, sampleRate), ...parts.map(bytesOf)]);
}

/**
 * What stands before the samples. Of what is still being made the length is not known (undefined): players then
 * play to the end, as they do with ffmpeg's pipes.
 */
export function wavHeader(bytes: number | undefined, sampleRate: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(bytes === undefined ? UNKNOWN_LENGTH : 36 + bytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes ?? UNKNOWN_LENGTH, 40);
  return header;
}

/**
 * The sound in a RIFF/WAVE file. Walks the chunks: Google puts more than `fmt ` and `data` in some files.
 * Refuses (RangeError) what is not one channel of 16 bits.
 */
export function soundOfWav(file: Buffer): { pcm: Int16Array; sampleRate: number } {
  if (
    file.length < 44 ||
    file.toString('latin1', 0, 4) !== 'RIFF' ||
    file.toString('latin1', 8, 12) !== 'WAVE'
  ) {
    throw new RangeError('not a RIFF/WAVE file');
  }
  let sampleRate = 0;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const declared = file.readUInt32LE(at + 4);
    const start = at + 8;
    const size = Math.min(declared, file.length - start);
    if (name === 'fmt ') {
      if (size < 16) throw new RangeError('format chunk too short');
      const [format, channels, bits] = [
        file.readUInt16LE(start),
        file.readUInt16LE(start + 2),
        file.readUInt16LE(start + 14),
      ];
      if (format !== 1 || channels !== 1 || bits !== 16) {
        throw new RangeError(
          `not one channel of 16 bits: format ${format}, ${channels} channels, ${bits} bits`,
        );
      }
      sampleRate = file.readUInt32LE(start + 4);
    }
    if (name === 'data') {
      if (sampleRate === 0) throw new RangeError('sound before its format');
      return { pcm: samplesOf(file.subarray(start, start + size)), sampleRate };
    }
    at = start + size + (size % 2);
  }
  throw new RangeError('no sound in the file');
}

/** Little-endian bytes as samples; a copy, because a buffer may start at an odd address. */
export function samplesOf(bytes: Uint8Array): Int16Array {
  const even = bytes.byteLength - (bytes.byteLength % 2);
  const copy = new Uint8Array(even);
  copy.set(bytes.subarray(0, even));
  return new Int16Array(copy.buffer);
}

/** Samples as little-endian bytes, without a copy. Every machine that Node runs on is little-endian. */
export function bytesOf(pcm: Int16Array): Buffer {
  return Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
