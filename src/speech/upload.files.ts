import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Failure } from '../base/failure.ts';

/** Nothing came for so long: whoever sent it has gone, or hopes to keep us waiting. */
const IDLE_MS = 30_000;

export interface Received {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes what somebody sends to `path` as it comes, never more than `maximumBytes`. The sender's stream is left alone when
 * it is refused, so that the refusal still reaches them.
 * @throws Failure `too-large`, `speech.import-too-large`; `invalid`, `speech.import-interrupted`
 */
export async function receive(body: Readable, path: string, maximumBytes: number): Promise<Received> {
  const file = createWriteStream(path, { flags: 'wx' });
  const hash = createHash('sha256');
  let bytes = 0;
  let idle: NodeJS.Timeout | undefined;
  const listeners = new Map<string, (chunk: Buffer) => void>();
  const listen = (event: string, listener: (chunk: Buffer) => void) => {
    listeners.set(event, listener);
    body.on(event, listener);
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const broken = () =>
        reject(new Failure('invalid', 'speech.import-interrupted', 'the upload did not come to its end'));
      const wait = () => {
        clearTimeout(idle);
        idle = setTimeout(broken, IDLE_MS);
      };
      wait();
      file.once('error', reject);
      listen('error', broken);
      listen('close', broken);
      listen('end', () => resolve());
      listen('data', (chunk) => {
        wait();
        bytes += chunk.length;
        if (bytes > maximumBytes) {
          reject(tooLarge(maximumBytes));
          return;
        }
        hash.update(chunk);
        if (file.write(chunk)) return;
        body.pause();
        file.once('drain', () => body.resume());
      });
    });
    file.end();
    await finished(file);
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    clearTimeout(idle);
    for (const [event, listener] of listeners) body.off(event, listener);
    // What still comes is of no use, and must not stay in memory.
    body.on('error', () => undefined).resume();
    file.destroy();
  }
}

export function tooLarge(maximumBytes: number): Failure {
  const message = `at most ${Math.floor(maximumBytes / 1_000_000)} MB`;
  return new Failure('too-large', 'speech.import-too-large', message, {
    fields: [{ path: 'file', code: 'speech.import-too-large', message }],
  });
}
