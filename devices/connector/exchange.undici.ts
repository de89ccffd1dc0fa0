import type { Socket } from 'node:net';
import { request, type Agent, type buildConnector } from 'undici';
import { CameraFault } from './camera-fault.ts';
import { MOST_PIECES, readCapped, type HttpAnswer } from './http-answer.ts';
import { looseAnswer } from './loose-http.ts';
import { isUnreadable, salvagedFrom } from './salvage.undici.ts';

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** For the whole exchange, first byte to last. */
  readonly deadlineMs: number;
  readonly largestBytes: number;
  /** Each ends it. */
  readonly signals: readonly AbortSignal[];
  /** Told when the answer has begun, where it is read strictly. @param status of HTTP */
  readonly onHead?: ((status: number) => void) | undefined;
}

/** What was learned of how a camera's server writes. */
export interface Manners {
  /** A strict reader has refused an answer of it: from then on it is read loosely. */
  isLoose: boolean;
}

/** Of an answer that has begun. A long poll may be silent for longer than this; half an answer may not. */
const LONGEST_BODY_MS = 9_000;
const LARGEST_HEAD_BYTES = 64 * 1024;
const ALWAYS_LOOKED_AT_BYTES = 64 * 1024;

/** The way to one camera. */
export interface Line {
  readonly agent: Agent;
  readonly connect: buildConnector.connector;
  readonly manners: Manners;
}

/** One question and its answer, capped and timed as a whole. @throws CameraFault */
export async function exchange({ agent, connect, manners }: Line, ask: Ask): Promise<HttpAnswer> {
  const stopper = new AbortController();
  const stop = (): void => stopper.abort();
  const timer = setTimeout(stop, ask.deadlineMs);
  let bodyTimer: NodeJS.Timeout | undefined;
  for (const signal of ask.signals) signal.addEventListener('abort', stop, { once: true });
  const ended = (): boolean => ask.signals.some((one) => one.aborted);
  const begun = (): void => void (bodyTimer ??= setTimeout(stop, LONGEST_BODY_MS));
  try {
    if (ended()) throw new CameraFault('unreachable', 'the session is closed');
    return manners.isLoose
      ? await loosely(connect, ask, stopper.signal, begun)
      : await strictly(agent, ask, stopper.signal, begun);
  } catch (error) {
    if (error instanceof CameraFault) throw error;
    if (error instanceof Error && error.cause instanceof CameraFault) throw error.cause;
    if (ended()) throw new CameraFault('unreachable', 'the exchange was ended');
    if (stopper.signal.aborted) {
      const limitMs = Math.min(ask.deadlineMs, bodyTimer === undefined ? Infinity : LONGEST_BODY_MS);
      throw new CameraFault('timeout', `no whole answer within ${String(Math.round(limitMs / 1_000))} s`);
    }
    if (isUnreadable(error)) {
      manners.isLoose = true;
      const answer = salvagedFrom(error);
      if (answer !== undefined && answer.bytes.length <= ask.largestBytes) return answer;
      // Not asked again at once: what it told is gone, and a signature counts only once.
      throw new CameraFault('refused-answer', `the answer was refused: ${error.message}`, '', {
        cause: error,
      });
    }
    // Cut off in the middle of an answer is another thing than hung up on.
    const code = bodyTimer === undefined ? codeOf(error) : '';
    throw new CameraFault('unreachable', `no connection: ${codeOf(error)}`, code, { cause: error });
  } finally {
    clearTimeout(timer);
    clearTimeout(bodyTimer);
    for (const signal of ask.signals) signal.removeEventListener('abort', stop);
  }
}

async function strictly(agent: Agent, ask: Ask, signal: AbortSignal, begun: () => void): Promise<HttpAnswer> {
  const response = await request(ask.url, {
    method: ask.method,
    headers: { ...ask.headers, accept: '*/*' },
    ...(ask.body === undefined ? {} : { body: ask.body }),
    dispatcher: agent,
    signal,
  });
  begun();
  ask.onHead?.(response.statusCode);
  const bytes = await readCapped(response.body, ask.largestBytes);
  return { status: response.statusCode, headers: response.headers, bytes };
}

/** On a connection of its own each time: where one answer ends and the next begins, such a server does not say. */
async function loosely(
  connect: buildConnector.connector,
  { method, url, headers, body = '', largestBytes }: Ask,
  signal: AbortSignal,
  begun: () => void,
): Promise<HttpAnswer> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const { hostname, protocol, port } = url;
    connect({ hostname, host: url.host, protocol, port }, (error, connected) => {
      if (error === null) resolve(connected);
      else reject(error);
    });
  });
  // An error after the answer is nobody's any more.
  socket.on('error', () => undefined);
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const lines = Object.entries({ ...headers, accept: '*/*', connection: 'close' }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const length = method === 'GET' ? '' : `content-length: ${String(Buffer.byteLength(body))}\r\n`;
    socket.write(
      `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n${lines.join('')}${length}\r\n`,
      'latin1',
    );
    socket.write(body);
    const parts: Buffer[] = [];
    let bytes = 0;
    let lookAt = 0;
    for await (const part of socket as AsyncIterable<Buffer>) {
      begun();
      parts.push(part);
      bytes += part.length;
      if (bytes > largestBytes + LARGEST_HEAD_BYTES)
        throw new CameraFault(
          'refused-answer',
          `the answer was refused: larger than ${String(largestBytes)} bytes`,
        );
      if (parts.length > MOST_PIECES)
        throw new CameraFault('refused-answer', 'the answer was refused: in too many pieces');
      // A large one when it has grown by an eighth: looking at it each time would cost more than it is worth.
      if (bytes < lookAt) continue;
      if (bytes > ALWAYS_LOOKED_AT_BYTES) lookAt = bytes + bytes / 8;
      const answer = looseAnswer(Buffer.concat(parts, bytes), false);
      if (answer !== undefined) return accepted(answer);
    }
    if (signal.aborted) throw new Error('ended');
    if (bytes === 0) throw Object.assign(new Error('hung up'), { code: 'UND_ERR_SOCKET' });
    return accepted(looseAnswer(Buffer.concat(parts, bytes), true) ?? 'none');
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** @throws CameraFault `refused-answer` */
function accepted(answer: HttpAnswer | 'none'): HttpAnswer {
  if (answer === 'none') throw new CameraFault('refused-answer', 'the answer was refused: it is not HTTP');
  return answer;
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return typeof code === 'string' ? code : typeof cause?.code === 'string' ? cause.code : 'unknown';
}
