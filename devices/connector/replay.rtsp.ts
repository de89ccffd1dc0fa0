import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Codec, ReplayEnd } from '../protocol/replay-messages.ts';
import type { AddressRules } from './address-rules.ts';
import { CameraFault } from './camera-fault.ts';
import { authorization, bestChallenge } from './http-digest.ts';
import type { Challenge } from './http-digest.ts';
import { ReplayRefused } from './replay-refused.ts';
import { readRtp, saysGoodbye } from './rtp-packet.ts';
import { RtspFault, RtspReader } from './rtsp-reader.ts';
import type { Interleaved, RtspAnswer } from './rtsp-reader.ts';
import { trackAddress, videoIn } from './sdp-video.ts';
import type { SdpVideo } from './sdp-video.ts';
import { connect, portOf } from './stream.rtsp.ts';
import { VideoFrames } from './video-frames.ts';

export interface ReplayRequest {
  /** RTSP address with the recorder's own host. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** By the recorder's clock, ms since 1970. */
  readonly fromAt: number;
  readonly untilAt: number;
  readonly limits: ReplayLimits;
  readonly signal: AbortSignal;
}

export interface ReplayLimits {
  readonly bytes: number;
  /** For all of it, however it drips. */
  readonly ms: number;
}

/** What came. */
export interface Replayed {
  readonly codec: Codec;
  readonly frames: number;
  /** Pictures that came in pieces of which one was missing. */
  readonly lost: number;
  /** Of the first and the last, by the recorder's clock; by its word with each picture, else counted on from what was asked. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly timesBy: 'frames' | 'range';
  readonly ended: ReplayEnd;
}

const answerMs = 8_000;
/** A recorder may have to wake a disk before the first picture; between two it has nothing to wait for. */
const firstFrameMs = 15_000;
const nextFrameMs = 4_000;
const largestFrameBytes = 4_000_000;
const mostFrames = 30_000;
/** It begins with the key picture before what was asked. */
const earliestMs = 60_000;
const clockRate = 90_000;
/** Its last picture may be up to this before the end of what was asked. */
const wholeWithinMs = 2_000;

/**
 * Fetches a range of a recording by ONVIF's replay (Streaming Specification, 6): RTSP over one TCP connection, as fast
 * as it comes. `Require: onvif-replay` makes a device that does not know it say so, instead of sending what it sees now;
 * and pictures of another time than was asked for are refused.
 *
 * @param onFrame awaited before more is read: a slow taker slows the recorder
 * @throws ReplayRefused, CameraFault
 */
export async function replay(
  rules: AddressRules,
  request: ReplayRequest,
  onFrame: (bytes: Buffer, at: number) => Promise<void>,
): Promise<Replayed> {
  const url = new URL(request.address);
  if (url.protocol !== 'rtsp:') throw new ReplayRefused('unreadable', `${url.protocol} is not spoken`);
  let socket: Socket;
  try {
    socket = await connect(rules, url.hostname.replace(/^\[|\]$/g, ''), portOf(url));
  } catch (error) {
    if (error instanceof CameraFault) throw error;
    throw new ReplayRefused('silent', 'no connection');
  }
  // An error after the end is nobody's any more.
  socket.on('error', () => undefined);
  const stop = (): void => void socket.destroy();
  const deadline = setTimeout(stop, request.limits.ms);
  request.signal.addEventListener('abort', stop, { once: true });
  // It may have been called off while it was connected to.
  if (request.signal.aborted) stop();
  try {
    return await new ReplaySession(socket, request).run(onFrame);
  } catch (error) {
    if (error instanceof RtspFault) throw new ReplayRefused('unreadable', error.message);
    throw error;
  } finally {
    clearTimeout(deadline);
    request.signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

class ReplaySession {
  private readonly items: AsyncGenerator<RtspAnswer | Interleaved, void>;
  private sequence = 0;
  private challenge: Challenge | undefined;
  private uses = 0;
  /** When something must have come by; else the connection is given up. */
  private patience: NodeJS.Timeout | undefined;
  private session = '';

  constructor(
    private readonly socket: Socket,
    private readonly request: ReplayRequest,
  ) {
    this.items = itemsOf(socket);
  }

  async run(onFrame: (bytes: Buffer, at: number) => Promise<void>): Promise<Replayed> {
    try {
      const described = await this.ask('DESCRIBE', this.request.address, ['Accept: application/sdp']);
      const video = videoIn(described.body);
      if (video === 'codec') throw new ReplayRefused('codec', 'its video is of a kind that is not read');
      if (video === null) throw new ReplayRefused('nothing', 'no video in it');
      const base = this.request.address;
      const setUp = await this.ask('SETUP', trackAddress(base, video.control), [
        'Transport: RTP/AVP/TCP;unicast;interleaved=0-1',
        'Require: onvif-replay',
      ]);
      this.session = /^[^;\s]{1,200}/.exec(setUp.headers.get('session')?.[0] ?? '')?.[0] ?? '';
      const channel = Number(
        /interleaved=(\d{1,3})/i.exec(setUp.headers.get('transport')?.[0] ?? '')?.[1] ?? 0,
      );
      await this.ask('PLAY', base, [
        'Require: onvif-replay',
        `Range: clock=${clockText(this.request.fromAt)}-${clockText(this.request.untilAt + 999)}`,
        'Rate-Control: no',
      ]);
      return await this.receive(video, channel, onFrame);
    } finally {
      clearTimeout(this.patience);
    }
  }

  private async receive(
    video: SdpVideo,
    channel: number,
    onFrame: (bytes: Buffer, at: number) => Promise<void>,
  ): Promise<Replayed> {
    const { fromAt, untilAt, limits } = this.request;
    const frames = new VideoFrames(video.codec, largestFrameBytes);
    const startedMs = performance.now();
    let [count, bytes, firstAt, lastAt] = [0, video.parameters.length, 0, 0];
    let firstTimestamp: number | undefined;
    let timesBy: Replayed['timesBy'] = 'frames';
    const take = async (): Promise<ReplayEnd> => {
      this.expect(firstFrameMs);
      for (let item = await this.next(); item !== undefined; item = await this.next()) {
        // What a server asks meanwhile gets no answer.
        if (item.kind === 'answer') continue;
        if (item.channel === channel + 1 && saysGoodbye(item.bytes)) return 'whole';
        const packet = item.channel === channel ? readRtp(item.bytes) : null;
        if (packet?.payloadType !== video.payloadType) continue;
        for (const frame of frames.take(packet)) {
          firstTimestamp ??= frame.timestamp;
          if (frame.at === null) timesBy = 'range';
          const sinceFirstMs = (((frame.timestamp - firstTimestamp) >>> 0) / clockRate) * 1_000;
          const at = frame.at ?? Math.round(fromAt + sinceFirstMs);
          if (count === 0 && (at < fromAt - earliestMs || at > untilAt + wholeWithinMs))
            throw new ReplayRefused('other-time', 'it sends another time than was asked for');
          if (at > untilAt) return 'whole';
          // A jump back, or out of what was asked: it is not believed any further.
          if (count > 0 && at < lastAt - earliestMs) return 'line';
          const whole = count === 0 ? Buffer.concat([video.parameters, frame.bytes]) : frame.bytes;
          if (bytes + frame.bytes.length > limits.bytes || count >= mostFrames) return 'bytes';
          bytes += frame.bytes.length;
          if (count === 0) firstAt = at;
          lastAt = Math.max(lastAt, at);
          count += 1;
          clearTimeout(this.patience);
          await onFrame(whole, at);
          this.expect(nextFrameMs);
        }
        if (packet.replay?.isTerminal === true) return 'whole';
      }
      return performance.now() - startedMs >= limits.ms - 1_000 ? 'time' : 'line';
    };
    let ended = await take();
    if (count === 0) throw new ReplayRefused(ended === 'whole' ? 'nothing' : 'silent', 'no picture came');
    // Many only fall silent at the end.
    if (ended === 'line' && lastAt >= untilAt - wholeWithinMs) ended = 'whole';
    this.sayGoodbye();
    return { codec: video.codec, frames: count, lost: frames.lost, firstAt, lastAt, timesBy, ended };
  }

  /** Sends a request and awaits its answer; the password goes out by Digest only, and once. */
  private async ask(method: string, uri: string, headers: readonly string[]): Promise<RtspAnswer> {
    const first = await this.exchange(method, uri, headers);
    if (first.status !== 401) return judged(first);
    const offered = bestChallenge(first.headers.get('www-authenticate') ?? []);
    // Refused what it had asked for: only an old nonce is a reason to try again.
    if (this.challenge !== undefined && offered?.stale !== true)
      throw new ReplayRefused('refused', 'it refused the password');
    if (offered?.scheme !== 'digest')
      throw new ReplayRefused('refused', 'it wants the password in plain text, which it is not told');
    this.challenge = offered;
    this.uses = 0;
    const second = await this.exchange(method, uri, headers);
    if (second.status === 401) throw new ReplayRefused('refused', 'it refused the password');
    return judged(second);
  }

  private async exchange(method: string, uri: string, headers: readonly string[]): Promise<RtspAnswer> {
    const sequence = this.send(method, uri, headers);
    this.expect(answerMs);
    for (let item = await this.next(); item !== undefined; item = await this.next()) {
      if (item.kind !== 'answer' || item.status === 0) continue;
      if (Number(item.headers.get('cseq')?.[0] ?? sequence) !== sequence) continue;
      clearTimeout(this.patience);
      return item;
    }
    throw new ReplayRefused('silent', `no answer to ${method}`);
  }

  /** Undefined where the connection has ended. */
  private async next(): Promise<RtspAnswer | Interleaved | undefined> {
    // Not by `for await`: leaving such a loop would close the connection.
    const { value } = await this.items.next();
    return value ?? undefined;
  }

  private send(method: string, uri: string, headers: readonly string[]): number {
    this.sequence += 1;
    const proof =
      this.challenge === undefined
        ? []
        : [
            `Authorization: ${authorization(
              this.challenge,
              this.request,
              { method, uri },
              ++this.uses,
              randomBytes(8).toString('hex'),
            )}`,
          ];
    const session = this.session === '' ? [] : [`Session: ${this.session}`];
    const lines = [
      `${method} ${uri} RTSP/1.0`,
      `CSeq: ${String(this.sequence)}`,
      ...headers,
      ...session,
      ...proof,
    ];
    // As the digest's bytes were made: one character each.
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    return this.sequence;
  }

  private sayGoodbye(): void {
    if (!this.socket.destroyed) this.send('TEARDOWN', this.request.address, []);
    this.socket.end();
  }

  private expect(ms: number): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.socket.destroy(), ms);
  }
}

/** @throws ReplayRefused */
function judged(answer: RtspAnswer): RtspAnswer {
  const { status } = answer;
  if (status === 200) return answer;
  const said = `RTSP ${String(status)}`;
  // 404 and 457 (Invalid Range): it has nothing of then.
  if (status === 404 || status === 457) throw new ReplayRefused('nothing', said);
  if (status === 551) throw new ReplayRefused('no-replay', said);
  if (status === 401 || status === 403) throw new ReplayRefused('refused', said);
  throw new ReplayRefused('unreadable', said);
}

/** One after the other for as long as the connection stands; whoever does not ask is not sent more than TCP holds. */
async function* itemsOf(socket: Socket): AsyncGenerator<RtspAnswer | Interleaved, void> {
  const reader = new RtspReader();
  try {
    for await (const bytes of socket as AsyncIterable<Buffer>) yield* reader.read(bytes);
  } catch (error) {
    // A connection that breaks has ended; what it was good for, the count of pictures says.
    if (error instanceof RtspFault) throw error;
  }
}

/** RFC 2326, 3.7, in whole seconds: some recorders read no fractions. */
function clockText(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
}
