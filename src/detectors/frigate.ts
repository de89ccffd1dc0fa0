import { z } from 'zod';
import type { Detection } from './detection.ts';

const seconds = z.number().min(0).max(100_000_000_000);
const share = z.number().min(0).max(1);

/**
 * What Frigate publishes on `{topic_prefix}/events` at each change of a tracked object (docs.frigate.video, Integrations
 * → MQTT, as of 0.16 and 0.17). `before` is how the object was told last and adds nothing; whatever else is there is
 * kept in the raw bytes.
 */
export const frigateEvent = z.looseObject({
  type: z.enum(['new', 'update', 'end']),
  after: z.looseObject({
    id: z.string().min(1).max(60),
    camera: z.string().min(1).max(100),
    label: z.string().min(1).max(100),
    /** A name, or a name and its score. */
    sub_label: z.union([z.string(), z.tuple([z.string()]).rest(z.unknown())]).nullish(),
    /** Of this frame, and the best so far: a median over frames, by which Frigate itself decides. */
    score: share.nullish(),
    top_score: share.nullish(),
    false_positive: z.boolean().nullish(),
    start_time: seconds,
    end_time: seconds.nullish(),
    frame_time: seconds.nullish(),
    box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullish(),
    current_zones: z.array(z.string().min(1).max(100)).nullish(),
    entered_zones: z.array(z.string().min(1).max(100)).nullish(),
  }),
});
export type FrigateEvent = z.infer<typeof frigateEvent>;

/**
 * Frigate's word as ours; null where it says itself that it was wrong.
 * @param hash of the message's bytes: Frigate numbers its objects and not its messages, and two words of one object that
 *   are the same to the byte are one that came twice
 */
export function detectionOf({ type, after }: FrigateEvent, hash: string): Detection | null {
  if (after.false_positive === true) return null;
  const state = ({ new: 'begin', update: 'update', end: 'end' } as const)[type];
  const at = { begin: after.start_time, update: after.frame_time, end: after.end_time }[state];
  const detail = typeof after.sub_label === 'string' ? after.sub_label : after.sub_label?.[0];
  const zones = [...new Set([...(after.entered_zones ?? []), ...(after.current_zones ?? [])])].slice(0, 20);
  return {
    ...{ v: 1, id: `${after.id}:${type}:${hash.slice(0, 16)}`, camera: after.camera, state },
    ...{ object: after.id, label: after.label, score: after.top_score ?? after.score ?? 0 },
    occurredAt: new Date((at ?? after.frame_time ?? after.start_time) * 1_000).toISOString(),
    ...(zones.length === 0 ? {} : { zones }),
    ...(after.box == null ? {} : { box: after.box }),
    ...(detail === undefined ? {} : { detail: detail.slice(0, 200) }),
  };
}
