import { CameraFault } from './camera-fault.ts';
import { rootPart } from './multipart.ts';
import { answerOf } from './soap.ts';
import type { XmlElement } from './xml.ts';

/** What came back over HTTP, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

/** An answer in chunks of one byte each costs seconds of processor below 1 MB; cameras send lines or pages. */
export const MOST_PIECES = 5_000;

/**
 * The element inside an answer's SOAP body.
 *
 * @throws CameraFault
 */
export function readAnswer({ status, headers, bytes }: HttpAnswer): XmlElement {
  if (status === 401 || status === 403) {
    throw new CameraFault('password-refused', `the camera refused the password (HTTP ${String(status)})`);
  }
  if (status >= 300 && status < 400)
    throw new CameraFault('http', `a redirect (HTTP ${String(status)}) is not followed`);
  try {
    const root = rootPart(bytes) ?? { bytes, type: [headers['content-type']].flat()[0] ?? '' };
    const inside = answerOf(textOf(root.bytes, root.type));
    if (status >= 400) throw new CameraFault('http', `HTTP ${String(status)}`);
    return inside;
  } catch (error) {
    // A page of HTML with a status is told by its status.
    if (status >= 400 && error instanceof CameraFault && error.kind === 'refused-answer') {
      throw new CameraFault('http', `HTTP ${String(status)}`, '', { cause: error });
    }
    throw error;
  }
}

/**
 * In the encoding that the answer itself names, then the one of its header. Many name UTF-8 and put a rule's or a
 * place's name into it as their page encodes it (GBK, ISO 8859-1): what cannot be read is then one unreadable letter,
 * and the notice beside it is not lost.
 */
export function textOf(bytes: Buffer, contentType: string): string {
  const start = bytes.toString('latin1', 0, 200);
  const byMark = start.startsWith('\u00ff\u00fe')
    ? 'utf-16le'
    : start.startsWith('\u00fe\u00ff')
      ? 'utf-16be'
      : undefined;
  const declared =
    byMark ??
    /^[^<]{0,20}<\?xml[^>]{0,80}\sencoding\s*=\s*["']([\w:.-]{1,40})["']/.exec(start)?.[1] ??
    /charset\s*=\s*"?([\w:.-]{1,40})/i.exec(contentType)?.[1];
  try {
    // Where the bytes are UTF-8, they are: a header of ISO 8859-1 is what a server's library writes for everything.
    return new TextDecoder(byMark ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    try {
      return new TextDecoder(declared ?? 'utf-8').decode(bytes);
    } catch {
      return new TextDecoder('utf-8').decode(bytes);
    }
  }
}

/** @throws CameraFault `refused-answer` where it is larger than `largest` bytes or comes in too many pieces */
export async function readCapped(
  body: AsyncIterable<Buffer> & { destroy(): unknown },
  largest: number,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    parts.push(part);
    if (bytes <= largest && parts.length <= MOST_PIECES) continue;
    body.destroy();
    const why = bytes > largest ? `larger than ${String(largest)} bytes` : 'in too many pieces';
    throw new CameraFault('refused-answer', `the answer was refused: ${why}`);
  }
  return Buffer.concat(parts, bytes);
}
