/** What is known of a box's link, and on what evidence. `unknown`: it was online, and is silent for too long. */
export type Link = 'not-enrolled' | 'online' | 'offline' | 'unknown';

export interface Presence {
  readonly link: Link;
  /** Of the last message that was believed, ms; null where none was heard since this service started. */
  readonly heardAt: number | null;
}

/** A box says how it is every half minute: half as much again without a word still counts as online. */
export const heardWithinMs = 45_000;
/** Connected by the broker's word, yet silent for this long: half-open links look like that. */
export const silentAfterMs = 75_000;

/** Of a status: when the box says it was, and which one of its run. */
export interface LifeSign {
  readonly box: string;
  readonly at: number;
  readonly count: number;
}

interface Evidence {
  /** The newest status that was believed. */
  sign?: LifeSign;
  heardAt: number | null;
  /** The broker's last word, and when. */
  connectedAt: number | null;
  leftAt: number | null;
}

/**
 * Last heard and connected, per asset, in memory. Only a believed message says that a box is alive: brokers have been
 * seen to call boxes online long after a power cut (mosquitto #1165).
 */
export class PresenceBook {
  private readonly book = new Map<string, Evidence>();

  heard(assetId: string, at: number): void {
    const evidence = this.of(assetId);
    evidence.heardAt = at;
    // What was said before it left can arrive after it: only a new connection makes it online again.
    if (evidence.leftAt !== null && at > evidence.leftAt) evidence.leftAt = null;
  }

  /**
   * Whether a status says anything about now. A broker that is not trusted may send an old one again, signature and all:
   * it counts only when the box's own time is near ours and it is newer than the last. After our clock was set back,
   * what was believed before it is no measure.
   */
  takes(assetId: string, sign: LifeSign, now: number): boolean {
    if (Math.abs(now - sign.at) > heardWithinMs) return false;
    const evidence = this.of(assetId);
    const last = evidence.sign;
    const isComparable = last?.box === sign.box && last.at <= now + heardWithinMs;
    if (isComparable && (sign.at < last.at || (sign.at === last.at && sign.count <= last.count)))
      return false;
    evidence.sign = sign;
    return true;
  }

  connected(assetId: string, at: number): void {
    const evidence = this.of(assetId);
    evidence.connectedAt = at;
    evidence.leftAt = null;
  }

  left(assetId: string, at: number): void {
    const evidence = this.of(assetId);
    evidence.connectedAt = null;
    evidence.leftAt = at;
  }

  /** The broker went away: nothing is known of anybody's connection, which is not the same as offline. */
  brokerLost(): void {
    for (const evidence of this.book.values()) evidence.connectedAt = null;
  }

  /** Another box stands there, or none: what was heard is no evidence any more. */
  forget(assetId: string): void {
    this.book.delete(assetId);
  }

  presence(assetId: string, enrolled: boolean, now: number): Presence {
    const evidence = this.book.get(assetId);
    const heardAt = evidence?.heardAt ?? null;
    if (!enrolled) return { link: 'not-enrolled', heardAt };
    if (evidence === undefined) return { link: 'unknown', heardAt };
    if (evidence.leftAt !== null) return { link: 'offline', heardAt };
    const age = now - Math.max(heardAt ?? -Infinity, evidence.connectedAt ?? -Infinity);
    const allowedMs = evidence.connectedAt === null ? heardWithinMs : silentAfterMs;
    return { link: age <= allowedMs ? 'online' : 'unknown', heardAt };
  }

  private of(assetId: string): Evidence {
    let evidence = this.book.get(assetId);
    if (evidence === undefined) {
      evidence = { heardAt: null, connectedAt: null, leftAt: null };
      this.book.set(assetId, evidence);
    }
    return evidence;
  }
}
