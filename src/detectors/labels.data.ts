import type { Kind } from '../../devices/protocol/topic-map.data.ts';

/** The kinds that a detector may claim: what is seen or heard, never how a device is. */
export const detectorKinds = [
  'motion',
  'line-crossing',
  'intrusion',
  'loitering',
  'person',
  'vehicle',
  'animal',
  'face',
  'object',
  'fire',
  'tamper',
  'scene-change',
  'image-quality',
  'video-loss',
  'audio',
] as const satisfies readonly Kind[];
export type DetectorKind = (typeof detectorKinds)[number];

const vehicle = 'car truck bus bicycle bike motorcycle motorbike train boat airplane vehicle van tractor';
const animal = 'animal dog cat bird horse sheep cow elephant bear zebra giraffe pig buffalo chicken';
const audio = 'speech scream yell bark fire_alarm crying gunshot glass explosion siren audio';

/**
 * What models call things → our kinds: the classes of COCO, which most are trained on, and the sounds that Frigate
 * names (docs.frigate.video, "Available Objects", "Audio Detectors"). A label that is not here is kept and listed, and a
 * person may say what it means.
 */
export const kindByLabel: ReadonlyMap<string, DetectorKind> = new Map<string, DetectorKind>([
  ...detectorKinds.map((kind) => [kind, kind] as const),
  ...['human', 'people', 'pedestrian'].map((label) => [label, 'person'] as const),
  ...vehicle.split(' ').map((label) => [label, 'vehicle'] as const),
  ...animal.split(' ').map((label) => [label, 'animal'] as const),
  ...audio.split(' ').map((label) => [label, 'audio'] as const),
  ...['smoke', 'flame'].map((label) => [label, 'fire'] as const),
  ...['license_plate', 'package', 'backpack', 'handbag', 'suitcase'].map(
    (label) => [label, 'object'] as const,
  ),
]);
