import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { HttpAnswer } from './http-answer.ts';
import { looseAnswer } from './loose-http.ts';

/** Of one connection's present answer; notices are smaller, and a larger picture is asked for again. */
const MOST_KEPT_BYTES = 256 * 1024;
const MOST_KEPT_PIECES = 500;
/** For the rest of an answer whose beginning was refused. */
const REST_MS = 2_000;

const salvaged = new WeakMap<Error, HttpAnswer>();

/**
 * What undici has refused with this error, read loosely: asking again would not bring it back, since a camera that has
 * told its notices tells them to nobody else. Undefined: it could not be read either.
 */
export function salvagedFrom(error: Error): HttpAnswer | undefined {
  return salvaged.get(error);
}

/** What undici says of an answer that is not quite HTTP; of a length that does not fit as well. */
export function isUnreadable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return error.name === 'HTTPParserError' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}

/** The same connections; on each the bytes of its present answer are kept until the next question. */
export function salvaging(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error === null) {
        keepAnswers(socket);
        callback(null, socket);
      } else callback(error, null);
    });
  };
}

/**
 * undici (7.x) reads a socket by `read`, and ends one whose answer it refuses by `destroy` with the error that the
 * request then fails with: in between the rest is read here.
 */
function keepAnswers(socket: Socket): void {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  const unshift = socket.unshift.bind(socket);
  const destroy = socket.destroy.bind(socket);
  let parts: Buffer[] = [];
  let bytes = 0;
  let isReadingOn = false;
  const isTooMuch = (): boolean => bytes > MOST_KEPT_BYTES;
  /** Until the next question: an answer without its beginning is none. */
  const giveUp = (): void => {
    bytes = Infinity;
    parts = [];
  };
  const keep = (part: Buffer): void => {
    bytes += part.length;
    parts.push(part);
    if (isTooMuch() || parts.length > MOST_KEPT_PIECES) giveUp();
  };
  const readOn = (error: Error): void => {
    isReadingOn = true;
    const end = (): void => {
      clearTimeout(timer);
      parts = [];
      destroy(error);
    };
    const timer = setTimeout(end, REST_MS);
    const look = (): void => {
      for (let part = read(); part !== null; part = read()) keep(part);
      const answer = isTooMuch() ? 'none' : looseAnswer(Buffer.concat(parts), socket.readableEnded);
      if (answer === undefined) return;
      if (answer !== 'none') salvaged.set(error, answer);
      end();
    };
    socket.on('readable', look).on('end', look);
    look();
  };

  socket.read = (size?: number) => {
    // Undici is done with it, and looks once more.
    if (isReadingOn) return null;
    const part = read(size);
    if (part !== null) keep(part);
    return part;
  };
  socket.write = (...given: unknown[]) => {
    if (bytes > 0) parts = [];
    bytes = 0;
    return write(...given);
  };
  socket.unshift = (part: Buffer) => {
    // It will be read again: what is kept would hold it twice.
    giveUp();
    unshift(part);
  };
  socket.destroy = (error?: Error) => {
    if (isReadingOn && isUnreadable(error)) return socket;
    if (isReadingOn || !isUnreadable(error) || bytes === 0 || isTooMuch()) return destroy(error);
    readOn(error);
    return socket;
  };
}
