/** A JPEG in RTP packets (RFC 2435), each with ONVIF's replay extension. Baseline, 4:2:0, without restart markers. */
export function jpegPackets(
  jpeg: Buffer,
  told: {
    readonly at: number;
    readonly sequence: number;
    readonly timestamp: number;
    readonly isLast: boolean;
  },
): Buffer[] {
  const { width, height, quantizers, scan } = partsOf(jpeg);
  const packets: Buffer[] = [];
  for (let offset = 0; offset < scan.length; offset += LARGEST_PIECE) {
    const piece = scan.subarray(offset, offset + LARGEST_PIECE);
    const isEnd = offset + LARGEST_PIECE >= scan.length;
    const head = Buffer.alloc(12 + 16);
    head.writeUInt16BE(0x9000 | (isEnd ? 0x80 : 0) | 26, 0);
    head.writeUInt16BE((told.sequence + packets.length) & 0xffff, 2);
    head.writeUInt32BE(told.timestamp, 4);
    head.writeUInt32BE(1, 8);
    head.writeUInt16BE(0xabac, 12);
    head.writeUInt16BE(3, 14);
    head.writeUInt32BE(Math.floor(told.at / 1_000) + SINCE_1900, 16);
    head.writeUInt32BE(Math.floor(((told.at % 1_000) / 1_000) * 2 ** 32), 20);
    // C: a picture that needs no other; T: the last of all.
    head[24] = 0x80 | (told.isLast && isEnd ? 0x10 : 0);
    const own = Buffer.alloc(8);
    own.writeUIntBE(offset, 1, 3);
    own[4] = 1;
    own[5] = 255;
    own[6] = width / 8;
    own[7] = height / 8;
    const tables = offset === 0 ? [Buffer.of(0, 0, 0, quantizers.length), quantizers] : [];
    packets.push(Buffer.concat([head, own, ...tables, piece]));
  }
  return packets;
}

const LARGEST_PIECE = 1_400;
const SINCE_1900 = 2_208_988_800;

function partsOf(jpeg: Buffer): { width: number; height: number; quantizers: Buffer; scan: Buffer } {
  const tables: Buffer[] = [];
  let [width, height] = [0, 0];
  for (let at = 2; at < jpeg.length;) {
    const marker = jpeg[at + 1] ?? 0;
    const inside = jpeg.subarray(at + 4, at + 2 + jpeg.readUInt16BE(at + 2));
    at += 4 + inside.length;
    // Several tables may stand in one segment, each behind its number.
    if (marker === 0xdb)
      for (let from = 0; from < inside.length; from += 65) tables.push(inside.subarray(from + 1, from + 65));
    if (marker === 0xc0) [height, width] = [inside.readUInt16BE(1), inside.readUInt16BE(3)];
    if (marker === 0xda)
      return { width, height, quantizers: Buffer.concat(tables), scan: jpeg.subarray(at, -2) };
  }
  throw new Error('no scan in the picture');
}
