import { statfs } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { Failure } from '../../base/failure.ts';

/** Below this much, new work is refused, so that stop, cancel and receipts still find room. */
const reservedBytes = 64 * 1024 * 1024;
/** Asking the file system for each request would cost more than it tells. */
const freshMs = 1_000;

/** How much room the data directory has. */
@Injectable()
export class Disk {
  private measured: { atMs: number; freeBytes: number } | undefined;

  constructor(private readonly directory: string) {}

  /** Bytes that are free for us; at most a second old. */
  async freeBytes(): Promise<number> {
    const nowMs = performance.now();
    if (this.measured === undefined || nowMs - this.measured.atMs > freshMs) {
      const { bavail, bsize } = await statfs(this.directory);
      this.measured = { atMs: nowMs, freeBytes: bavail * bsize };
    }
    return this.measured.freeBytes;
  }

  /**
   * Call before work that writes much and can wait: a recording, a picture, a new announcement. Never before a stop, a
   * cancellation or a prepared emergency.
   * @param needBytes what the work will write
   * @throws Failure `platform.disk-full`
   */
  async demandRoom(needBytes = 0): Promise<void> {
    const freeBytes = await this.freeBytes();
    if (freeBytes - needBytes < reservedBytes)
      throw new Failure('unavailable', 'platform.disk-full', 'The disk is full: nothing new can be stored', {
        details: { freeBytes },
      });
  }
}
