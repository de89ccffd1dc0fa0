import type { Notice } from '../../devices/protocol/camera-messages.ts';

/**
 * What a detector says of an event that it told. Kept with the event, so that a screen shows at once that no camera
 * said so, but a model, and how sure it was.
 */
export interface Detected {
  readonly detectorId: string;
  /** Of the surest word. */
  readonly model: string;
  readonly modelVersion: string;
  readonly label: string;
  readonly score: number;
  readonly zones: readonly string[];
  /** What of it has not ended: the sender's number → when it was spoken of last, ms. */
  readonly objects: Readonly<Record<string, number>>;
}

/** One word about it. */
export interface DetectedWord extends Omit<Detected, 'objects'> {
  /** Where the sender numbers nothing, what is in the same zones is the same. */
  readonly object: string;
}

const zonesKept = 20;
/** A sender that numbers ever anew and never ends must not fill an event's row. */
const objectsKept = 100;

/** From the items of a detector's notice. */
export function detectedWord(detectorId: string, data: Notice['data']): DetectedWord {
  const all = (wanted: string): string[] =>
    data.flatMap(({ name, value }) => (name === wanted ? [value] : []));
  const one = (wanted: string): string => all(wanted)[0] ?? '';
  const zones = all('Zone');
  return {
    ...{ detectorId, model: one('Model'), modelVersion: one('ModelVersion'), label: one('Label') },
    ...{ score: Number(one('Score')), zones, object: one('Object') || `zones ${zones.join(',')}` },
  };
}

/** @param longestMs an object of which nothing was said for so long is not there any more */
export function withDetectedWord(
  before: Detected | null,
  said: { readonly word: DetectedWord; readonly phase: Notice['phase']; readonly at: number },
  longestMs: number,
): Detected {
  const { object, ...word } = said.word;
  const objects = Object.entries(before?.objects ?? {})
    .filter(([name, at]) => name !== object && said.at - at <= longestMs)
    .concat(said.phase === 'begin' ? [[object, said.at]] : [])
    .slice(-objectsKept);
  const surest = before !== null && before.score >= word.score ? before : word;
  return {
    ...surest,
    zones: [...new Set([...(before?.zones ?? []), ...word.zones])].slice(0, zonesKept),
    objects: Object.fromEntries(objects),
  };
}

/** Somebody left, and another one is still there. */
export function somethingIsLeft(detected: Detected | null): boolean {
  return detected !== null && Object.keys(detected.objects).length > 0;
}
