import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFfmpeg } from '../../../src/speech/program.ffmpeg.ts';

const run = promisify(execFile);
const secondsBetween = 2;
const mostFrames = 60;

/** Pictures of a film, two seconds apart, as JPEG. */
export async function framesOf(path: string): Promise<Buffer[]> {
  const directory = await mkdtemp(join(tmpdir(), 'loa-lang-frames-'));
  try {
    const { path: ffmpeg } = await findFfmpeg('');
    await run(ffmpeg, [
      ...['-v', 'error', '-i', path, '-vf', `fps=1/${secondsBetween}`],
      ...['-frames:v', String(mostFrames), '-q:v', '3', join(directory, '%04d.jpg')],
    ]);
    const names = (await readdir(directory)).sort();
    return await Promise.all(names.map((name) => readFile(join(directory, name))));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
