/** What RFC 2435 leaves out of a JPEG, put back: its markers, and the tables of ITU T.81, K.3. */
export interface JpegHead {
  readonly bytes: Buffer;
  /** The first piece of the picture's own data. */
  readonly scan: Buffer;
}

const lumaQuantizers = Buffer.from(
  '100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e404457453738506d51575f626768673e4d71797064785c656763',
  'hex',
);
const chromaQuantizers = Buffer.from(`1112121815182f1a1a2f634238426363${'63'.repeat(48)}`, 'hex');

const table = (kind: number, counts: string, values: string): Buffer => {
  const inside = Buffer.concat([Buffer.of(kind), Buffer.from(counts, 'hex'), Buffer.from(values, 'hex')]);
  return segment(0xc4, inside);
};
const acLuma =
  '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa';
const acChroma =
  '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa';
const huffman = Buffer.concat([
  table(0x00, '00010501010101010100000000000000', '000102030405060708090a0b'),
  table(0x10, '0002010303020403050504040000017d', acLuma),
  table(0x01, '00030101010101010101010000000000', '000102030405060708090a0b'),
  table(0x11, '00020102040403040705040400010277', acChroma),
]);

/** @param payload of the first packet of a picture; null where it cannot be read */
export function jpegHead(payload: Buffer): JpegHead | null {
  const type = payload[4] ?? 0;
  const quality = payload[5] ?? 0;
  const [width, height] = [(payload[6] ?? 0) * 8, (payload[7] ?? 0) * 8];
  const isRestarted = type >= 64 && type < 128;
  if ((type & 0x3f) > 1 || type >= 128 || width === 0 || height === 0) return null;
  let at = 8;
  let restart: Buffer = Buffer.alloc(0);
  if (isRestarted) {
    if (payload.length < 12) return null;
    restart = segment(0xdd, payload.subarray(8, 10));
    at = 12;
  }
  let quantizers: readonly Buffer[];
  if (quality >= 128) {
    const length = payload.length < at + 4 ? -1 : payload.readUInt16BE(at + 2);
    // One table for all, or two; 16-bit ones are not for baseline.
    if (payload[at + 1] !== 0 || (length !== 64 && length !== 128) || payload.length < at + 4 + length)
      return null;
    quantizers = [0, length - 64].map((from) => payload.subarray(at + 4 + from, at + 4 + from + 64));
    at += 4 + length;
  } else if (quality >= 1 && quality <= 99) {
    quantizers = [lumaQuantizers, chromaQuantizers].map((one) => scaled(one, quality));
  } else return null;
  const sampling = (type & 0x3f) === 0 ? 0x21 : 0x22;
  const size = Buffer.alloc(4);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  const frame = Buffer.concat([Buffer.of(8), size, Buffer.of(3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1)]);
  return {
    bytes: Buffer.concat([
      Buffer.of(0xff, 0xd8),
      ...quantizers.map((one, index) => segment(0xdb, Buffer.concat([Buffer.of(index), one]))),
      restart,
      segment(0xc0, frame),
      huffman,
      segment(0xda, Buffer.of(3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0)),
    ]),
    scan: payload.subarray(at),
  };
}

function segment(marker: number, inside: Buffer): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(inside.length + 2, 2);
  return Buffer.concat([head, inside]);
}

/** RFC 2435, appendix A. */
function scaled(quantizers: Buffer, quality: number): Buffer {
  const factor = quality < 50 ? Math.floor(5_000 / quality) : 200 - quality * 2;
  return Buffer.from(
    quantizers.map((one) => Math.min(255, Math.max(1, Math.floor((one * factor + 50) / 100)))),
  );
}
