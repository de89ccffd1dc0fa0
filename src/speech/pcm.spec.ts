import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import {
  bytesOf,
  decibels,
  joined,
  peakOf,
  rmsOf,
  samplesOf,
  scaled,
  soundOfWav,
  trimmed,
  wavFile,
} from './pcm.ts';

const samples = fc.int16Array({ minLength: 0, maxLength: 300 });

function tone(seconds: number, rate: number, strength: number): Int16Array {
  return Int16Array.from(
    { length: seconds * rate },
    (_, at) => strength * Math.sin((2 * Math.PI * 440 * at) / rate),
  );
}

describe('sums over samples', () => {
  test('a full sine lies 3 dB under its peak', () => {
    const sine = tone(1, 22_050, 32_767);
    expect(decibels(rmsOf(sine)) - decibels(peakOf(sine))).toBeCloseTo(-3.01, 1);
  });

  test('nothing sounds like nothing', () => {
    expect(rmsOf(new Int16Array(0))).toBe(0);
    expect(peakOf(new Int16Array(100))).toBe(0);
  });

  test('the lowest sample counts as full scale', () => {
    expect(peakOf(Int16Array.of(-32_768))).toBe(1);
  });

  test('what is too loud is clipped, not wrapped round', () => {
    expect([...scaled(Int16Array.of(20_000, -20_000), 2)]).toEqual([32_767, -32_768]);
  });

  test('parts joined are the parts in order', () => {
    fc.assert(
      fc.property(fc.array(samples), (parts) => {
        expect([...joined(parts)]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
  });

  test('samples survive being bytes, wherever the bytes lie', () => {
    fc.assert(
      fc.property(samples, fc.nat(3), (pcm, offset) => {
        const shifted = Buffer.concat([Buffer.alloc(offset), bytesOf(pcm)]).subarray(offset);
        expect([...samplesOf(shifted)]).toEqual([...pcm]);
      }),
    );
  });
});

describe('a WAV file', () => {
  test('gives back what was put in', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(16_000, 22_050, 24_000, 48_000), (pcm, rate) => {
        const sound = soundOfWav(wavFile([pcm], rate));
        expect(sound.sampleRate).toBe(rate);
        expect([...sound.pcm]).toEqual([...pcm]);
      }),
    );
  });

  test('is read past chunks that mean nothing to us, of odd length too', () => {
    const plain = wavFile([Int16Array.of(1, 2, 3)], 24_000);
    const note = Buffer.from('LIST\x03\x00\x00\x00abc\x00', 'latin1');
    const dressed = Buffer.concat([plain.subarray(0, 36), note, plain.subarray(36)]);
    expect([...soundOfWav(dressed).pcm]).toEqual([1, 2, 3]);
  });

  test.each([
    ['not a WAV file at all', Buffer.from('<html>'.repeat(20))],
    ['cut off in its header', wavFile([Int16Array.of(1)], 24_000).subarray(0, 40)],
    [
      'of two channels',
      (() => {
        const file = wavFile([Int16Array.of(1)], 24_000);
        file.writeUInt16LE(2, 22);
        return file;
      })(),
    ],
  ])('is refused when it is %s', (_what, file) => {
    expect(() => soundOfWav(file)).toThrow(RangeError);
  });

  test('of any bytes is sound or refused, never another fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        const file = Buffer.concat([wavFile([], 8_000).subarray(0, 12), tail]);
        try {
          soundOfWav(file);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe('trimming', () => {
  test('leaves the speech and a breath at both ends', () => {
    const rate = 22_050;
    const speech = tone(0.5, rate, 8_000);
    const padded = joined([new Int16Array(rate), speech, new Int16Array(rate / 2)]);
    const seconds = trimmed(padded, rate).length / rate;
    expect(seconds).toBeGreaterThan(0.5);
    expect(seconds).toBeLessThan(0.6);
  });

  test('leaves nothing of silence', () => {
    expect(trimmed(new Int16Array(1_000), 22_050)).toHaveLength(0);
  });

  test('starts and ends without a click', () => {
    const out = trimmed(
      Int16Array.from({ length: 4_410 }, () => 10_000),
      22_050,
    );
    expect(Math.abs(out[0] ?? 1)).toBe(0);
    expect(Math.abs(out.at(-1) ?? 1)).toBe(0);
  });

  test('does not change what it is given', () => {
    const pcm = tone(0.1, 22_050, 8_000);
    const before = [...pcm];
    trimmed(pcm, 22_050);
    expect([...pcm]).toEqual(before);
  });
});
