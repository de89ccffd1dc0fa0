import { somethingIsLeft, withDetectedWord } from './detected.ts';
import type { Detected, DetectedWord } from './detected.ts';
import { longestMsOf } from './kinds.ts';
import type { OutageCause } from './outage-cause.ts';

/**
 * Notices become events: what a camera says many times is one thing that happened. Pure: what is known is handed in,
 * what changed comes out. An event belongs to one camera, kind and source (the rule, the line, the input).
 */
export interface EventState {
  readonly id: string;
  readonly cameraId: string;
  readonly pointId: string;
  readonly kind: string;
  readonly sourceKey: string;
  /** `instant`: it has no length by its nature; alike ones close together are counted in one. */
  state: 'open' | 'closed' | 'instant';
  /** Of the first notice, by the connector's clock; ms since 1970 like every time here. */
  readonly receivedAt: number;
  readonly occurredAt: number;
  readonly uncertaintyMs: number;
  endedAt: number | null;
  /** `time`: nobody said that it ended, and no word came for as long as its kind may last. */
  endedBy: 'camera' | 'time' | null;
  /** Receipt of the last notice. */
  lastNoticeAt: number;
  noticeCount: number;
  readonly topic: string;
  snapshotSha256: string | null;
  snapshotAt: number | null;
  /** Of an outage and a gap, once it was judged. */
  cause: OutageCause | null;
  /** Null where the camera itself said so. */
  detected: Detected | null;
}

/** Of an event that has only begun. */
export const nothingYet = {
  endedAt: null,
  endedBy: null,
  snapshotSha256: null,
  snapshotAt: null,
  cause: null,
  detected: null,
} as const;

export interface MergingNotice {
  readonly id: string;
  readonly camera: string;
  readonly receivedAt: number;
  readonly occurredAt: number;
  readonly uncertaintyMs: number;
  readonly topic: string;
  readonly kind: string;
  readonly phase: 'begin' | 'end' | 'instant' | 'state';
  readonly source: readonly { readonly name: string; readonly value: string }[];
  readonly snapshot: { readonly sha256: string; readonly takenAt: number } | null;
  /** Left out where the camera itself says so. */
  readonly detected?: DetectedWord | null;
}

/** What follows the last word of its kind within this time is one event: a storm is told of once, with its count… */
export const foldWithinMs = 10_000;
/** …but none lasts longer than this: a branch that waves all day is told of again. */
export const foldLongestMs = 600_000;

export class Merge {
  private readonly byId = new Map<string, EventState>();
  /** The newest event of each camera, kind and source that can still take a notice. */
  private readonly live = new Map<string, EventState>();
  private readonly touched = new Set<string>();
  private readonly made = new Set<string>();

  /**
   * @param known open events and those of the last minutes of the cameras concerned, in any order
   * @param pointOf the point a camera stands at
   * @param newId a new event's identifier, from its first receipt
   */
  constructor(
    known: readonly EventState[],
    private readonly pointOf: (cameraId: string) => string,
    private readonly newId: (receivedAt: number) => string,
  ) {
    for (const event of [...known].sort((a, b) => a.lastNoticeAt - b.lastNoticeAt)) {
      this.byId.set(event.id, event);
      this.live.set(keyOf(event.cameraId, event.kind, event.sourceKey), event);
    }
  }

  /** @returns the event that this notice belongs to, or null where it is none (a state, an end without a begin) */
  take(notice: MergingNotice): string | null {
    const sourceKey = sourceKeyOf(notice.source);
    const key = keyOf(notice.camera, notice.kind, sourceKey);
    const live = this.live.get(key);
    const event = this.eventFor(notice, live, () => this.begin(notice, sourceKey, key));
    if (event === null) return null;
    this.touched.add(event.id);
    if (notice.snapshot !== null) this.picture(event.id, notice.snapshot);
    return event.id;
  }

  /** A picture that came after its notice. The first one stays. @returns whether it is the event's picture now */
  picture(eventId: string, snapshot: { readonly sha256: string; readonly takenAt: number }): boolean {
    const event = this.byId.get(eventId);
    if (event === undefined) return false;
    if (event.snapshotSha256 === null) {
      event.snapshotSha256 = snapshot.sha256;
      event.snapshotAt = snapshot.takenAt;
      this.touched.add(eventId);
    }
    return event.snapshotSha256 === snapshot.sha256;
  }

