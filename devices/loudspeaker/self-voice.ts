import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicNow } from '../link/trusted-clock.ts';
import { decode } from './decoder.ts';
import type { Decoder } from './decoder.ts';
import type { Saying } from './diagnosis.ts';
import { Mixer } from './mixer.ts';
import { samplesIn } from './pcm-format.ts';
import type { Player } from './player.ts';
import { sayingsAt, sayingsOpus } from './sayings.data.ts';

const pauseMs = 350;
const gain = 0.8;

export type Spoken = 'said' | 'playing' | 'busy' | 'no-monitor';

/**
 * The box speaks of itself on its *monitor*: earphones or a small speaker in the cabinet, a sound card of its own. It
 * has no way to the amplifier: nothing that is not signed comes out of the horns, whoever presses what.
 */
export class SelfVoice {
  private mixer: Mixer | null = null;

  /** @param monitor opens the monitor for one saying; null: there is none */
  constructor(
    private readonly monitor: (() => Player) | null,
    private readonly decoder: () => Promise<Decoder>,
  ) {}

  get hasMonitor(): boolean {
    return this.monitor !== null;
  }

  /**
   * Says it, and resolves at its end. Not while an item is on air, and cut when one begins.
   * @throws Error where the sound cannot be decoded
   */
  async say(what: readonly Saying[], isOnAir: () => boolean): Promise<Spoken> {
    if (this.monitor === null) return 'no-monitor';
    if (isOnAir()) return 'playing';
    if (this.mixer !== null) return 'busy';
    const pcm = joined(what, await this.sounds());
    const player = this.monitor();
    const mixer = new Mixer(player);
    this.mixer = mixer;
    const startAtMs = monotonicNow() + 500;
    const playing = mixer.place({ pcm, gain, cuts: false, startAtMs, endByMs: startAtMs + 60_000 });
    const watch = setInterval(() => {
      if (isOnAir()) this.hush();
    }, 50);
    const { whole } = await playing.ended;
    clearInterval(watch);
    mixer.close();
    this.mixer = null;
    await player.close();
    return whole ? 'said' : 'playing';
  }

  /** What is being said ends now. */
  hush(): void {
    this.mixer?.unplace();
    this.mixer?.cut();
  }

  private async sounds(): Promise<Int16Array> {
    const directory = await mkdtemp(join(tmpdir(), 'loa-sayings-'));
    try {
      const [from, to] = [join(directory, 'all.opus'), join(directory, 'all.pcm')];
      await writeFile(from, Buffer.from(sayingsOpus, 'base64'));
      await decode(await this.decoder(), from, to);
      const bytes = await readFile(to);
      return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

/** Phrases apart, numerals close together. */
function joined(what: readonly Saying[], all: Int16Array): Int16Array {
  const parts = what.map((saying) => {
    const [fromMs, toMs] = sayingsAt[saying];
    return all.subarray(samplesIn(fromMs), samplesIn(toMs));
  });
  const pause = samplesIn(pauseMs);
  const joint = new Int16Array(parts.reduce((sum, part) => sum + part.length + pause, 0));
  let at = 0;
  for (const part of parts) {
    joint.set(part, at);
    at += part.length + pause;
  }
  return joint;
}
