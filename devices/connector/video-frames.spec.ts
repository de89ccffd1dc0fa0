import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { jpegPackets } from '../camera/rtp-jpeg.ts';
import { fc } from '../../test/property.ts';
import { jpegHead } from './jpeg-head.ts';
import { readRtp, saysGoodbye } from './rtp-packet.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { RtspFault, RtspReader } from './rtsp-reader.ts';
import { trackAddress, videoIn } from './sdp-video.ts';
import { VideoFrames } from './video-frames.ts';

const largest = 1_000_000;
let sequence = 0;
const packet = (payload: Buffer, timestamp: number, marker = false): RtpPacket => ({
  ...{ payloadType: 96, marker, sequence: sequence++ & 0xffff, timestamp, replay: null, payload },
});
const start = Buffer.from([0, 0, 0, 1]);
const annexB = (...units: Buffer[]): Buffer => Buffer.concat(units.flatMap((one) => [start, one]));

/** Long units in fragments, as RFC 6184 and RFC 7798 have it. */
function packed(unit: Buffer, head: 1 | 2, size: number): Buffer[] {
  if (unit.length <= size) return [unit];
  const type = head === 1 ? (unit[0] ?? 0) & 0x1f : ((unit[0] ?? 0) >> 1) & 0x3f;
  const own =
    head === 1
      ? Buffer.of(((unit[0] ?? 0) & 0xe0) | 28)
      : Buffer.of(((unit[0] ?? 0) & 0x81) | (49 << 1), unit[1] ?? 0);
  const pieces: Buffer[] = [];
  for (let at = head; at < unit.length; at += size) {
    const marks = (at === head ? 0x80 : 0) | (at + size >= unit.length ? 0x40 : 0);
    pieces.push(Buffer.concat([own, Buffer.of(marks | type), unit.subarray(at, at + size)]));
  }
  return pieces;
}

describe('pictures of packets', () => {
  test('units of H.264 and H.265 come out as they went in, whole, together or in fragments', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('h264', 'h265'),
        fc.array(fc.uint8Array({ minLength: 3, maxLength: 400 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 10, max: 300 }),
        (codec, bodies, size) => {
          const head = codec === 'h264' ? 1 : 2;
          const units = bodies.map((body, index) =>
            Buffer.concat([
              head === 1 ? Buffer.of(0x61 + (index % 5)) : Buffer.of(2 + 2 * (index % 9), 1),
              body,
            ]),
          );
          const frames = new VideoFrames(codec, largest);
          const payloads = units.flatMap((unit) => packed(unit, head, size));
          const out = payloads.flatMap((payload, at) =>
            frames.take(packet(payload, 7, at === payloads.length - 1)),
          );
          expect(out.map(({ bytes }) => bytes)).toEqual([annexB(...units)]);
        },
      ),
    );
  });

  test('units that travel together are taken apart, and lengths beyond the packet are refused', () => {
    const [a, b] = [Buffer.of(0x67, 1, 2), Buffer.of(0x68, 3)];
    const together = (...units: Buffer[]): Buffer =>
      Buffer.concat([Buffer.of(24), ...units.flatMap((unit) => [Buffer.of(0, unit.length), unit])]);
    const frames = new VideoFrames('h264', largest);
    expect(frames.take(packet(together(a, b), 1, true))[0]?.bytes).toEqual(annexB(a, b));
    expect(frames.take(packet(Buffer.of(24, 0xff, 0xff, 1), 2, true))).toEqual([]);
    expect(frames.lost).toBe(1);
  });

  test('a picture of which a packet is missing is left out and counted, and the next one is whole', () => {
    const unit = Buffer.concat([Buffer.of(0x65), Buffer.alloc(100, 7)]);
    const frames = new VideoFrames('h264', largest);
    const [first, , third] = packed(unit, 1, 40).map((payload, at, all) =>
      packet(payload, 1, at === all.length - 1),
    );
    if (first === undefined || third === undefined) throw new Error('three packets');
    expect([...frames.take(first), ...frames.take(third)]).toEqual([]);
    expect(frames.lost).toBe(1);
    expect(frames.take(packet(Buffer.of(0x61, 1), 2, true))[0]?.bytes).toEqual(annexB(Buffer.of(0x61, 1)));
  });

  test('one that never ends is not held', () => {
    const frames = new VideoFrames('h264', 1_000);
    for (let turn = 0; turn < 50; turn++) frames.take(packet(Buffer.alloc(100, 0x61), 1));
    expect(frames.take(packet(Buffer.of(0x61), 1, true))).toEqual([]);
    expect(frames.lost).toBe(1);
  });

  test('a JPEG comes out with the tables that were left out, which are those that libjpeg writes', async () => {
    const drawn = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#a33' } })
      .jpeg({ quality: 70, optimiseCoding: false })
      .toBuffer();
    const packets = jpegPackets(drawn, { at: 1_700_000_000_123, sequence: 9, timestamp: 5, isLast: true });
    const frames = new VideoFrames('jpeg', largest);
    const read = packets.map((bytes) => readRtp(bytes));
    expect(read.at(-1)?.replay).toEqual({ at: 1_700_000_000_123, isTerminal: true, isEnd: false });
    const out = read.flatMap((one) => (one === null ? [] : frames.take(one)));
    const made = out[0]?.bytes ?? Buffer.alloc(0);
    const huffman = (jpeg: Buffer): string[] => {
      const found: string[] = [];
      for (let at = 2; jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2))
        if (jpeg[at + 1] === 0xc4) found.push(jpeg.toString('hex', at, at + 2 + jpeg.readUInt16BE(at + 2)));
      return found.sort();
    };
    expect(huffman(made)).toEqual(huffman(drawn));
    expect(await sharp(made).raw().toBuffer()).toEqual(await sharp(drawn).raw().toBuffer());
  });

  test('of quality 1 to 99 a JPEG has the standard tables, of any other none', () => {
    const payload = (type: number, quality: number): Buffer =>
      Buffer.of(0, 0, 0, 0, type, quality, 8, 6, 1, 2);
    expect(jpegHead(payload(1, 50))?.bytes.subarray(0, 8).toString('hex')).toBe('ffd8ffdb00430010');
    for (const [type, quality] of [
      [1, 0],
      [1, 100],
      [2, 50],
      [200, 50],
      [65, 50],
    ] as const)
      expect(
        type === 65 ? jpegHead(payload(type, quality).subarray(0, 9)) : jpegHead(payload(type, quality)),
      ).toBeNull();
  });
});

