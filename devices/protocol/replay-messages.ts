import { z } from 'zod';
import { boxReport, connectorHead, instant, sha256 } from './message-parts.ts';

/** The longest range of a recording that is fetched at once. */
export const longestReplayMs = 300_000;

/** Of one piece of it on its way. */
export const replayPieceBytes = 256 * 1024;

/** Fetch a range of what a camera's device keeps (ONVIF Profile G): a person has just asked for it. */
export const cameraReplay = z.strictObject({
  ...connectorHead,
  replay: z.uuid(),
  camera: z.uuid(),
  /** By true time; not longer than `longestReplayMs`. */
  fromAt: instant,
  untilAt: instant,
  /** No more than this is sent. */
  largestBytes: z.int().min(1).max(1_000_000_000),
  /** For all of it. */
  seconds: z.int().min(1).max(3_600),
  issuedAt: instant,
  /** Refused when it comes later. */
  expiresAt: instant,
  /** Nobody waits for it any more. */
  cancel: z.boolean(),
});
export type CameraReplay = z.infer<typeof cameraReplay>;

/** JPEGs one behind the other; H.264 and H.265 as NAL units behind start codes (Annex B). */
export const codecs = ['jpeg', 'h264', 'h265'] as const;
export type Codec = (typeof codecs)[number];
/** `bytes`, `time`: no more was allowed; `line`: the recorder stopped before the end. */
export const replayEnds = ['whole', 'bytes', 'time', 'line'] as const;
export type ReplayEnd = (typeof replayEnds)[number];
/**
 * Why nothing came. `no-replay`: it offers none; `no-recording`: no recording of it names this camera; `nothing`: it has
 * nothing of that time; `other-time`: what it sends is of another time; `codec`: video of a kind that is not read.
 */
export const replayFaults = [
  ...(['not-held', 'no-replay', 'no-recording', 'nothing', 'other-time', 'refused', 'silent'] as const),
  ...(['unreadable', 'codec', 'busy', 'line', 'cancelled'] as const),
] as const;
export type ReplayFault = (typeof replayFaults)[number];

/**
 * A part of what was fetched, behind the envelope as a frame's picture is; the last one has none and says what it came
 * to. Each piece is `committed` by its hash, as snapshots are, before the next one is sent.
 */
export const cameraClip = z.strictObject({
  ...boxReport,
  replay: z.uuid(),
  camera: z.uuid(),
  /** From 1 on. */
  number: z.int().min(1),
  /** Which time it reaches, by true time. */
  reachedAt: instant.nullable(),
  piece: z.strictObject({ sha256, bytes: z.int().positive() }).nullable(),
  done: z
    .strictObject({
      codec: z.enum(codecs),
      /** Of all pieces together. */
      sha256,
      bytes: z.int().positive(),
      frames: z.int().min(1),
      /** Pictures that were left out, since a part of them did not come. */
      lost: z.int().min(0),
      /** Of the first and the last picture, by the recorder's own clock. */
      firstAt: instant,
      lastAt: instant,
      /** `frames`: it said so with each; `range`: counted on from what was asked for. */
      timesBy: z.enum(['frames', 'range']),
      ended: z.enum(replayEnds),
      /** The recorder's clock minus true time, measured just before. */
      clockOffsetMs: z.number().nullable(),
      uncertaintyMs: z.number().min(0).nullable(),
    })
    .nullable(),
  fault: z.enum(replayFaults).nullable(),
});
export type CameraClip = z.infer<typeof cameraClip>;
