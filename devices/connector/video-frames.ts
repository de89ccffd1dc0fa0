import type { Codec } from '../protocol/replay-messages.ts';
import { jpegHead } from './jpeg-head.ts';
import type { RtpPacket } from './rtp-packet.ts';

/** One picture as it was sent, without its packets: a JPEG, or NAL units behind their start codes (Annex B). */
export interface VideoFrame {
  readonly bytes: Buffer;
  readonly timestamp: number;
  /** When it was recorded, by the recorder's clock, ms since 1970; null where it does not say. */
  readonly at: number | null;
}

/** How long a unit's head is, and the types that carry several units, or a part of one. */
interface NalForm {
  readonly head: 1 | 2;
  readonly aggregate: number;
  readonly fragment: number;
}
const h264Form: NalForm = { head: 1, aggregate: 24, fragment: 28 };
const h265Form: NalForm = { head: 2, aggregate: 48, fragment: 49 };

const startCode = Buffer.from([0, 0, 0, 1]);
const endOfJpeg = Buffer.of(0xff, 0xd9);

/** Packets become pictures. A picture of which a packet is missing is left out and counted; what it holds is bounded. */
export class VideoFrames {
  /** Pictures that were left out. */
  lost = 0;
  private parts: Buffer[] = [];
  private bytes = 0;
  private timestamp: number | undefined;
  private at: number | null = null;
  private next: number | undefined;
  private isBroken = false;
  /** Of a JPEG: bytes of its scan so far; null before its head. */
  private scanned: number | null = null;

  /** @param largestBytes of one picture */
  constructor(
    private readonly codec: Codec,
    private readonly largestBytes: number,
  ) {}

  /** @returns the pictures that this packet completes: none, one, or two where the last one's end was not marked */
  take(packet: RtpPacket): VideoFrame[] {
    const done: VideoFrame[] = [];
    const isGap = this.next !== undefined && packet.sequence !== this.next;
    this.next = (packet.sequence + 1) & 0xffff;
    if (isGap) this.isBroken = true;
    if (this.timestamp !== undefined && packet.timestamp !== this.timestamp) done.push(...this.finish());
    if (isGap) this.isBroken = true;
    this.timestamp = packet.timestamp;
    this.at ??= packet.replay?.at ?? null;
    const parts = this.isBroken ? [] : this.unpacked(packet.payload);
    if (parts === null) this.isBroken = true;
    else
      for (const part of parts) {
        this.parts.push(part);
        this.bytes += part.length;
      }
    if (this.bytes > this.largestBytes) {
      this.isBroken = true;
      this.parts = [];
    }
    if (packet.marker) done.push(...this.finish());
    return done;
  }

  private finish(): VideoFrame[] {
    const { parts, timestamp = 0, at, isBroken } = this;
    this.parts = [];
    this.bytes = 0;
    this.timestamp = undefined;
    this.at = null;
    this.isBroken = false;
    this.scanned = null;
    if (isBroken) this.lost += 1;
    if (isBroken || parts.length === 0) return [];
    // RFC 2435 leaves the end of the picture out, and some senders do not.
    const tail =
      this.codec === 'jpeg' && parts.at(-1)?.subarray(-2).equals(endOfJpeg) !== true ? [endOfJpeg] : [];
    return [{ bytes: Buffer.concat([...parts, ...tail]), timestamp, at }];
  }

  /** Null where it cannot be read. */
  private unpacked(payload: Buffer): Buffer[] | null {
    switch (this.codec) {
      case 'jpeg':
        return this.ofJpeg(payload);
      case 'h264':
        return ofNals(payload, h264Form);
      case 'h265':
        return ofNals(payload, h265Form);
    }
  }

  /** RFC 2435. */
  private ofJpeg(payload: Buffer): Buffer[] | null {
    if (payload.length < 8) return null;
    const offset = payload.readUIntBE(1, 3);
    if (offset === 0) {
      const head = jpegHead(payload);
      if (head === null || this.scanned !== null) return null;
      this.scanned = head.scan.length;
      return [head.bytes, head.scan];
    }
    const scan = payload.subarray((payload[4] ?? 0) >= 64 ? 12 : 8);
    if (offset !== this.scanned) return null;
    this.scanned += scan.length;
    return [scan];
  }
}

/** RFC 6184 (H.264) and RFC 7798 (H.265), in their order: single units, units together, and one in fragments. */
function ofNals(payload: Buffer, { head, aggregate, fragment }: NalForm): Buffer[] | null {
  if (payload.length <= head) return null;
  const first = payload[0] ?? 0;
  const type = head === 1 ? first & 0x1f : (first >> 1) & 0x3f;
  if (type === aggregate) {
    const parts: Buffer[] = [];
    let at: number = head;
    while (at < payload.length) {
      if (at + 2 > payload.length) return null;
      const end = at + 2 + payload.readUInt16BE(at);
      if (end > payload.length) return null;
      parts.push(startCode, payload.subarray(at + 2, end));
      at = end;
    }
    return parts;
  }
  if (type !== fragment) {
    // Types above are other ways of packing, which nobody asked for.
    return type > (head === 1 ? 23 : 47) ? null : [startCode, payload];
  }
  const mark = payload[head] ?? 0;
  const rest = payload.subarray(head + 1);
  if ((mark & 0x80) === 0) return [rest];
  const own =
    head === 1
      ? Buffer.of((first & 0xe0) | (mark & 0x1f))
      : Buffer.of((first & 0x81) | ((mark & 0x3f) << 1), payload[1] ?? 0);
  return [startCode, own, rest];
}
