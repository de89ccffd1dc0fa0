import { Failure } from '../base/failure.ts';

/** Why a viewing is over; the code is what a screen that asks on is told. */
export const endCodes = {
  time: 'viewings.time-over',
  /** The screen asked for nothing any more: its tab is shut, its session ended, its line is gone. */
  left: 'viewings.left',
  /** The same person opened the same camera again. */
  elsewhere: 'viewings.opened-elsewhere',
  connector: 'viewings.connector-gone',
  camera: 'viewings.camera-gone',
} as const;
export type ViewingEnd = keyof typeof endCodes;

/** A screen asks for the next picture as soon as it has one; silent for so long, it is gone. */
export const leftAfterMs = 15_000;

/** One person watching one camera (lượt xem). */
export class Viewing {
  /** Pictures that went to the screen. */
  pictures = 0;
  private endsAt: number;
  private askedAt: number;

  constructor(
    readonly id: string,
    readonly communeId: string,
    readonly cameraId: string,
    readonly personId: string,
    readonly startedAt: number,
    private readonly lengthMs: number,
  ) {
    this.endsAt = startedAt + lengthMs;
    this.askedAt = startedAt;
  }

  /** The whole length again, from now. */
  goOn(now: number): void {
    this.endsAt = now + this.lengthMs;
  }

  /** Its screen is there. */
  asked(now: number): void {
    this.askedAt = now;
  }

  endsInMs(now: number): number {
    return Math.max(0, this.endsAt - now);
  }

  endedBy(now: number): 'time' | 'left' | null {
    if (now >= this.endsAt) return 'time';
    return now - this.askedAt > leftAfterMs ? 'left' : null;
  }
}

/** The viewings that are open in one process, and for a while why others ended. */
export class Viewings {
  private readonly open = new Map<string, Viewing>();
  private readonly ended = new Map<string, { readonly personId: string; readonly why: ViewingEnd }>();

  /** @throws Failure `viewings.full` */
  add(viewing: Viewing, most: number): void {
    const others = this.all().filter((one) => one.communeId === viewing.communeId);
    if (others.length >= most)
      throw new Failure('conflict', 'viewings.full', 'As many people watch as may at a time', {
        details: { most },
      });
    this.open.set(viewing.id, viewing);
  }

  /** @throws Failure `viewings.missing`, or the code of its end */
  of(personId: string, id: string): Viewing {
    const viewing = this.open.get(id);
    if (viewing?.personId === personId) return viewing;
    const ended = this.ended.get(id);
    if (ended?.personId === personId)
      throw new Failure('conflict', endCodes[ended.why], `The viewing is over: ${ended.why}`);
    throw new Failure('missing', 'viewings.missing', 'No such viewing');
  }

  /** @returns false where it was over already */
  end({ id, personId }: Viewing, why: ViewingEnd): boolean {
    if (!this.open.delete(id)) return false;
    this.ended.set(id, { personId, why });
    for (const old of this.ended.keys()) if (this.ended.size > endsKept) this.ended.delete(old);
    return true;
  }

  all(): Viewing[] {
    return [...this.open.values()];
  }

  watching(cameraId: string): number {
    return this.all().filter((one) => one.cameraId === cameraId).length;
  }
}

const endsKept = 200;
