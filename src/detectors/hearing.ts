/** Of a message that was not taken. */
export interface Refusal {
  readonly at: number;
  readonly code: string;
  /** The fields that were wrong, or the camera that it named. */
  readonly about: string;
}

interface Heard {
  /** The last word of any kind, ms; null: none since the start. */
  heardAt: number | null;
  /** When its last word was written down. */
  keptAt: number;
  /** It said that it stops. */
  isOff: boolean;
  refused: number;
  lastRefusal: Refusal | null;
}

export type DetectorLink = 'never' | 'alive' | 'silent' | 'off';

/** How often the last word's time is written down: often enough for who looks after a restart. */
const keepEveryMs = 60_000;

/**
 * When each detector was heard last, and what of it was not taken. In memory: what counts is the age of its last word,
 * never that a connection seems to stand, so that no ghost is shown.
 */
export class Hearing {
  private readonly known = new Map<string, Heard>();

  /** @returns whether this time is to be written down */
  heard(detectorId: string, at: number): boolean {
    const one = this.of(detectorId);
    one.heardAt = at;
    one.isOff = false;
    if (at - one.keptAt < keepEveryMs) return false;
    one.keptAt = at;
    return true;
  }

  /** It says that it stops, or the broker says it in its name. */
  off(detectorId: string): void {
    this.of(detectorId).isOff = true;
  }

  refused(detectorId: string, refusal: Refusal): void {
    const one = this.of(detectorId);
    one.refused += 1;
    one.lastRefusal = refusal;
  }

  refusals(detectorId: string): { readonly refused: number; readonly lastRefusal: Refusal | null } {
    return this.known.get(detectorId) ?? { refused: 0, lastRefusal: null };
  }

  /** @param keptAt its last word as it was written down, by this service or another one */
  link(
    detectorId: string,
    keptAt: number | null,
    silentAfterMs: number,
    now: number,
  ): { readonly link: DetectorLink; readonly heardAt: number | null } {
    const one = this.known.get(detectorId);
    const heardAt = Math.max(one?.heardAt ?? 0, keptAt ?? 0);
    if (heardAt === 0) return { link: 'never', heardAt: null };
    if (one?.isOff === true) return { link: 'off', heardAt };
    return { link: now - heardAt > silentAfterMs ? 'silent' : 'alive', heardAt };
  }

  private of(detectorId: string): Heard {
    const known = this.known.get(detectorId);
    if (known !== undefined) return known;
    const one: Heard = { heardAt: null, keptAt: 0, isOff: false, refused: 0, lastRefusal: null };
    this.known.set(detectorId, one);
    return one;
  }
}
