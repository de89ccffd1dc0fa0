import type { TaskReason } from '../protocol/pole-messages.ts';
import { volumeFor } from '../protocol/volume.ts';
import type { Amplifier } from './amplifier.ts';
import type { Mixer, Playing } from './mixer.ts';
import { sampleRate } from './pcm-format.ts';
import type { Player } from './player.ts';
import type { Pole } from './pole.ts';

const seconds = 2;
const hertz = 880;
/** A tenth of the full amplitude, -20 dB, before the pole's volume. */
const amplitude = 3_277;
const edgeSamples = sampleRate / 50;
/** The most that a player needs from a rest to its first sound (ms). */
const warmUpMs = 1_000;
/** A test that nobody hears, because the night is set to silence, would test nothing. */
const leastPercent = 20;

/** A short quiet tone through the horns, where nothing else sounds. */
export class TestTone {
  private playing: Playing | null = null;

  constructor(
    private readonly parts: {
      readonly pole: Pole;
      readonly mixer: Mixer;
      readonly player: Player;
      readonly amplifier: Amplifier;
      /** Trusted time (ms). */
      readonly now: () => number;
      readonly monotonic: () => number;
    },
  ) {}

  get isSounding(): boolean {
    return this.playing !== null;
  }

  /** Whatever is due meanwhile takes its place. @returns why it was not heard to its end; null where it was */
  async sound(): Promise<TaskReason | null> {
    const { pole, mixer, player, amplifier, now, monotonic } = this.parts;
    const lastsMs = seconds * 1_000 + warmUpMs + amplifier.leadMs;
    const busy = this.isSounding ? 'on-air' : pole.busy(lastsMs);
    if (busy !== null) return busy;
    if (player.fault !== null) return 'player-fault';
    const loud = pole.programme?.message;
    const volume = loud === undefined ? 0 : volumeFor('regular', now(), loud);
    const startAtMs = monotonic() + amplifier.leadMs;
    amplifier.expect(startAtMs);
    const playing = mixer.place({
      ...{ pcm: tone(), gain: Math.max(leastPercent, volume) / 100, cuts: false },
      ...{ startAtMs, endByMs: startAtMs + lastsMs },
    });
    this.playing = playing;
    const name = 'test-tone';
    const began = await playing.began;
    if (began !== null) amplifier.began(name);
    const { whole } = await playing.ended;
    this.playing = null;
    // What took its place holds the amplifier.
    if (began === null) amplifier.forget(startAtMs);
    else if (pole.airing === null) amplifier.over();
    if (!whole) return 'cut';
    return amplifier.cameOut(name) === 'nothing' ? 'amplifier-silent' : null;
  }

  /** A stop silences it too, also where the amplifier is still waking up for it. */
  end(): void {
    this.playing?.end();
  }
}

function tone(): Int16Array {
  const pcm = new Int16Array(seconds * sampleRate);
  for (let at = 0; at < pcm.length; at += 1) {
    const edge = Math.min(1, at / edgeSamples, (pcm.length - at) / edgeSamples);
    pcm[at] = Math.round(amplitude * edge * Math.sin((2 * Math.PI * hertz * at) / sampleRate));
  }
  return pcm;
}
