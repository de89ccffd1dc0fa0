import { monotonicNow } from '../link/trusted-clock.ts';
import { frameSamples, msOf, samplesIn } from './pcm-format.ts';
import type { Player } from './player.ts';

/** Something to sound, in milliseconds of the monotonic counter. */
export interface Sound {
  readonly pcm: Int16Array;
  /** 0 to 1. */
  readonly gain: number;
  /** Audible from here; in the past means as soon as can be. */
  readonly startAtMs: number;
  /** Not audible from here on, however long it is. */
  readonly endByMs: number;
  /** What sounds then is faded out; else this one waits until that has ended, however late it is. */
  readonly cuts: boolean;
}

export interface Sounded {
  /** Ended by itself (its own end, or `endByMs`), or was ended. */
  readonly whole: boolean;
  readonly endedAtMs: number;
  /** What really went out. */
  readonly seconds: number;
}

export interface Playing {
  /** Resolves, shortly before it is audible, with the instant of the first sample; null if it never sounds. */
  readonly began: Promise<number | null>;
  /** Resolves when the last sample was audible. */
  readonly ended: Promise<Sounded>;
  /** Samples handed out so far, in seconds. */
  readonly seconds: () => number;
  /** It does not sound, or fades out now where it does; what came after it is left alone. */
  readonly end: () => void;
}

interface Voice {
  readonly sound: Sound;
  position: number;
  /** Fades out, then ends. */
  leaving: boolean;
  readonly began: (atMs: number | null) => void;
  readonly ended: (sounded: Sounded) => void;
}

const fadeSamples = samplesIn(10);
/**
 * The stream is running so long before something is due: between these, drawn each time. Its first frame sets where
 * everything after it lies, and boxes that share a machine would all hand over theirs at the same instant.
 */
const warmUpMs = { least: 120, most: 400 };

/**
 * Keeps the time: hands 20 ms frames to the player so that its buffer is neither empty nor long (what is in it cannot
 * be taken back). One thing sounds at a time, and one may be placed ahead; when its sample comes, what sounds is
 * faded out within 10 ms where it may be cut.
 */
export class Mixer {
  private current: Voice | null = null;
  private next: Voice | null = null;
  private timer: NodeJS.Timeout | null = null;
  /** When sample 0 of the running stream is audible; null while it rests. */
  private baseMs: number | null = null;
  private written = 0;
  private closed = false;
  private turnedMs = 0;
  private warmUpMs = warmUpMs.least;
  /** Times that this process came too late and the player ran dry, and by how much in all. */
  readonly slips = { count: 0, ms: 0 };

  constructor(
    private readonly player: Player,
    private readonly monotonic: () => number = monotonicNow,
  ) {
    if (player.continuous) this.turn();
  }

  /** For how long it has not come round though it has something to do (ms): the watchdog asks. */
  get stuckMs(): number {
    const isBusy = this.current !== null || this.player.continuous;
    return isBusy && !this.closed ? this.monotonic() - this.turnedMs : 0;
  }

  /** Places it ahead, instead of what was placed before. */
  place(sound: Sound): Playing {
    this.unplace();
    let began: Voice['began'] = () => undefined;
    let ended: Voice['ended'] = () => undefined;
    const beganPromise = new Promise<number | null>((resolve) => (began = resolve));
    const endedPromise = new Promise<Sounded>((resolve) => (ended = resolve));
    const voice: Voice = { sound, position: 0, leaving: false, began, ended };
    this.next = voice;
    this.warmUpMs = warmUpMs.least + Math.random() * (warmUpMs.most - warmUpMs.least);
    this.turn();
    return {
      ...{ began: beganPromise, ended: endedPromise, seconds: () => msOf(voice.position) / 1_000 },
      end: () => {
        if (this.next === voice) this.unplace();
        else if (this.current === voice) voice.leaving = true;
      },
    };
  }

  /** What is placed ahead does not sound, unless it has begun. */
  unplace(): void {
    const voice = this.next;
    this.next = null;
    if (voice === null) return;
    voice.began(null);
    voice.ended({ whole: false, endedAtMs: this.monotonic(), seconds: 0 });
  }

  /** Of what sounds now, 0 to 1; null in silence. */
  get gain(): number | null {
    return this.current?.sound.gain ?? null;
  }

