import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { requestFailure } from '../platform/http/request-faults.ts';
import { detection, readJson } from './detection.ts';
import type { Detection } from './detection.ts';
import { detectionOf, frigateEvent } from './frigate.ts';

/** How a detector speaks: in our envelope, or as Frigate does. */
export const detectorForms = ['envelope', 'frigate'] as const;
export type DetectorForm = (typeof detectorForms)[number];

/**
 * Reads a detector's bytes: now, and again when what was kept is read anew.
 * @returns null for what says itself that it is nothing (Frigate's false positives)
 * @throws Failure `detectors.not-json`, `detectors.too-large`, `request.invalid` naming every field
 */
export function readDetection(raw: Uint8Array, form: DetectorForm): Detection | null {
  const said = readJson(raw);
  if (form === 'envelope') return parsed(detection, said);
  return detectionOf(parsed(frigateEvent, said), createHash('sha256').update(raw).digest('hex'));
}

/** Of kept bytes, whose sender may speak in another form by now. Null where nothing can be read in them. */
export function readKeptDetection(raw: Uint8Array): Detection | null {
  for (const form of detectorForms) {
    try {
      return readDetection(raw, form);
    } catch {
      // The other form, then.
    }
  }
  return null;
}

function parsed<T>(shape: z.ZodType<T>, said: unknown): T {
  const read = shape.safeParse(said);
  if (read.success) return read.data;
  throw requestFailure(read.error.issues);
}
