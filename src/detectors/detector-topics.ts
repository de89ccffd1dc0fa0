import type { ClientRights } from '../platform/broker/rights.ts';
import type { DetectorForm } from './reading.ts';

/**
 * Where a detector speaks at our broker: below its own id and nowhere else. Frigate hears everything under its own
 * prefix (it takes commands there), so it may hear that, and nothing of others.
 */
export const detectorTopics = {
  detections: (commune: string, detector: string) => `ll/1/${commune}/${detector}/detections`,
  picture: (commune: string, detector: string, sha256: string) =>
    `ll/1/${commune}/${detector}/picture/${sha256}`,
  /** That it works, whatever it sees. */
  alive: (commune: string, detector: string) => `ll/1/${commune}/${detector}/alive`,
  /** Ours: what became of each message. */
  answers: (commune: string, detector: string) => `ll/1/${commune}/${detector}/answers`,
  /** `topic_prefix` in Frigate's settings. */
  frigatePrefix: (commune: string, detector: string) => `ll/1/${commune}/${detector}/frigate`,
} as const;

/** What the service hears of them; of Frigate's many topics only these three say something here. */
export const detectorFilters = [
  'll/1/+/+/detections',
  'll/1/+/+/picture/+',
  'll/1/+/+/alive',
  'll/1/+/+/frigate/events',
  'll/1/+/+/frigate/available',
  'll/1/+/+/frigate/stats',
] as const;

export type DetectorWord =
  | { readonly what: 'detections' | 'alive' | 'frigate/events' | 'frigate/available' | 'frigate/stats' }
  | { readonly what: 'picture'; readonly sha256: string };

/** Takes a topic apart; null where it is none of a detector's. */
export function readDetectorTopic(
  topic: string,
): { readonly communeId: string; readonly detectorId: string; readonly word: DetectorWord } | null {
  const match =
    /^ll\/1\/([0-9a-f-]{36})\/([0-9a-f-]{36})\/(?:(detections|alive|frigate\/(?:events|available|stats))|picture\/([0-9a-f]{64}))$/.exec(
      topic,
    );
  if (match === null) return null;
  const [, communeId = '', detectorId = '', what, sha256] = match;
  const word =
    sha256 === undefined
      ? ({ what: what as Exclude<DetectorWord['what'], 'picture'> } as const)
      : ({ what: 'picture', sha256 } as const);
  return { communeId, detectorId, word };
}

export function detectorRights(form: DetectorForm, commune: string, detector: string): ClientRights {
  const { detections, picture, alive, answers, frigatePrefix } = detectorTopics;
  if (form === 'frigate') {
    const own = `${frigatePrefix(commune, detector)}/#`;
    return { publish: [own], subscribe: [own] };
  }
  return {
    publish: [detections(commune, detector), picture(commune, detector, '+'), alive(commune, detector)],
    subscribe: [answers(commune, detector)],
  };
}