  /** What is to be stored. */
  changed(): EventState[] {
    return [...this.touched].flatMap((id) => this.byId.get(id) ?? []);
  }

  isNew(eventId: string): boolean {
    return this.made.has(eventId);
  }

  private eventFor(
    notice: MergingNotice,
    live: EventState | undefined,
    begin: () => EventState,
  ): EventState | null {
    const open = live?.state === 'open' ? live : undefined;
    switch (notice.phase) {
      case 'state':
        return null;
      case 'begin':
        if (open === undefined) return isNear(live, notice) ? reopen(extend(live, notice)) : begin();
        // The end was missed: the camera restarted, or the link was down.
        if (notice.receivedAt - open.lastNoticeAt <= longestMsOf(open.kind)) return extend(open, notice);
        this.expire(open);
        return begin();
      case 'end':
        if (open === undefined) return null;
        extend(open, notice);
        // Of several that a detector follows, the last one ends it.
        if (somethingIsLeft(open.detected)) return open;
        open.state = 'closed';
        open.endedBy = 'camera';
        // A camera's clock may have been set back meanwhile; nothing ends before it began.
        open.endedAt = Math.max(notice.occurredAt, open.occurredAt);
        return open;
      case 'instant':
        if (open !== undefined && notice.receivedAt - open.lastNoticeAt <= foldWithinMs)
          return extend(open, notice);
        // It was begun while an end was still awaited, and this camera has been seen to tell none.
        if (open !== undefined) {
          this.expire(open);
          return begin();
        }
        return isNear(live, notice) ? extend(live, notice) : begin();
    }
  }

  private expire(open: EventState): void {
    open.state = 'closed';
    open.endedAt = Math.max(open.lastNoticeAt, open.occurredAt);
    open.endedBy = 'time';
    this.touched.add(open.id);
  }

  private begin(notice: MergingNotice, sourceKey: string, key: string): EventState {
    const event: EventState = {
      id: this.newId(notice.receivedAt),
      cameraId: notice.camera,
      pointId: this.pointOf(notice.camera),
      kind: notice.kind,
      sourceKey,
      state: notice.phase === 'instant' ? 'instant' : 'open',
      receivedAt: notice.receivedAt,
      occurredAt: notice.occurredAt,
      uncertaintyMs: notice.uncertaintyMs,
      lastNoticeAt: notice.receivedAt,
      noticeCount: 1,
      topic: notice.topic,
      ...nothingYet,
      detected: detectedAfter(null, notice),
    };
    this.byId.set(event.id, event);
    this.live.set(key, event);
    this.made.add(event.id);
    return event;
  }
}

/** Soon enough after the last word, and not already going on for too long. */
function isNear(live: EventState | undefined, notice: MergingNotice): live is EventState {
  return (
    live !== undefined &&
    notice.receivedAt - live.lastNoticeAt <= foldWithinMs &&
    notice.receivedAt - live.receivedAt <= foldLongestMs
  );
}

function reopen(event: EventState): EventState {
  event.state = 'open';
  event.endedAt = null;
  event.endedBy = null;
  return event;
}

function extend(event: EventState, notice: MergingNotice): EventState {
  event.noticeCount += 1;
  event.lastNoticeAt = Math.max(event.lastNoticeAt, notice.receivedAt);
  event.detected = detectedAfter(event.detected, notice);
  return event;
}

function detectedAfter(before: Detected | null, notice: MergingNotice): Detected | null {
  const { detected: word = null, phase, receivedAt: at, kind } = notice;
  return word === null ? before : withDetectedWord(before, { word, phase, at }, longestMsOf(kind));
}

function keyOf(cameraId: string, kind: string, sourceKey: string): string {
  return `${cameraId} ${kind} ${sourceKey}`;
}

/**
 * The source in one line, whatever order the camera gives its items in; as it is stored, where no text has a NUL: the
 * same source must be known again with the next message.
 */
export function sourceKeyOf(source: MergingNotice['source']): string {
  const line = source
    .map(({ name, value }) => `${name}=${value}`)
    .sort()
    .join('&');
  return storableText(line.slice(0, 500));
}

/** As PostgreSQL stores it: it has no NUL, and no half of a character that UTF-16 writes in two. */
export function storableText(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
}
