import type { RefusedReason } from '../platform/broker/broker.ipc.ts';

/** Why a device was turned away: by the broker; with a code that is not valid; or as a box that was replaced. */
export type StrangerReason = RefusedReason | 'enrolment-code' | 'replaced';

export interface StrangerTry {
  /** As the device called itself: anything at all. */
  readonly name: string;
  /** The other end of its connection. */
  readonly address: string;
  readonly reason: StrangerReason;
}

/** One device that was turned away, as far as it can be told apart from others. Instants in ms since 1970. */
export interface Stranger {
  readonly key: string;
  readonly name: string;
  readonly address: string;
  reason: StrangerReason;
  /** It gave so many names that they are counted together, without one. */
  readonly manyNames: boolean;
  readonly firstAt: number;
  lastAt: number;
  tries: number;
  /** Whose it is, where its name tells; null where it may be anybody's. */
  communeId: string | null;
  /** The place where it stands or stood. */
  assetId: string | null;
}

const nameMaximum = 64;

/**
 * Who was turned away, bounded: whoever knocks with ever new names fills neither memory nor screen. Not kept on disk:
 * what is still out there knocks again within a minute of a restart, and a list on disk would be one that strangers
 * write.
 */
export class StrangerBook {
  /** The one that knocked last is last. */
  private readonly known = new Map<string, Stranger>();
  private forgotten = 0;
  private counted = 0;

  constructor(
    private readonly kept = 200,
    private readonly namesPerAddress = 8,
  ) {}

  note(knock: StrangerTry, now: number): { readonly stranger: Stranger; readonly isNew: boolean } {
    const name = printable(knock.name);
    const address = printable(knock.address);
    const own = keyOf(address, knock.reason, name);
    const manyNames = !this.known.has(own) && this.namesOf(address) >= this.namesPerAddress;
    const key = manyNames ? keyOf(address, knock.reason, null) : own;
    const before = this.known.get(key);
    const stranger: Stranger = before ?? {
      ...{ key, address, reason: knock.reason, manyNames, name: manyNames ? '' : name },
      ...{ firstAt: now, lastAt: now, tries: 0, communeId: null, assetId: null },
    };
    stranger.lastAt = now;
    stranger.tries += 1;
    this.counted += 1;
    this.known.delete(key);
    this.known.set(key, stranger);
    const [oldest] = this.known.keys();
    if (this.known.size > this.kept && oldest !== undefined) {
      this.known.delete(oldest);
      this.forgotten += 1;
    }
    return { stranger, isNew: before === undefined };
  }

  /** The last first: a commune's own and those that may be anybody's. */
  of(communeId: string): Stranger[] {
    return [...this.known.values()]
      .filter((each) => each.communeId === null || each.communeId === communeId)
      .reverse();
  }

  /** How many were pushed out by later ones since the start. */
  get dropped(): number {
    return this.forgotten;
  }

  /** Every try since the start. */
  get tries(): number {
    return this.counted;
  }

  private namesOf(address: string): number {
    let names = 0;
    for (const each of this.known.values()) if (each.address === address && !each.manyNames) names += 1;
    return names;
  }
}

function keyOf(address: string, reason: StrangerReason, name: string | null): string {
  return JSON.stringify([address, reason, name]);
}

/** A name of somebody else's making, fit for a screen and a line of the log. */
function printable(text: string): string {
  // Control and format characters: line breaks forge log lines, direction marks turn a screen's text around.
  const plain = text.normalize('NFC').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '·');
  return plain.length <= nameMaximum ? plain : `${plain.slice(0, nameMaximum - 1)}…`;
}
