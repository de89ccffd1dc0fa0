import { describe, expect, test } from '@jest/globals';
import { fc } from '../../../test/property.ts';
import { PacketLimit } from './packet-limit.ts';

/** A packet as MQTT frames it: type, length in sevens of bits, so many bytes. */
function packet(length: number): Buffer {
  const header = [0x30];
  let rest = length;
  do {
    const byte = rest & 0x7f;
    rest >>= 7;
    header.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

describe('the limit of a packet', () => {
  test('is found wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 10 }),
        (lengths, cuts) => {
          const limit = new PacketLimit(300);
          const bytes = Buffer.concat(lengths.map(packet));
          let accepted = true;
          for (let at = 0, turn = 0; at < bytes.length && accepted; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            accepted = limit.accept(bytes.subarray(at, at + size));
            at += size;
          }
          expect(accepted).toBe(lengths.every((length) => length <= 300));
        },
      ),
    );
  });

  test('is known from the first bytes of an oversize packet, and of a length without an end', () => {
    expect(new PacketLimit(1_000_000).accept(packet(2_000_000).subarray(0, 5))).toBe(false);
    expect(new PacketLimit(2 ** 30).accept(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]))).toBe(false);
  });

  test('is raised for who has shown credentials', () => {
    const limit = new PacketLimit(10);
    expect(limit.accept(packet(10))).toBe(true);
    limit.allow(100);
    expect(limit.accept(packet(100))).toBe(true);
  });
});
