import { createHash } from 'node:crypto';
import type { Notice as NoticeMessage } from '../protocol/camera-messages.ts';
import type { ClockOffset } from './clock-offset.ts';
import type { Notice } from './notice.ts';
import { occurredAt } from './occurred-at.ts';
import { meaningOf } from '../protocol/topic-map.ts';

/** A notice as the contract carries it, before the outbox gives it its number. */
export type NoticeEntry = Omit<NoticeMessage, 'seq'>;

/** The contract's limit of base64, in bytes before it. Longer raws are cut; the hash is of what is kept. */
const LONGEST_RAW_BYTES = 75_000;

/** @param id a UUIDv7 of `receivedAt` */
export function noticeEntry(
  notice: Notice,
  about: {
    readonly id: string;
    readonly camera: string;
    readonly receivedAt: number;
    readonly clock: ClockOffset | undefined;
  },
): NoticeEntry {
  const raw = Buffer.from(notice.raw, 'utf8').subarray(0, LONGEST_RAW_BYTES);
  const when = occurredAt(notice.utcTimeText, about.clock, about.receivedAt);
  return {
    id: about.id,
    camera: about.camera,
    receivedAt: about.receivedAt,
    cameraTimeText: notice.utcTimeText,
    clockOffsetMs: about.clock?.offsetMs ?? null,
    uncertaintyMs: when.uncertaintyMs,
    occurredAt: Math.max(0, when.occurredAt),
    topic: notice.topic,
    operation: notice.operation,
    ...meaningOf(notice),
    source: notice.source.slice(0, 50),
    // Keys name the thing that the data is about (an object's number); elements are told by name, their content is in raw.
    data: [...notice.key, ...notice.data, ...notice.elements.map((name) => ({ name, value: '' }))].slice(
      0,
      100,
    ),
    raw: raw.toString('base64'),
    rawSha256: createHash('sha256').update(raw).digest('hex'),
    snapshot: null,
  };
}