  /** What sounds fades out now. */
  cut(): void {
    if (this.current !== null) this.current.leaving = true;
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.unplace();
    const left = this.current;
    this.current = null;
    left?.ended({ whole: false, endedAtMs: this.monotonic(), seconds: msOf(left.position) / 1_000 });
  }

  private turn(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.closed) return;
    const now = this.monotonic();
    this.turnedMs = now;
    const wakeAtMs = this.current === null ? (this.next?.sound.startAtMs ?? Infinity) - this.warmUpMs : now;
    const needed = this.player.continuous || wakeAtMs - this.player.latencyMs <= now;
    if (!needed) {
      this.baseMs = null;
      if (wakeAtMs !== Infinity) {
        this.timer = setTimeout(() => this.turn(), Math.min(wakeAtMs - this.player.latencyMs - now, 60_000));
      }
      return;
    }
    this.feed(now);
    const dueMs = this.audibleAt(this.written) - this.player.latencyMs - this.monotonic();
    this.timer = setTimeout(() => this.turn(), Math.max(0, dueMs));
  }

  /** Writes every frame whose time to be written has come. */
  private feed(now: number): void {
    if (this.baseMs === null) {
      this.baseMs = now + this.player.latencyMs;
      this.written = 0;
    } else if (now > this.audibleAt(this.written)) {
      // The player ran dry and plays what comes next after its latency again: later, but whole.
      const lateMs = now - this.audibleAt(this.written);
      this.slips.count += 1;
      this.slips.ms += lateMs + this.player.latencyMs;
      this.baseMs += lateMs + this.player.latencyMs;
    }
    while (this.audibleAt(this.written) - this.player.latencyMs <= now + 0.5) {
      this.player.write(this.frame());
      this.written += frameSamples;
    }
  }

  private audibleAt(sample: number): number {
    return (this.baseMs ?? 0) + msOf(sample);
  }

  private frame(): Int16Array {
    const frame = new Int16Array(frameSamples);
    let at = 0;
    while (at < frameSamples) {
      const nextAt = this.nextOffset();
      if (this.current !== null) {
        const cutAt = this.next?.sound.cuts === true ? nextAt : Infinity;
        if (cutAt <= at) this.current.leaving = true;
        const until = this.current.leaving ? frameSamples : Math.min(frameSamples, Math.max(cutAt, at));
        at = this.sing(this.current, frame, at, until);
      } else if (this.next !== null && nextAt < frameSamples) {
        at = Math.max(at, nextAt);
        const voice = this.next;
        this.next = null;
        this.current = voice;
        voice.began(this.audibleAt(this.written + at));
      } else break;
    }
    return frame;
  }

  /** Where in the frame that is being written the next voice begins; may lie before it or after it. */
  private nextOffset(): number {
    if (this.next === null) return Infinity;
    return samplesIn(this.next.sound.startAtMs - this.audibleAt(this.written));
  }

  /** @returns where in the frame it stopped */
  private sing(voice: Voice, frame: Int16Array, from: number, until: number): number {
    const { pcm, gain, endByMs } = voice.sound;
    const hardEnd = samplesIn(endByMs - this.audibleAt(this.written));
    const fadeFrom = voice.leaving ? from : hardEnd - fadeSamples;
    const fading = voice.leaving ? Math.min(fadeSamples, frameSamples - from) : fadeSamples;
    const last = Math.min(until, voice.leaving ? from + fading : hardEnd, from + pcm.length - voice.position);
    for (let at = from; at < last; at += 1) {
      const fade = at < fadeFrom ? 1 : Math.max(0, 1 - (at - fadeFrom) / fading);
      frame[at] = Math.round((pcm[voice.position] ?? 0) * gain * fade);
      voice.position += 1;
    }
    const at = Math.max(from, last);
    const over = voice.position >= pcm.length;
    if (over || at >= hardEnd || voice.leaving) {
      this.current = null;
      this.settle(voice, over || (at >= hardEnd && !voice.leaving), this.audibleAt(this.written + at));
    }
    return at;
  }

  private settle(voice: Voice, whole: boolean, endedAtMs: number): void {
    const sounded = { whole, endedAtMs, seconds: msOf(voice.position) / 1_000 };
    setTimeout(() => voice.ended(sounded), Math.max(0, endedAtMs - this.monotonic()));
  }
}
