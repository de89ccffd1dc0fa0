/**
 * A connector's box without cameras, for benchmarks: it enrols, keeps notices in a real outbox and hands them over by
 * the real link. Driven over IPC (`SiteOrder`), answers over IPC (`SiteAnswer`).
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { v7 } from 'uuid';
import { BoxLink } from '../../devices/link/box-link.ts';
import { enrol } from '../../devices/link/enrolment.ts';
import { Identity } from '../../devices/link/identity.ts';
import { Outbox } from '../../devices/link/outbox.ts';
import { TrustedClock } from '../../devices/link/trusted-clock.ts';
import { cameraList } from '../../devices/protocol/camera-messages.ts';
import type { Notice } from '../../devices/protocol/camera-messages.ts';
import { openFromService } from '../../devices/protocol/trust.ts';

export type SiteOrder =
  /** Closes the link; so many notices of pairs (begin, end) gather in the outbox, as in an hour without it. */
  | { readonly do: 'fill'; readonly notices: number; readonly cameras: readonly string[] }
  /** Opens the link and answers when the outbox is empty. */
  | { readonly do: 'drain' }
  /** So many notices, one by one, spread evenly: of as many events, or of a few rules of each camera. */
  | {
      readonly do: 'pace';
      readonly notices: number;
      readonly perSecond: number;
      readonly cameras: readonly string[];
      readonly events: 'one each' | 'of rules';
    };

export type SiteAnswer =
  | { readonly done: 'ready' | 'fill' }
  /** From when the service had greeted it until the last notice was durable (ms since 1970). */
  | { readonly done: 'drain'; readonly begunAt: number; readonly endedAt: number }
  /** For each notice: its topic, when it was made, and when the service said that it is durable (ms since 1970). */
  | { readonly done: 'pace'; readonly told: readonly (readonly [string, number, number])[] };

const { values } = parseArgs({ options: { data: { type: 'string' }, enrol: { type: 'string' } } });
const identity = await Identity.open(values.data ?? '', 'connector');
await enrol(identity, values.enrol ?? '');
const outbox = await Outbox.open(values.data ?? '');
const whenCommitted = new Map<number, (at: number) => void>();
let greetedAt = 0;
/** The number of the newest list of cameras, as every connector tells it with its hello. */
let list = 0;
let wake = (): void => undefined;
let link: BoxLink | null = null;
let told = 0;
/** Between two events of a camera: more than what makes them one. */
const roundMs = 30_000;
const rulesOfCamera = 16;
/** What gathers now happened after what gathered last, and all of it in the last two days. */
let gatheredFrom = Date.now() - 172_800_000;

process.on('message', (order: SiteOrder) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.once('disconnect', () => process.exit(0));
process.send?.({ done: 'ready' } satisfies SiteAnswer);

async function obey(order: SiteOrder): Promise<SiteAnswer> {
  switch (order.do) {
    case 'fill': {
      await link?.stop();
      link = null;
      for (let at = 0; at < order.notices; at += 500) {
        const some = Array.from({ length: Math.min(500, order.notices - at) }, (_, index) =>
          pastNoticeOf(order, at + index),
        );
        await Promise.all(some.map((notice) => outbox.append(notice)));
      }
      gatheredFrom += (Math.ceil(order.notices / 2 / order.cameras.length) + 1) * roundMs;
      return { done: 'fill' };
    }
    case 'drain': {
      link = open();
      while (outbox.size > 0) await new Promise<void>((resolve) => (wake = resolve));
      return { done: 'drain', begunAt: greetedAt, endedAt: performance.timeOrigin + performance.now() };
    }
    case 'pace': {
      link ??= open();
      while (greetedAt === 0) await new Promise<void>((resolve) => (wake = resolve));
      const each: Promise<readonly [string, number, number]>[] = [];
      const begun = performance.now();
      for (let index = 0; index < order.notices; index += 1) {
        const dueMs = begun + (index * 1_000) / order.perSecond - performance.now();
        if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
        const made = noticeOf(order.cameras, index, Date.now());
        // Alike ones of one source within ten seconds are one event: a storm, which is how so many come.
        const rule = Math.floor(index / order.cameras.length) % rulesOfCamera;
        const source = [{ name: 'Rule', value: order.events === 'one each' ? made.id : `Rule ${rule}` }];
        // A topic of its own too: by it the browser says which one it shows.
        const topic = `RuleEngine/LineDetector/Crossed/${String(process.pid)}-${String(told)}`;
        const data = [{ name: 'ObjectId', value: String(told) }];
        const notice = { ...made, source, topic, data, phase: 'instant', kind: 'line-crossing' } as const;
        const madeAt = Date.now();
        each.push(
          new Promise((resolve, reject) => {
            outbox
              .append(notice)
              .then((seq) => whenCommitted.set(seq, (at) => resolve([notice.topic, madeAt, at])))
              .catch(reject);
          }),
        );
      }
      return { done: 'pace', told: await Promise.all(each) };
    }
  }
}

function open(): BoxLink {
  const clock = new TrustedClock();
  const opened = new BoxLink({
    identity,
    outbox,
    clock,
    software: 'bench',
    programmeNumber: () => list,
    arrived: (message, { bytes }) => {
      const now = clock.now();
      if (message !== 'camera-list' || now === null) return;
      list = cameraList.parse(openFromService(message, bytes, identity.pinned, now)).number;
    },
    welcomed: () => {
      if (greetedAt === 0) greetedAt = performance.timeOrigin + performance.now();
      wake();
    },
    committed: ({ seqs }) => {
      const at = Date.now();
      for (const seq of seqs) {
        whenCommitted.get(seq)?.(at);
        whenCommitted.delete(seq);
      }
      wake();
    },
  });
  greetedAt = 0;
  opened.start();
  return opened;
}

/** Every camera told one pair after the other while the link was down. */
function pastNoticeOf(
  { cameras }: { readonly cameras: readonly string[] },
  index: number,
): Omit<Notice, 'seq'> {
  const pair = Math.floor(index / 2);
  const begunAt = gatheredFrom + Math.floor(pair / cameras.length) * roundMs + (pair % cameras.length);
  return noticeOf(cameras, index, index % 2 === 0 ? begunAt : begunAt + 5_000);
}

/** A begin and its end of one rule of a camera: two notices are one event. */
function noticeOf(cameras: readonly string[], index: number, receivedAt: number): Omit<Notice, 'seq'> {
  const pair = Math.floor(index / 2);
  told += 1;
  const topic = 'RuleEngine/CellMotionDetector/Motion';
  const raw = Buffer.from(
    `<wsnt:NotificationMessage><wsnt:Topic>${topic}</wsnt:Topic>${'<tt:SimpleItem Name="IsMotion" Value="true"/>'.repeat(12)}</wsnt:NotificationMessage>`,
  );
  return {
    id: v7({ msecs: receivedAt }),
    camera: cameras[pair % cameras.length] ?? '',
    receivedAt,
    cameraTimeText: new Date(receivedAt).toISOString(),
    clockOffsetMs: 120,
    uncertaintyMs: 250,
    occurredAt: receivedAt - 300,
    topic,
    operation: 'Changed',
    kind: 'motion',
    phase: index % 2 === 0 ? 'begin' : 'end',
    source: [
      { name: 'VideoSourceConfigurationToken', value: '1' },
      { name: 'Rule', value: 'MyMotionDetectorRule' },
    ],
    data: [{ name: 'IsMotion', value: String(index % 2 === 0) }],
    raw: raw.toString('base64'),
    rawSha256: createHash('sha256').update(raw).digest('hex'),
    snapshot: null,
  };
}
