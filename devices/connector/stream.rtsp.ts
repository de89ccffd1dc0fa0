import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { CameraChecked } from '../protocol/camera-messages.ts';
import type { AddressRules } from './address-rules.ts';
import { CameraFault } from './camera-fault.ts';
import { heldOff, resultOfFault } from './checked.ts';
import type { Checked } from './checked.ts';
import { guardedConnector } from './guarded-connector.undici.ts';
import { authorization, bestChallenge } from './http-digest.ts';

export type Reach = CameraChecked['reach'];

const deadlineMs = 5_000;
const largestAnswerBytes = 64 * 1024;
const usualPort = 554;

/** Whether anything at this address answers TCP. Not one byte is sent. */
export async function reachOf(rules: AddressRules, hostname: string, port: number): Promise<Reach> {
  try {
    (await connect(rules, hostname, port)).destroy();
    return 'open';
  } catch (error) {
    if (error instanceof CameraFault && error.kind === 'forbidden-address') return 'forbidden';
    return (error as { code?: unknown }).code === 'ECONNREFUSED' ? 'refused' : 'silent';
  }
}

/** @param url of RTSP */
export function portOf(url: URL): number {
  return Number(url.port || usualPort);
}

/**
 * Whether the camera's stream could be watched: RTSP DESCRIBE (RFC 2326), with the password at most once and only by
 * Digest. Nothing is played.
 *
 * @param address RTSP address with the camera's own host; null where the camera names none
 */
export async function askStream(
  rules: AddressRules,
  address: string | null,
  credentials: { readonly username: string; readonly password: string },
): Promise<Checked> {
  if (address === null) return { result: 'none', detail: '' };
  const url = new URL(address);
  if (url.protocol !== 'rtsp:') return heldOff(`${url.protocol} is not asked`);
  let socket: Socket;
  try {
    socket = await connect(rules, url.hostname.replace(/^\[|\]$/g, ''), portOf(url));
  } catch (error) {
    if (error instanceof CameraFault) return resultOfFault(error);
    const { code } = error as { code?: unknown };
    return { result: 'silent', detail: `no connection: ${typeof code === 'string' ? code : 'unknown'}` };
  }
  const timer = setTimeout(() => socket.destroy(), deadlineMs);
  try {
    return await describe(socket, address, credentials);
  } catch {
    return { result: 'silent', detail: 'no whole answer' };
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** @throws CameraFault where the address is not allowed; else the socket's error */
export function connect(rules: AddressRules, hostname: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    guardedConnector(rules, null)({ hostname, protocol: 'http:', port: String(port) }, (error, socket) => {
      if (error === null) resolve(socket);
      else reject(error);
    });
  });
}

async function describe(
  socket: Socket,
  uri: string,
  credentials: { readonly username: string; readonly password: string },
): Promise<Checked> {
  const first = await exchange(socket, uri, 1, '');
  const challenge = first.status === 401 ? bestChallenge(first.challenges) : undefined;
  if (challenge?.scheme === 'basic')
    return heldOff('it wants the password in plain text, which it is not told');
  if (challenge === undefined) return resultOf(first);
  const proof = authorization(
    challenge,
    credentials,
    { method: 'DESCRIBE', uri },
    1,
    randomBytes(8).toString('hex'),
  );
  const second = await exchange(socket, uri, 2, `Authorization: ${proof}\r\n`);
  return second.status === 401 || second.status === 403
    ? { result: 'refused', detail: `RTSP ${String(second.status)}` }
    : resultOf(second);
}

interface Answer {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly body: string;
}

function resultOf({ status, body }: Answer): Checked {
  if (status === 200 && /^m=video /m.test(body)) return { result: 'ok', detail: '' };
  return { result: 'bad-answer', detail: status === 200 ? 'no video in it' : `RTSP ${String(status)}` };
}

/** @throws Error when the camera ends or goes on too long */
async function exchange(socket: Socket, uri: string, sequence: number, more: string): Promise<Answer> {
  socket.write(
    `DESCRIBE ${uri} RTSP/1.0\r\nCSeq: ${String(sequence)}\r\nAccept: application/sdp\r\n${more}\r\n`,
    // As the digest's bytes were made: one character each.
    'latin1',
  );
  let text = '';
  return new Promise((resolve, reject) => {
    const fail = (): void => settle(() => reject(new Error('the camera ended it')));
    const take = (bytes: Buffer): void => {
      text += bytes.toString('latin1');
      if (text.length > largestAnswerBytes) {
        fail();
        return;
      }
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = text.slice(0, end);
      const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      settle(() =>
        resolve({
          status: Number(/^RTSP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0),
          challenges: [...head.matchAll(/^www-authenticate:\s*(.+)$/gim)].map(([, said = '']) => said.trim()),
          body: text.slice(end + 4, end + 4 + length),
        }),
      );
    };
    const settle = (work: () => void): void => {
      socket.off('data', take).off('close', fail).off('error', fail);
      // An error after the answer is nobody's any more.
      socket.on('error', () => undefined);
      work();
    };
    socket.on('data', take).on('close', fail).on('error', fail);
  });
}
