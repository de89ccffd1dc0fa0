import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { sampleRate } from './pcm-format.ts';

const run = promisify(execFile);

/** A programme that turns what is aired into samples, and why this one was taken. */
export interface Decoder {
  readonly path: string;
  readonly reason: string;
}

/**
 * A usable ffmpeg: the configured one (and no other), ffmpeg-static, the system's, or the one that npm carries. Each
 * is tried, not believed: an install without scripts leaves paths to files that are not there.
 * @throws Error saying what was tried
 */
export async function findDecoder(configured: string | undefined): Promise<Decoder> {
  if (configured !== undefined) {
    const fault = await faultOf(configured);
    if (fault !== null) throw new Error(`the configured ffmpeg ${configured} is unusable: ${fault}`);
    return { path: configured, reason: 'configured' };
  }
  const tried: string[] = [];
  for (const [reason, path] of candidates()) {
    const fault = path === null ? 'not installed' : await faultOf(path);
    if (path !== null && fault === null) return { path, reason };
    tried.push(`${reason}: ${fault ?? ''}`);
  }
  throw new Error(`no usable ffmpeg (${tried.join('; ')})`);
}

/**
 * An Opus file to raw samples in the box's own form. Always by libopus: ffmpeg's own decoder, of 2018 as of 5.1, makes of
 * some changes of coding within speech a knock of full scale (`test/fixtures/speech/knock.opus`).
 * @throws Error with ffmpeg's words
 */
export async function decode(decoder: Decoder, from: string, to: string): Promise<void> {
  await run(
    decoder.path,
    [
      ...['-nostdin', '-v', 'error', '-threads', '1', '-y', '-c:a', 'libopus', '-i', from, '-map', '0:a:0'],
      ...['-f', 's16le', '-ac', '1', '-ar', String(sampleRate), to],
    ],
    { timeout: 300_000 },
  );
}

async function faultOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await run(path, ['-hide_banner', '-decoders'], { timeout: 10_000 });
    return /\blibopus\b/.test(stdout) ? null : 'cannot decode Opus by libopus';
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'does not run';
  }
}

function candidates(): [string, string | null][] {
  const require = createRequire(import.meta.url);
  const packaged = (name: string, pathIn: (found: unknown) => unknown): string | null => {
    try {
      const path = pathIn(require(name));
      return typeof path === 'string' ? path : null;
    } catch {
      return null;
    }
  };
  return [
    ['ffmpeg-static', packaged('ffmpeg-static', (found) => found)],
    ["the system's", 'ffmpeg'],
    ['npm', packaged('@ffmpeg-installer/ffmpeg', (found) => (found as { path: unknown }).path)],
  ];
}
