import { monotonicNow } from '../link/trusted-clock.ts';
import type { TrustedClock } from '../link/trusted-clock.ts';
import { decide, dues, emergenciesInForce, soundingMs } from '../protocol/decide.ts';
import type { Decision, Due, Situation } from '../protocol/decide.ts';
import type { MissedReason, Programme, TaskReason } from '../protocol/pole-messages.ts';
import { volumeFor } from '../protocol/volume.ts';
import { AiringBook } from './airing-book.ts';
import type { PlayedPart } from './airing-book.ts';
import type { Amplifier } from './amplifier.ts';
import type { Mixer, Playing } from './mixer.ts';
import { msOf } from './pcm-format.ts';
import type { Player } from './player.ts';
import type { Jumped, ReplayMemory } from './replay-memory.ts';
import type { Reports } from './reports.ts';
import { situationAt } from './situation.ts';
import { Witness } from './why-missed.ts';
import { isWithdrawn } from './withdrawal.ts';

/** What a pole works with. */
export interface PoleParts {
  readonly clock: TrustedClock;
  readonly memory: ReplayMemory;
  readonly audio: {
    readonly held: ReadonlySet<string>;
    load(sha256: string): Promise<Int16Array | null>;
  };
  readonly mixer: Mixer;
  readonly player: Player;
  readonly amplifier: Amplifier;
  readonly reports: Reports;
  /** Something that a status tells has changed. */
  readonly changed: () => void;
  readonly failed: (what: string, error: unknown) => void;
}

interface Item extends PlayedPart {
  readonly playing: Playing;
  /** When its first sample is (to be) audible. */
  startAt: number;
  /** Why it is over, where that was not by itself: what something else displaces is cut. */
  because: 'cut' | 'stopped' | 'interrupted';
}

/** Items are placed in the mixer this long before they are audible; their beginning is durable by then. */
const placeAheadMs = 500;
/** Their sound is read and proved this long before. */
const loadAheadMs = 5_000;
const longestSleepMs = 30_000;
const progressEveryMs = 2_000;

/** The loop of a pole: asks `decide` what sounds, makes it sound at its instant, and says what really happened. */
export class Pole {
  /** `receivedMs` by the monotonic counter. */
  programme: { readonly message: Programme; readonly receivedMs: number } | null = null;
  private current: Item | null = null;
  private next: Item | null = null;
  /** Replaced in the mixer, and still fading or ending. */
  private readonly endings = new Set<Promise<void>>();
  private loaded: { readonly sha256: string; readonly pcm: Int16Array } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private progress: NodeJS.Timeout | null = null;
  private turning: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  /** Mains are gone: nothing begins. */
  private suspended = false;
  /** When the loop last came round (monotonic ms): the watchdog looks at it. */
  turnedMs = monotonicNow();
  private readonly book: AiringBook;
  private readonly witness: Witness;

  constructor(private readonly parts: PoleParts) {
    this.witness = new Witness(parts.clock, parts.memory, parts.failed);
    this.book = new AiringBook(parts.clock, parts.memory, parts.reports, parts.failed);
  }

  /** The airing that is audible now. */
  get airing(): string | null {
    return this.current?.due.airing ?? null;
  }

  /** Something may have changed: the time, a message, a file. */
  wake(): void {
    if (this.stopped) return;
    this.again = true;
    this.turning ??= this.turnUntilQuiet();
  }

  /** What sounds is interrupted, and says so. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.turning;
    this.unplace();
    if (this.current !== null) this.current.because = 'interrupted';
    this.parts.mixer.cut();
    await Promise.all(this.endings);
  }

  /** What sounds is interrupted, and nothing begins until `resume`: mains are gone. */
  suspend(): void {
    this.suspended = true;
    this.unplace();
    if (this.current !== null) this.current.because = 'interrupted';
    this.parts.mixer.cut();
  }

  resume(): void {
    this.suspended = false;
    this.witness.isOn();
    this.wake();
  }

  /** Why nothing of a technician's may be done now; null: nothing sounds, and nothing is due within `ms`. */
  busy(ms: number): TaskReason | null {
    if (this.stopped || this.suspended) return 'interrupted';
    const now = this.parts.clock.now() ?? 0;
    const situation = this.situation(now);
    const isInForce = emergenciesInForce(situation.programme, situation.orders).some(
      ({ endAt }) => endAt > now,
    );
    if (isInForce) return 'emergency';
    const { sound, nextAt } = decide(situation, now);
    const isDue = sound !== null || (nextAt !== null && nextAt <= now + ms);
    return isDue || this.current !== null || this.next !== null ? 'on-air' : null;
  }

