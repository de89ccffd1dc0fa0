/** What the wire behind the amplifier says: what was ordered is what sounds, nothing comes out, or something unordered. */
export type AmplifierHears = 'right' | 'silent' | 'unordered';

/** How much of an airing came out of the amplifier. */
export type CameOut = 'all' | 'part' | 'nothing';

export interface SenseTimes {
  /** An item may be without sound at the amplifier for so long (pauses in speech, the detector's own slowness). */
  readonly patienceMs: number;
  /** The amplifier and the detector may ring on for so long after the relay went off. */
  readonly tailMs: number;
  /** Sound without an order is told for so long after it was last heard: it may have been short. */
  readonly tellMs: number;
}

/**
 * The patience must be longer than a reader's pause between two paragraphs and the detector's own hold and release, each
 * taken as three seconds at most, and short enough that a dead amplifier is told within the item. A slower detector wants
 * more: `--sense-patience-seconds`.
 */
export const senseTimes: SenseTimes = { patienceMs: 8_000, tailMs: 2_000, tellMs: 120_000 };

/** An airing shorter than this is not judged: a detector may need as long to notice it. */
const judgedFromMs = 1_000;
const remembered = 100;

/**
 * Holds what the sense wire feels against what the box does. Times are of the monotonic counter; `look` wants to be
 * asked about twice a second.
 */
export class AmplifierSense {
  private isSound = false;
  private isRelayOn = false;
  private relaySinceMs: number;
  private airing: {
    readonly id: string;
    readonly sinceMs: number;
    heardAtMs: number | null;
    isLost: boolean;
  } | null = null;
  private isSilent = false;
  private unorderedUntilMs = -Infinity;
  private readonly cameOuts = new Map<string, CameOut>();

  constructor(
    nowMs: number,
    private readonly times: SenseTimes = senseTimes,
  ) {
    this.relaySinceMs = nowMs;
  }

  felt(isSound: boolean, nowMs: number): void {
    this.look(nowMs);
    this.isSound = isSound;
    this.look(nowMs);
  }

  switched(isRelayOn: boolean, nowMs: number): void {
    this.look(nowMs);
    if (isRelayOn === this.isRelayOn) return;
    this.isRelayOn = isRelayOn;
    this.relaySinceMs = nowMs;
  }

  began(airing: string, nowMs: number): void {
    this.over(nowMs);
    this.airing = { id: airing, sinceMs: nowMs, heardAtMs: null, isLost: false };
    this.look(nowMs);
  }

  /** What sounded, if anything, does so no more. */
  over(nowMs: number): void {
    this.look(nowMs);
    const { airing } = this;
    this.airing = null;
    if (airing === null || nowMs - airing.sinceMs < judgedFromMs) return;
    if (airing.heardAtMs === null) this.isSilent = true;
    const before = this.cameOuts.get(airing.id);
    const now: CameOut = airing.heardAtMs === null ? 'nothing' : airing.isLost ? 'part' : 'all';
    // Parts of which one was heard and another was not.
    this.keep(airing.id, (before ?? now) === now ? now : 'part');
  }

  /** Of all parts that are over. */
  cameOut(airing: string): CameOut {
    return this.cameOuts.get(airing) ?? 'all';
  }

  look(nowMs: number): AmplifierHears {
    const { airing, times } = this;
    if (airing !== null) {
      if (this.isSound) {
        airing.heardAtMs = nowMs;
        this.isSilent = false;
      } else if (nowMs - (airing.heardAtMs ?? airing.sinceMs) > times.patienceMs) {
        this.isSilent = true;
        airing.isLost = true;
      }
    }
    if (this.isSound && !this.isRelayOn && nowMs - this.relaySinceMs > times.tailMs) {
      this.unorderedUntilMs = nowMs + times.tellMs;
    }
    if (nowMs < this.unorderedUntilMs) return 'unordered';
    return this.isSilent ? 'silent' : 'right';
  }

  private keep(airing: string, cameOut: CameOut): void {
    this.cameOuts.delete(airing);
    this.cameOuts.set(airing, cameOut);
    for (const oldest of this.cameOuts.keys())
      if (this.cameOuts.size > remembered) this.cameOuts.delete(oldest);
  }
}
