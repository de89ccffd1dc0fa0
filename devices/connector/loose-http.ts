import type { HttpAnswer } from './http-answer.ts';

const LARGEST_HEAD = 64 * 1024;
const MOST_HEADERS = 200;

/**
 * Reads an answer that is nearly HTTP/1, as small servers write it: bare line feeds, a status without its space, lines
 * that are no headers, spaces before colons, characters that no header may hold, two lengths, chunks in any dress. Only
 * for a camera whose answer a strict reader has refused. What matters in it is XML or a picture, and both are judged by
 * themselves.
 *
 * @param isOver whether the camera has closed the connection
 * @returns undefined where more must come; `'none'` where it is no answer at all
 */
export function looseAnswer(bytes: Buffer, isOver: boolean): HttpAnswer | 'none' | undefined {
  let start = 0;
  while (bytes[start] === 13 || bytes[start] === 10) start += 1;
  const text = bytes.toString('latin1', start, start + LARGEST_HEAD);
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null) return isOver || bytes.length - start >= LARGEST_HEAD ? 'none' : undefined;
  const [first = '', ...lines] = text.slice(0, end.index).split(/\r?\n/);
  const status = Number(/^(?:HTTP|RTSP|ICE)\S{0,8} {0,8}(\d{3})/i.exec(first)?.[1] ?? 0);
  if (status < 100) return 'none';
  const headers = headersIn(lines);
  const rest = bytes.subarray(start + end.index + end[0].length);
  const body = bodyIn(rest, headers, isOver);
  return body === undefined ? undefined : { status, headers, bytes: body };
}

function headersIn(lines: readonly string[]): Record<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines.slice(0, MOST_HEADERS)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (!/^[\w-]{1,64}$/.test(name)) continue;
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return Object.fromEntries(headers);
}

/** Of several lengths the largest that came whole; none, and it ends with the connection. */
function bodyIn(
  bytes: Buffer,
  headers: Readonly<Record<string, readonly string[] | undefined>>,
  isOver: boolean,
): Buffer | undefined {
  if (/chunked/i.test(headers['transfer-encoding']?.join() ?? '')) {
    const body = withoutChunks(bytes);
    if (body.isWhole) return body.bytes;
    if (body.bytes.length > 0 || bytes.length === 0) return isOver ? body.bytes : undefined;
    // It says so and does not do it.
    return isOver ? bytes : undefined;
  }
  const lengths = (headers['content-length'] ?? []).flatMap((one) =>
    /^\d{1,9}$/.test(one) ? [Number(one)] : [],
  );
  const length = Math.max(-1, ...lengths);
  if (length >= 0 && bytes.length >= length) return bytes.subarray(0, length);
  return isOver ? bytes : undefined;
}

function withoutChunks(bytes: Buffer): { readonly bytes: Buffer; readonly isWhole: boolean } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const size = /^(?:\r?\n)?([0-9a-f]{1,7})[^\n]{0,100}\n/i.exec(bytes.toString('latin1', at, at + 128));
    if (size === null) return { bytes: Buffer.concat(parts), isWhole: false };
    const length = Number.parseInt(size[1] ?? '', 16);
    if (length === 0) return { bytes: Buffer.concat(parts), isWhole: true };
    const from = at + size[0].length;
    parts.push(bytes.subarray(from, from + length));
    if (bytes.length < from + length) return { bytes: Buffer.concat(parts), isWhole: false };
    at = from + length;
  }
}