  private async turnUntilQuiet(): Promise<void> {
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        await this.turn();
      }
    } catch (error) {
      this.parts.failed('the pole could not decide', error);
      this.sleep(1_000);
    } finally {
      this.turning = null;
    }
  }

  private async turn(): Promise<void> {
    const { clock, memory } = this.parts;
    this.turnedMs = monotonicNow();
    const now = clock.now();
    if (now === null || !memory.ready || this.suspended) return;
    if (this.witness.knowsTime(now, this.turnedMs)) await this.book.settleThePast(now);
    this.refuseTheForgotten(now);
    const decision = decide(this.situation(now), now);
    for (const { due, reason } of decision.missed) {
      const why = this.witness.why(due, reason, this.programme?.receivedMs ?? this.turnedMs);
      if (why !== 'not-yet') this.miss(due, why, now);
    }
    for (const due of this.witness.overdue(now)) this.miss(due, 'clock-set', now);
    this.endWhatMust(decision, now);
    this.endWhatWaited(decision);
    this.checkPlaced();
    if (decision.sound !== null && this.isNew(decision.sound)) await this.begin(decision.sound, now);
    const nextAt = await this.lookAhead(decision);
    this.sleep(nextAt === null ? longestSleepMs : nextAt - (clock.now() ?? now));
  }

  /** What lies ahead within reach is loaded and placed. @returns when to look again */
  private async lookAhead(decision: Decision): Promise<number | null> {
    let at = decision.nextAt;
    for (let step = 0; at !== null && step < 8; step += 1) {
      const now = this.parts.clock.now() ?? 0;
      if (at - now > loadAheadMs) return at - loadAheadMs;
      const ahead = decide(this.situation(at), at);
      if (ahead.sound !== null && this.isNew(ahead.sound)) {
        await this.prefetch(ahead.sound);
        const aheadMs = placeAheadMs + this.parts.amplifier.leadMs;
        if (at - now > aheadMs) return at - aheadMs;
        await this.begin(ahead.sound, at);
        return at;
      }
      at = ahead.nextAt;
    }
    return at;
  }

  private isNew(due: Due): boolean {
    return due.airing !== this.current?.due.airing && due.airing !== this.next?.due.airing;
  }

  /** `at` may lie a little ahead; `but` has not begun. */
  private situation(at: number, but?: string): Situation {
    const { memory, audio } = this.parts;
    const known = { programme: this.programme?.message ?? null, memory, heldAudio: audio.held };
    return situationAt(at, known, this.next?.due.airing, but);
  }

  private endWhatMust(decision: Decision, now: number): void {
    const { current } = this;
    if (current === null || decision.sound?.airing === current.due.airing) return;
    const ending = decision.end.find(({ due }) => due.airing === current.due.airing);
    const isPaused = decision.pause.some(({ airing }) => airing === current.due.airing);
    if (isPaused || ending?.because === 'cut') {
      current.because = 'cut';
      // The one that cuts it fades it out when its own first sample comes.
      if (decision.sound !== null && !this.isNew(decision.sound)) this.parts.mixer.cut();
    } else if (ending !== undefined || this.isTakenBack(current, now)) {
      current.because = 'stopped';
      this.parts.mixer.cut();
    }
    // Else its own end has come and the last samples are on their way.
  }

  private isTakenBack({ due, startAt }: Item, now: number): boolean {
    const { acceptedOrders } = this.parts.memory;
    return isWithdrawn(due, startAt, this.programme?.message ?? null, acceptedOrders, now);
  }

  /** What was cut and waited to go on: stopped, withdrawn, or its rest does not fit any more. */
  private endWhatWaited(decision: Decision): void {
    const { memory, failed } = this.parts;
    const ends = [
      ...decision.end.map(({ due, because }) => ({ airing: due.airing, because })),
      ...decision.withdrawn.map((airing) => ({ airing, because: 'stopped' as const })),
    ];
    for (const { airing, because } of ends) {
      const isPlaced = this.next?.due.airing === airing;
      if (memory.begun.get(airing)?.part !== null && !isPlaced) continue;
      if (isPlaced) this.unplace();
      this.book.endPaused(airing, because).catch((error: unknown) => failed('an end was not kept', error));
    }
  }

  private checkPlaced(): void {
    const { next } = this;
    if (next === null) return;
    const at = next.startAt;
    if (decide(this.situation(at, next.due.airing), at).sound?.airing !== next.due.airing) this.unplace();
  }

  private unplace(): void {
    if (this.next === null) return;
    this.next = null;
    this.parts.mixer.unplace();
    this.parts.amplifier.forget();
  }

  private async prefetch(due: Due): Promise<void> {
    const { sha256 } = due.audio;
    if (this.loaded?.sha256 === sha256) return;
    const pcm = await this.parts.audio.load(sha256);
    if (pcm !== null) this.loaded = { sha256, pcm };
  }

  /**
   * Whether what sounds gives way: a test tone always does. What is over by the clock and lags behind it, because the
   * machine did not come round or the clock was set, is heard to its end: nobody has cut it, unless an emergency does.
   */
  private isCut({ sound, pause, end }: Decision): boolean {
    if (this.current === null) return true;
    const { airing, priority } = this.current.due;
    if (sound?.priority === 'emergency' && priority !== 'emergency') return true;
    return [...pause, ...end.map(({ due }) => due)].some((due) => due.airing === airing);
  }

  /** Makes it sound at `at`, or as soon as can be. The beginning is on the disk before the first sample. */
  private async begin(due: Due, wantedAt: number): Promise<void> {
    const { amplifier, clock, memory, mixer, player } = this.parts;
    if (player.fault !== null) {
      this.witness.playerFailed(due.airing);
      this.sleep(1_000);
      return;
    }
    await this.prefetch(due);
    const pcm = this.loaded?.sha256 === due.audio.sha256 ? this.loaded.pcm : null;
    if (pcm === null) return;
    const fromMs = memory.begun.get(due.airing)?.nextFromMs ?? 0;
    // A cold amplifier would swallow the first words.
    const wokenAt = amplifier.on ? wantedAt : (clock.now() ?? wantedAt) + amplifier.leadMs;
    const at = Math.max(wantedAt, Math.min(wokenAt, due.startBy));
    try {
      await memory.begin(due, at, fromMs);
    } catch (error) {
      this.parts.failed('the beginning could not be kept', error);
      if (due.priority !== 'emergency') {
        await memory.unbegin(due.airing).catch(() => undefined);
        this.witness.playerFailed(due.airing);
        this.sleep(1_000);
        return;
      }
    }
    // While the disk was at work an order may have come.
    const now = clock.now() ?? at;
    const instant = Math.max(now, at);
    const isOver = this.stopped || this.suspended;
    const decision = decide(this.situation(instant, due.airing), instant);
    if (isOver || decision.sound?.airing !== due.airing) {
      await memory.unbegin(due.airing);
      this.again = true;
      return;
    }
    const loud = this.programme?.message;
    const volume = loud === undefined ? 0 : volumeFor(due.priority, instant, loud);
    const lengthMs = Math.min(soundingMs(due.audio), msOf(pcm.length));
    this.unplace();
    const sampleAt = (ms: number): number => Math.round((ms / msOf(pcm.length)) * pcm.length);
    const playing = mixer.place({
      pcm: pcm.subarray(sampleAt(fromMs), sampleAt(lengthMs)),
      gain: volume / 100,
      startAtMs: clock.monotonicAt(at),
      endByMs: clock.monotonicAt(due.hardEndAt),
      cuts: this.isCut(decision),
    });
    amplifier.expect(clock.monotonicAt(at));
    const item: Item = { due, playing, fromMs, startAt: at, because: 'cut' };
    this.next = item;
    const ending = this.follow(item).catch((error: unknown) =>
      this.parts.failed('an airing was lost', error),
    );
    this.endings.add(ending);
    void ending.finally(() => this.endings.delete(ending));
  }

  private async follow(item: Item): Promise<void> {
    const { clock, memory, amplifier } = this.parts;
    const { due, playing } = item;
    const beganMs = await playing.began;
    if (beganMs === null) {
      if (this.next === item) this.next = null;
      await memory.unbegin(due.airing);
      this.wake();
      return;
    }
    item.startAt = clock.trueAt(beganMs);
    const begun = memory.begun.get(due.airing);
    if (begun?.part != null) begun.part.at = item.startAt;
    if (this.next === item) this.next = null;
    this.current = item;
    this.loaded = null;
    amplifier.began(due.airing);
    this.keepProgress();
    this.parts.changed();
    this.book.began(item);
    this.wake();
    const sounded = await playing.ended;
    if (this.current === item) {
      this.current = null;
      amplifier.over();
      if (this.progress !== null) clearInterval(this.progress);
    }
    await this.book.over(item, sounded, item.because, amplifier.cameOut(due.airing));
    this.parts.changed();
    this.wake();
  }

  private keepProgress(): void {
    if (this.progress !== null) clearInterval(this.progress);
    this.progress = setInterval(() => {
      const { current } = this;
      if (current === null) return;
      // Only for the report after a crash: without it that says less.
      this.parts.memory.soFar(current.due.airing, current.playing.seconds()).catch(() => undefined);
    }, progressEveryMs);
  }

  private miss(due: Jumped, reason: MissedReason | null, now: number): void {
    if (this.next?.due.airing === due.airing) this.unplace();
    this.book
      .missed(due, reason, now)
      .catch((error: unknown) => this.parts.failed('a missed airing was not kept', error));
  }

  /** A lost memory may have played what was due before it begins: no second time. */
  private refuseTheForgotten(now: number): void {
    const { memory } = this.parts;
    const { sinceAt } = memory;
    if (!memory.lost || sinceAt === null) return;
    for (const due of dues(this.situation(now), now)) {
      const forgotten = due.priority !== 'emergency' && due.nominalAt < sinceAt;
      if (forgotten && !memory.ended.has(due.airing) && !memory.begun.has(due.airing)) {
        this.miss(due, 'no-replay-memory', now);
      }
    }
  }

  private sleep(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.stopped) return;
    const wait = Math.max(0, Math.min(longestSleepMs, ms));
    this.timer = setTimeout(() => this.wake(), wait);
  }
}
