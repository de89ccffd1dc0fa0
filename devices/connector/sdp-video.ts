import type { Codec } from '../protocol/replay-messages.ts';

/** The video of a session description (RFC 4566). */
export interface SdpVideo {
  readonly codec: Codec;
  readonly payloadType: number;
  /** As written: a whole address, or what is added to the session's. */
  readonly control: string;
  /** What a decoder must have before the first picture (H.264, H.265), as NAL units behind start codes. */
  readonly parameters: Buffer;
}

const startCode = Buffer.from([0, 0, 0, 1]);
const mostParameters = 8;
const largestParameter = 1_024;

/** The first video; `codec` where it is none that is read here; null where there is none. */
export function videoIn(sdp: string): SdpVideo | 'codec' | null {
  const lines = sdp.split(/\r?\n/);
  const start = lines.findIndex((line) => /^m=video /.test(line));
  if (start < 0) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('m='));
  const own = end < 0 ? rest : rest.slice(0, end);
  const payloadType = Number(/^m=video \d+ \S+ (\d{1,3})/.exec(lines[start] ?? '')?.[1] ?? -1);
  const said = (name: string): string =>
    own
      .find((line) => line.startsWith(`a=${name}:`))
      ?.slice(name.length + 3)
      .trim() ?? '';
  const name = /^\d+ ([\w-]+)\//.exec(said('rtpmap'))?.[1]?.toUpperCase();
  const codec = name === undefined && payloadType === 26 ? 'jpeg' : codecNamed(name);
  if (codec === null || payloadType < 0) return 'codec';
  return { codec, payloadType, control: said('control'), parameters: parametersIn(said('fmtp')) };
}

function codecNamed(name: string | undefined): Codec | null {
  if (name === 'JPEG') return 'jpeg';
  if (name === 'H264') return 'h264';
  return name === 'H265' || name === 'HEVC' ? 'h265' : null;
}

function parametersIn(fmtp: string): Buffer {
  const written = ['sprop-vps', 'sprop-sps', 'sprop-pps', 'sprop-parameter-sets'].flatMap((name) =>
    (new RegExp(`(?:^|[;\\s])${name}=([^;\\s]+)`, 'i').exec(fmtp)?.[1] ?? '').split(','),
  );
  const units = written
    .map((text) => Buffer.from(text, 'base64'))
    .filter(({ length }) => length > 0 && length <= largestParameter);
  return Buffer.concat(units.slice(0, mostParameters).flatMap((unit) => [startCode, unit]));
}

/** Where its track is set up. Only what stays at the session's own host is believed. */
export function trackAddress(session: string, control: string): string {
  if (control === '' || control === '*') return session;
  if (!/^[a-z]+:\/\//i.test(control)) return `${session.replace(/\/$/, '')}/${control.replace(/^\//, '')}`;
  if (!URL.canParse(control)) return session;
  const [told, own] = [new URL(control), new URL(session)];
  return `rtsp://${own.host}${told.pathname}${told.search}`;
}
