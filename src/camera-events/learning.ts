import { meaningOf, stateOf, type Told } from '../../devices/protocol/topic-map.ts';
import type { Kind } from '../../devices/protocol/topic-map.data.ts';
import { noEvidence, phaseIn, styleFrom, withWord } from './event-style.ts';
import type { EventStyle, StyleEvidence } from './event-style.ts';
import { learnMsOf } from './kinds.ts';
import type { MergingNotice } from './merge.ts';

/** How one camera tells one topic, as it is stored. */
export interface LearnedStyle {
  readonly cameraId: string;
  readonly topic: string;
  /** What a person said; it counts whatever is learned. */
  readonly setStyle: EventStyle | null;
  readonly style: EventStyle;
  /** Since when `style` is so, ms. */
  readonly changedAt: number;
  readonly evidence: StyleEvidence;
}

/** What is told of a notice, as the connector understood it. */
export interface ToldNotice extends Told {
  readonly camera: string;
  readonly kind: string;
  readonly phase: MergingNotice['phase'];
  readonly receivedAt: number;
}

/** Reads notices in the way that their camera tells them, and learns that way from them. Pure. */
export class Learning {
  private readonly rows = new Map<string, LearnedStyle>();
  private readonly touched = new Set<string>();

  /**
   * @param known the styles of the cameras and topics concerned, those that there are
   * @param named kinds that people gave to topics the catalogue does not know
   * @param restMs a begin that follows a begin after this shows that no end was told
   */
  constructor(
    known: readonly LearnedStyle[],
    private readonly named: ReadonlyMap<string, Kind>,
    private readonly restMs: number,
  ) {
    for (const row of known) this.rows.set(keyOf(row.cameraId, row.topic), row);
  }

  read(notice: ToldNotice): { kind: string; phase: MergingNotice['phase'] } {
    const { kind, phase } = notice.kind === 'unknown' ? meaningOf(notice, this.named) : notice;
    return { kind, phase: phaseIn(this.learn(notice, kind), phase) };
  }

  /** What is to be stored. */
  changed(): LearnedStyle[] {
    return [...this.touched].flatMap((key) => this.rows.get(key) ?? []);
  }

  private learn(notice: ToldNotice, kind: string): EventStyle {
    const key = keyOf(notice.camera, notice.topic);
    const before = this.rows.get(key);
    const on = stateOf(notice, this.named);
    if (on === undefined || notice.operation === 'Deleted')
      return before?.setStyle ?? before?.style ?? 'on-off';
    const limits = { restMs: this.restMs, learnMs: learnMsOf(kind) };
    const word = { on, isInitial: notice.operation === 'Initialized', at: notice.receivedAt };
    const evidence = withWord(before?.evidence ?? noEvidence, word, limits);
    const style = styleFrom(evidence, limits);
    const changedAt = before?.style === style ? before.changedAt : notice.receivedAt;
    const { camera: cameraId, topic } = notice;
    const setStyle = before?.setStyle ?? null;
    this.rows.set(key, { cameraId, topic, setStyle, style, changedAt, evidence });
    this.touched.add(key);
    return setStyle ?? style;
  }
}

function keyOf(cameraId: string, topic: string): string {
  return `${cameraId} ${topic}`;
}
