/** One RTP packet (RFC 3550), and what ONVIF's replay extension says of it. */
export interface RtpPacket {
  readonly payloadType: number;
  /** The last of its picture. */
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  /** Null where the packet has no such extension. */
  readonly replay: ReplayMark | null;
  readonly payload: Buffer;
}

/** ONVIF Streaming Specification, 6.3: header extension 0xABAC. */
export interface ReplayMark {
  /** When it was recorded, by the recorder's clock, ms since 1970. */
  readonly at: number;
  /** The recording has a gap after this packet, or ends. */
  readonly isEnd: boolean;
  /** Nothing more comes for what was asked. */
  readonly isTerminal: boolean;
}

const replayExtension = 0xabac;
/** From 1900 to 1970. */
const ntpEpochSeconds = 2_208_988_800;
const wrapSeconds = 2 ** 32;

/** Null where it is none. */
export function readRtp(bytes: Buffer): RtpPacket | null {
  const first = bytes[0] ?? 0;
  if (bytes.length < 12 || first >> 6 !== 2) return null;
  let at = 12 + (first & 0x0f) * 4;
  let replay: ReplayMark | null = null;
  if ((first & 0x10) !== 0) {
    if (bytes.length < at + 4) return null;
    const length = bytes.readUInt16BE(at + 2) * 4;
    if (bytes.length < at + 4 + length) return null;
    if (bytes.readUInt16BE(at) === replayExtension && length >= 12) replay = readMark(bytes, at + 4);
    at += 4 + length;
  }
  const padding = (first & 0x20) === 0 ? 0 : (bytes[bytes.length - 1] ?? 0);
  const end = bytes.length - padding;
  if (at > end) return null;
  const second = bytes[1] ?? 0;
  return {
    ...{ payloadType: second & 0x7f, marker: (second & 0x80) !== 0, sequence: bytes.readUInt16BE(2) },
    ...{ timestamp: bytes.readUInt32BE(4), replay, payload: bytes.subarray(at, end) },
  };
}

function readMark(bytes: Buffer, at: number): ReplayMark {
  const seconds = bytes.readUInt32BE(at);
  // From 2036 on the count begins anew.
  const since1970 = (seconds < ntpEpochSeconds ? seconds + wrapSeconds : seconds) - ntpEpochSeconds;
  const flags = bytes[at + 8] ?? 0;
  return {
    at: Math.round((since1970 + bytes.readUInt32BE(at + 4) / wrapSeconds) * 1_000),
    isEnd: (flags & 0x40) !== 0,
    isTerminal: (flags & 0x10) !== 0,
  };
}

/** Whether an RTCP packet says goodbye; compound ones are walked (RFC 3550, 6.1). */
export function saysGoodbye(bytes: Buffer): boolean {
  for (let at = 0; at + 4 <= bytes.length; at += (bytes.readUInt16BE(at + 2) + 1) * 4)
    if (bytes[at + 1] === 203) return true;
  return false;
}
