import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Camera } from './camera.ts';
import { recordingToken } from './recording-answers.ts';
import { jpegPackets } from './rtp-jpeg.ts';

/** One request of RTSP, proved by its password already. */
export interface RtspRequest {
  readonly method: string;
  readonly uri: string;
  readonly header: (name: string) => string | undefined;
  readonly say: (status: string, headers?: readonly string[], body?: string) => void;
}

const FRAME_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=recording',
  't=0 0',
  'a=control:*',
  'm=audio 0 RTP/AVP 0',
  'a=control:track2',
  'm=video 0 RTP/AVP 26',
  'a=control:track1',
  '',
].join('\r\n');

/**
 * ONVIF's replay of one recording over one connection (Streaming Specification, 6): two pictures a second, drawn as they
 * would have been, each packet with the time of its recording. Strict: `Require`, `Range` and `Rate-Control` must be there.
 */
export class ReplaySession {
  private session = '';
  private isOver = false;

  constructor(
    private readonly camera: Camera,
    private readonly socket: Socket,
  ) {
    socket.once('close', () => (this.isOver = true));
  }

  async answer({ method, uri, header, say }: RtspRequest): Promise<void> {
    const channel = this.camera.channels.find((one) =>
      uri.split('?')[0]?.includes(`/replay/${recordingToken(one)}`),
    );
    if (channel === undefined) {
      say('404 Not Found');
      return;
    }
    const named = this.session === '' ? [] : [`Session: ${this.session};timeout=60`];
    if (method === 'DESCRIBE') {
      say('200 OK', ['Content-Type: application/sdp', `Content-Base: ${uri}/`], SDP);
      return;
    }
    if (method === 'TEARDOWN') {
      this.isOver = true;
      say('200 OK', named);
      return;
    }
    if (this.camera.faults.has('replay-unknown')) {
      say('551 Option not supported', ['Unsupported: onvif-replay']);
      return;
    }
    if (header('Require') !== 'onvif-replay') {
      say('400 Bad Request');
      return;
    }
    if (method === 'SETUP') {
      if (!uri.endsWith('/track1') || header('Transport') !== 'RTP/AVP/TCP;unicast;interleaved=0-1') {
        say('461 Unsupported transport');
        return;
      }
      this.session = randomBytes(6).toString('hex');
      say('200 OK', [
        `Session: ${this.session};timeout=60`,
        'Transport: RTP/AVP/TCP;unicast;interleaved=0-1',
      ]);
      return;
    }
    if (method !== 'PLAY' || this.session === '' || header('Session') !== this.session) {
      say('454 Session Not Found');
      return;
    }
    const range = /^clock=(\d{8}T\d{6}Z)-(\d{8}T\d{6}Z)$/.exec(header('Range') ?? '');
    const [fromAt, untilAt] = [instant(range?.[1] ?? ''), instant(range?.[2] ?? '')];
    if (header('Rate-Control') !== 'no' || !(fromAt < untilAt)) {
      say('400 Bad Request');
      return;
    }
    if (fromAt < this.camera.keptFrom() || fromAt > this.camera.now()) {
      say('457 Invalid Range', named);
      return;
    }
    say('200 OK', [...named, `Range: ${header('Range') ?? ''}`]);
    await this.play(channel.number, fromAt, Math.min(untilAt, this.camera.now()));
  }

  private async play(channel: number, fromAt: number, untilAt: number): Promise<void> {
    const { faults } = this.camera;
    const { drawPicture } = await import('./picture.sharp.ts');
    if (faults.has('replay-nothing')) return;
    // As a recorder whose firmware knows no range: it plays some other day.
    const shiftMs = faults.has('replay-other-time') ? 86_400_000 : 0;
    const isEndless = faults.has('replay-endless');
    let sequence = 65_500;
    for (let at = fromAt; at <= untilAt || isEndless; at += FRAME_MS) {
      const view = this.camera.view(channel);
      if (view === null) return;
      // Its clock stands still before the end, so that the end never comes.
      const told = shiftMs + (isEndless ? Math.min(at, untilAt - 4 * FRAME_MS) : at);
      const jpeg = await drawPicture({ ...view, atMs: told });
      const isLast = at + FRAME_MS > untilAt && !isEndless;
      const packets = jpegPackets(jpeg, {
        at: told,
        sequence,
        timestamp: ((at - fromAt) * 90) >>> 0,
        isLast,
      });
      sequence = (sequence + packets.length) & 0xffff;
      for (const packet of packets) if (!(await this.send(0, packet))) return;
    }
    if (!faults.has('replay-silent-end')) await this.send(1, GOODBYE);
  }

  private hasGone(): boolean {
    return this.isOver || this.socket.destroyed;
  }

  /** False where nobody takes it any more. */
  private async send(channel: number, packet: Buffer): Promise<boolean> {
    if (this.hasGone()) return false;
    const head = Buffer.of(0x24, channel, packet.length >> 8, packet.length & 0xff);
    const bytes = Buffer.concat([head, packet]);
    if (this.camera.faults.has('replay-drip')) {
      for (const byte of bytes) {
        if (this.hasGone()) return false;
        this.socket.write(Buffer.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return true;
    }
    if (this.socket.write(bytes)) return true;
    return new Promise((resolve) => {
      const done = (isTaken: boolean) => (): void => {
        clearTimeout(timer);
        this.socket.off('drain', drained).off('close', gone);
        resolve(isTaken);
      };
      const [drained, gone] = [done(true), done(false)];
      const timer = setTimeout(gone, LONGEST_WAIT_MS);
      this.socket.once('drain', drained).once('close', gone);
    });
  }
}

/** RTCP: a receiver report of nobody, and BYE. */
const GOODBYE = Buffer.from('80c900010000000181cb000100000001', 'hex');

function instant(text: string): number {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
