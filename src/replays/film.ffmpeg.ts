import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { messageOf } from '../base/error.ts';
import { Config } from '../platform/config/config.ts';
import { findFfmpeg } from '../speech/program.ffmpeg.ts';
import { runApart } from '../speech/sandbox.ffmpeg.ts';
import { ClipFiles } from './clip.files.ts';
import { filmRate } from './replay.ts';
import type { Clip } from './replay.ts';

/** ffmpeg's names, of what a stream begins with and of its decoder. */
const inputs = { jpeg: 'mjpeg', h264: 'h264', h265: 'hevc' } as const;
/** Pictures a second: enough to see what somebody does, at half the processor of what cameras send. */
const mostRate = 15;
const limits = {
  memoryBytes: 2_000_000_000,
  cpuSeconds: 300,
  fileBytes: 200_000_000,
  deadlineMs: 600_000,
};

/**
 * Films for screens, made of what was received: decoded and encoded anew by a program that stands apart, one at a time.
 * What cannot be decoded is evidence all the same, and is told to have no film.
 */
@Injectable()
export class Films {
  private readonly log = new Logger('Replays');
  private readonly making = new Set<string>();
  private readonly failed = new Set<string>();
  private last: Promise<void> = Promise.resolve();
  private program: Promise<string> | undefined;

  constructor(
    private readonly files: ClipFiles,
    private readonly config: Config,
  ) {}

  /** As it is; one that is missing is begun. */
  async state(communeId: string, clip: Clip): Promise<'ready' | 'making' | 'none'> {
    const { sha256 } = clip;
    if (this.making.has(sha256)) return 'making';
    if (await this.files.hasFilm(communeId, sha256)) return 'ready';
    if (this.failed.has(sha256)) return 'none';
    this.making.add(sha256);
    this.last = this.last
      .then(() => this.make(communeId, clip))
      .catch((error: unknown) => {
        this.failed.add(sha256);
        this.log.warn(`A clip has no film: ${messageOf(error)}`);
      })
      .finally(() => this.making.delete(sha256));
    return 'making';
  }

  /** Resolves when nothing is being made. */
  async idle(): Promise<void> {
    await this.last;
  }

  private async make(communeId: string, clip: Clip): Promise<void> {
    const { codec, sha256 } = clip;
    this.program ??= findFfmpeg(this.config.values.speech.ffmpegPath).then(({ path }) => path);
    const path = this.files.filmPath(communeId, sha256);
    const rate = filmRate(clip);
    const scaled = `scale='min(1280,iw)':-2${rate > mostRate ? `,fps=${mostRate}` : ''}`;
    const directory = await this.files.workshop();
    try {
      const made = join(directory, 'film.mp4');
      const { code, stderr } = await runApart(
        await this.program,
        [
          ...['-nostdin', '-hide_banner', '-v', 'error', '-protocol_whitelist', 'file', '-threads', '1'],
          ...['-f', inputs[codec], '-framerate', rate.toFixed(3), '-c:v', inputs[codec]],
          ...['-i', this.files.path(communeId, sha256), '-map', '0:v:0', '-an', '-sn', '-dn'],
          ...['-map_metadata', '-1', '-vf', scaled],
          ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '26', '-pix_fmt', 'yuv420p', '-threads', '1'],
          ...['-movflags', '+faststart', '-f', 'mp4', made],
        ],
        directory,
        limits,
      );
      const bytes = (await stat(made).catch(() => undefined))?.size ?? 0;
      // Pictures that were broken on their way are complained of; what could be decoded is shown.
      if (bytes === 0 || code !== 0) throw new Error(`${String(code)}: ${stderr.slice(-300)}`);
      await rename(made, path);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}
