import { z } from 'zod';
import type { Notice } from '../../devices/protocol/camera-messages.ts';
import type { Kind } from '../../devices/protocol/topic-map.data.ts';
import { Failure } from '../base/failure.ts';
import { detectorKinds, kindByLabel } from './labels.data.ts';

/**
 * The envelope in which an outside detector tells what it saw: version 1. docs/reference/detectors.md is its page. One
 * message is one word about one thing at one camera; unknown fields are refused, so that a slip of the pen is told and
 * not lost.
 */
export const detection = z.strictObject({
  v: z.literal(1),
  /** The sender's own, unique among its messages: sent again, it is stored once. */
  id: z.string().min(1).max(100),
  /** Our number of the camera point, or the sender's own name of it as it stands in the registration. */
  camera: z.union([z.int().positive(), z.string().min(1).max(100)]),
  /** Something begins, goes on, ends; or it is one instant and nothing more will be said of it. */
  state: z.enum(['begin', 'update', 'end', 'instant']),
  /** The same from begin to end: the sender's number of what it follows. */
  object: z.string().min(1).max(100).optional(),
  /** What the model calls it. */
  label: z.string().min(1).max(100),
  /** What it is by our catalogue; left out, the label tells. */
  kind: z.enum(detectorKinds).optional(),
  /** By the sender's clock, with its zone. */
  occurredAt: z.iso.datetime({ offset: true }),
  /** Left out: the one of the registration. */
  model: z
    .strictObject({ name: z.string().min(1).max(100), version: z.string().max(100).optional() })
    .optional(),
  score: z.number().min(0).max(1),
  zones: z.array(z.string().min(1).max(100)).max(20).optional(),
  /** Left, top, right, bottom; in the picture's own points or in parts of it, as the sender counts. */
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  /** A finer word of the model: a breed, a plate, a company. */
  detail: z.string().max(200).optional(),
  /** A JPEG or PNG of it, which follows on its own. */
  picture: z
    .strictObject({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      takenAt: z.iso.datetime({ offset: true }).optional(),
    })
    .optional(),
});
export type Detection = z.infer<typeof detection>;

/** One message, in bytes; a picture is sent apart. */
export const detectionMaximumBytes = 65_536;

/** Later than this (ms) it is no delay any more: the sender's clock is wrong. */
const believedLateMs = 86_400_000;
/** Nobody measured the sender's clock. */
const leastUncertaintyMs = 1_000;
const wrongClockUncertaintyMs = 60_000;

/**
 * When it happened, from the sender's word and our receipt. How far the word lies back is delay, or a clock that is
 * slow: which of them nobody knows, so that all of it is uncertainty. A clock that is ahead, or a day off, is not
 * believed: then the receipt is the estimate, as with a camera.
 */
export function occurrence(
  occurredAt: string,
  receivedAt: number,
): { readonly occurredAt: number; readonly uncertaintyMs: number } {
  const lateMs = receivedAt - Date.parse(occurredAt);
  if (lateMs > believedLateMs || lateMs < -wrongClockUncertaintyMs)
    return { occurredAt: receivedAt, uncertaintyMs: wrongClockUncertaintyMs };
  const uncertaintyMs = Math.max(leastUncertaintyMs, Math.abs(lateMs));
  return { occurredAt: Math.min(receivedAt, receivedAt - lateMs), uncertaintyMs };
}

export interface Model {
  readonly name: string;
  readonly version: string;
}

type Item = Notice['data'][number];
/** What a detection says, in the words of a camera's notice. */
export type DetectionNotice = Pick<Notice, 'topic' | 'operation' | 'kind' | 'phase' | 'source' | 'data'>;

/**
 * A detection as a notice. What it is about (`source`) is the detector alone: it says itself which of its words belong
 * together (`Object`). A label that nobody knows is a state, as an unknown topic of a camera is: kept, listed, no alarm.
 * @param named kinds that people gave to labels (by topic) that the catalogue does not know
 */
export function asNotice(
  said: Detection,
  by: { readonly detectorId: string; readonly model: Model },
  named: ReadonlyMap<string, Kind>,
): DetectionNotice {
  const topic = topicOf(said.label);
  const kind = said.kind ?? kindByLabel.get(said.label.toLowerCase()) ?? named.get(topic) ?? 'unknown';
  const model = said.model ?? by.model;
  const optional = (name: string, value: string | undefined): Item[] =>
    value === undefined || value === '' ? [] : [{ name, value }];
  const data = [
    { name: 'State', value: said.state },
    { name: 'Label', value: said.label },
    { name: 'Score', value: String(said.score) },
    { name: 'Model', value: model.name },
    ...optional('ModelVersion', model.version),
    ...optional('Object', said.object),
    ...(said.zones ?? []).map((value) => ({ name: 'Zone', value })),
    ...optional('Box', said.box?.join(' ')),
    ...optional('Detail', said.detail),
  ];
  return {
    ...{ topic, operation: 'Changed', kind, phase: kind === 'unknown' ? 'state' : phases[said.state] },
    ...{ source: [{ name: 'Detector', value: by.detectorId }], data },
  };
}

const phases = { begin: 'begin', update: 'begin', end: 'end', instant: 'instant' } as const;

/** Where topics of cameras are told, a detector's label stands below this. */
export function topicOf(label: string): string {
  return `Detector/${label}`;
}

/**
 * Texts that no database keeps (with a NUL, with half a character) are none.
 * @throws Failure `detectors.not-json`; `detectors.too-large`
 */
export function readJson(raw: Uint8Array): unknown {
  if (raw.length > detectionMaximumBytes)
    throw new Failure(
      'too-large',
      'detectors.too-large',
      `A message has at most ${detectionMaximumBytes} bytes`,
    );
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
    return JSON.parse(text, (_name, value: unknown) => {
      if (typeof value === 'string' && /[\0\p{Surrogate}]/u.test(value)) throw new SyntaxError('no text');
      return value;
    });
  } catch {
    throw new Failure('invalid', 'detectors.not-json', 'The message is no JSON in UTF-8');
  }
}