describe('bytes of a connection', () => {
  test('are read alike in whatever pieces they come', () => {
    const answer = Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 2\r\nX: a\r\nx: b\r\nContent-Length: 3\r\n\r\nabc');
    const whole = Buffer.concat([answer, Buffer.of(0x24, 0, 0, 2, 9, 8), Buffer.of(0x24, 1, 0, 0), answer]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const reader = new RtspReader();
        const items = at.slice(1).flatMap((end, index) => [...reader.read(whole.subarray(at[index], end))]);
        expect(items.map((one) => (one.kind === 'packet' ? [...one.bytes] : one.body))).toEqual([
          ...['abc', [9, 8], [], 'abc'],
        ]);
        expect(items[0]).toMatchObject({
          status: 200,
          headers: new Map([
            ['cseq', ['2']],
            ['x', ['a', 'b']],
            ['content-length', ['3']],
          ]),
        });
      }),
    );
  });

  test('that are neither are a fault, however many there are', () => {
    for (const bad of [
      'HTTP/1.1 200 OK\r\n\r\n',
      'x'.repeat(20_000),
      'RTSP/1.0 200 OK\r\nContent-Length: 999999\r\n\r\n',
    ])
      expect(() => [...new RtspReader().read(Buffer.from(bad))]).toThrow(RtspFault);
  });

  test('hostile packets are none, and never throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('jpeg', 'h264', 'h265'),
        (bytes, codec) => {
          const read = readRtp(Buffer.from(bytes));
          if (read !== null) new VideoFrames(codec, largest).take(read);
          saysGoodbye(Buffer.from(bytes));
        },
      ),
    );
  });
});

describe('a session description', () => {
  const sdp = (...lines: string[]): string => ['v=0', 'm=audio 0 RTP/AVP 0', ...lines].join('\r\n');

  test('names its video, what a decoder must have first, and where it is set up', () => {
    const video = videoIn(
      sdp(
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
        'a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IA,aM4=',
        'a=control:track2',
        'm=application 0 RTP/AVP 107',
        'a=control:track3',
      ),
    );
    expect(video).toMatchObject({ codec: 'h264', payloadType: 96, control: 'track2' });
    expect(video === null || video === 'codec' ? null : video.parameters).toEqual(
      annexB(Buffer.from('Z0IA', 'base64'), Buffer.from('aM4=', 'base64')),
    );
    expect(videoIn(sdp('m=video 0 RTP/AVP 26'))).toMatchObject({ codec: 'jpeg' });
    expect(videoIn(sdp('m=video 0 RTP/AVP 98', 'a=rtpmap:98 MP4V-ES/90000'))).toBe('codec');
    expect(videoIn(sdp())).toBeNull();
  });

  test('cannot lead to another host', () => {
    const session = 'rtsp://10.0.0.9:554/replay?id=1';
    expect(trackAddress(session, 'rtsp://169.254.169.254/x?y=1')).toBe('rtsp://10.0.0.9:554/x?y=1');
    expect(trackAddress('rtsp://10.0.0.9/a/', 'track1')).toBe('rtsp://10.0.0.9/a/track1');
    expect(trackAddress(session, '*')).toBe(session);
  });
});
