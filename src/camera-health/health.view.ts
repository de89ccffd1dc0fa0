import { z } from 'zod';
import { checkResults, heldStates, reaches } from '../../devices/protocol/camera-messages.ts';
import { causes } from '../camera-events/outage-cause.ts';
import { viewFindings } from './comparison.ts';
import { keptFaults } from './kept.ts';
import { findingKinds, levels, whys } from './levels.ts';
import { lights } from './rounds.ts';

const instant = z.iso.datetime();

export const markView = z.object({
  level: z.enum(levels),
  state: z.enum(['ok', 'fault', 'unknown']),
  /** Of the evidence. */
  at: instant.nullable(),
  why: z.enum(whys),
});
export type MarkView = z.infer<typeof markView>;

export const cameraMarksView = z.object({
  cameraId: z.uuid(),
  marks: z.array(markView),
  finding: z.enum(findingKinds).nullable(),
  findingSince: instant.nullable(),
});
export type CameraMarksView = z.infer<typeof cameraMarksView>;

/** Grey levels, shares (0 to 1) and percents, as in comparison.ts. */
const seen = z.object({
  light: z.number(),
  referenceLight: z.number(),
  kept: z.number(),
  sharpness: z.number(),
  alike: z.number(),
  shiftX: z.number(),
  shiftY: z.number(),
  alikeShifted: z.number(),
});
const still = z.object({
  id: z.uuid(),
  takenAt: instant,
  light: z.enum(lights),
  pictureUrl: z.string().nullable(),
});

/** What the device says that it keeps of a camera (ONVIF Profile G). */
export const keptView = z.object({
  /** Of the check that learned it. */
  at: instant,
  result: z.enum(checkResults),
  /** A range of it can be asked for. */
  replay: z.boolean(),
  /** `device`: of all that the device keeps, as it does not tell which of it is this camera's. */
  of: z.enum(['camera', 'device']),
  from: instant.nullable(),
  until: instant.nullable(),
  days: z.int().nullable(),
  neededDays: z.int(),
  fault: z.enum(keptFaults).nullable(),
});
export type KeptView = z.infer<typeof keptView>;

export const cameraHealthView = cameraMarksView.extend({
  /** It is being asked right now. */
  checking: z.boolean(),
  check: z
    .object({
      at: instant,
      reach: z.enum(reaches),
      stream: z.enum(checkResults),
      streamDetail: z.string(),
      picture: z.enum(checkResults),
      pictureDetail: z.string(),
      noticeAt: instant.nullable(),
    })
    .nullable(),
  recording: keptView.nullable(),
  references: z.array(still.extend({ acceptedAt: instant, acceptedByName: z.string() })),
  /** The newest first. */
  stills: z.array(
    still.extend({
      finding: z.enum(viewFindings).nullable(),
      /** Too little can be seen in it for a reference. */
      isPoor: z.boolean(),
      readable: z.boolean(),
      seen: seen.nullable(),
    }),
  ),
  /** The newest first; the open one is the named owner's task. */
  findings: z.array(
    z.object({
      id: z.uuid(),
      kind: z.enum(findingKinds),
      owner: z.string(),
      beganAt: instant,
      endedAt: instant.nullable(),
      endedBy: z.enum(['picture', 'person', 'other']).nullable(),
      still: still.nullable(),
      reference: still.nullable(),
      seen: seen.nullable(),
    }),
  ),
  /** What the camera itself said of its view in the last week, the newest first. */
  said: z.array(
    z.object({
      eventId: z.uuid(),
      kind: z.string(),
      state: z.enum(['open', 'closed', 'instant']),
      occurredAt: instant,
      endedAt: instant.nullable(),
    }),
  ),
});
export type CameraHealthView = z.infer<typeof cameraHealthView>;

const share = z.object({
  /** Percent of what is known; null where nothing is. */
  usablePercent: z.number().nullable(),
  /** Percent of the whole period. */
  unknownPercent: z.number(),
});

/** What the commune's cameras were worth in a period. */
export const cameraSheetView = z.object({
  from: instant,
  /** Not beyond the present. */
  until: instant,
  communeName: z.string(),
  whole: share,
  /** `dead` and `unclear` are of the period's end: as many as `cameras` lists as dead or of a bad picture, and as unknown. */
  villages: z.array(
    share.extend({
      ...{ villageId: z.uuid(), name: z.string(), cameras: z.int() },
      ...{ dead: z.int(), unclear: z.int() },
    }),
  ),
  cameras: z.array(
    share.extend({
      id: z.uuid(),
      number: z.int(),
      name: z.string(),
      villageName: z.string(),
      owner: z.string(),
      /** At the end of the period. */
      now: z.enum(['usable', 'dead', 'bad-picture', 'unknown']),
      state: z.enum(['waiting', ...heldStates]),
      finding: z.enum(findingKinds).nullable(),
      /** When it was last known to be usable; of one that is usable: null. */
      lastUsableAt: instant.nullable(),
      /** Whole days since then. */
      days: z.int().nullable(),
      recording: keptView.nullable(),
    }),
  ),
  /** Outages, gaps and findings that lasted within the period, the longest first. */
  gaps: z.array(
    z.object({
      cameraId: z.uuid(),
      name: z.string(),
      villageName: z.string(),
      kind: z.string(),
      from: instant,
      until: instant.nullable(),
      cause: z.enum(causes).nullable(),
    }),
  ),
});
export type CameraSheetView = z.infer<typeof cameraSheetView>;
