import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { openEnvelope, Refusal } from '../../devices/protocol/envelope.ts';
import type { MessageType } from '../../devices/protocol/envelope.ts';
import { refuseOtherPicture, splitFrame } from '../../devices/protocol/frame.ts';
import { hello } from '../../devices/protocol/box-messages.ts';
import {
  cameraChecked,
  cameraFindings,
  cameraFrame,
  cameraMoved,
  cameraPassport,
  cameraStatus,
  notices,
} from '../../devices/protocol/camera-messages.ts';
import { cameraClip, replayPieceBytes } from '../../devices/protocol/replay-messages.ts';
import type { Membership } from '../../devices/protocol/enrolment-messages.ts';
import { receipts, status } from '../../devices/protocol/pole-messages.ts';
import { cameraTurned } from '../../devices/protocol/turn-messages.ts';
import type { CameraTurn, CameraTurned } from '../../devices/protocol/turn-messages.ts';
import type { Committed, Hello, Welcome } from '../../devices/protocol/box-messages.ts';
import type {
  CameraCheck,
  CameraChecked,
  CameraFindings,
  CameraFrame,
  CameraMoved,
  CameraPassport,
  CameraSearch,
  CameraStatus,
  CameraView,
  CameraList,
  Notices,
} from '../../devices/protocol/camera-messages.ts';
import type { CameraClip, CameraReplay } from '../../devices/protocol/replay-messages.ts';
import type { Order, Programme, Receipts, Status } from '../../devices/protocol/pole-messages.ts';
import type { TopicParts } from '../../devices/protocol/topics.ts';
import type { Box, BoxKind } from './box.ts';

/** What boxes say, by the topic's last word. */
export interface UpMail {
  hello: Hello;
  receipts: Receipts;
  status: Status;
  notices: Notices;
  'camera-status': CameraStatus;
  'camera-passport': CameraPassport;
  'camera-moved': CameraMoved;
  'camera-findings': CameraFindings;
  /** A watched camera's answer, and the picture's bytes; none where there is no picture or it is the last one again. */
  'camera-frame': { readonly frame: CameraFrame; readonly picture: Uint8Array };
  'camera-turned': CameraTurned;
  'camera-checked': CameraChecked;
  /** A piece of a recording, or the word at its end, which has none. */
  'camera-clip': { readonly word: CameraClip; readonly piece: Uint8Array };
  /** A picture's bytes, as received; their hash was in a signed notice and is in the topic. */
  snapshot: { readonly sha256: string; readonly bytes: Uint8Array };
}
export type UpKind = keyof UpMail;

/** What the service says to boxes, signed. */
export interface DownMail {
  programme: Programme;
  order: Order;
  welcome: Welcome;
  committed: Committed;
  membership: Membership;
  'camera-list': CameraList;
  'camera-search': CameraSearch;
  'camera-view': CameraView;
  'camera-turn': CameraTurn;
  'camera-check': CameraCheck;
  'camera-replay': CameraReplay;
}
export type DownKind = keyof DownMail;

/** Who said it, proved. */
export interface From {
  readonly communeId: string;
  readonly assetId: string;
  readonly boxId: string;
  readonly kind: BoxKind;
}

type SignedKind = Exclude<UpKind, 'snapshot' | 'camera-frame' | 'camera-clip'>;

const shapes: { readonly [K in SignedKind]: z.ZodType<UpMail[K]> } = {
  hello,
  receipts,
  status,
  notices,
  'camera-status': cameraStatus,
  'camera-passport': cameraPassport,
  'camera-moved': cameraMoved,
  'camera-findings': cameraFindings,
  'camera-turned': cameraTurned,
  'camera-checked': cameraChecked,
};

/** Which kind of box may say what: the broker's rights say the same, and are not trusted here. */
const speakers: Record<UpKind, readonly BoxKind[]> = {
  hello: ['loudspeaker', 'connector'],
  status: ['loudspeaker', 'connector'],
  receipts: ['loudspeaker'],
  notices: ['connector'],
  'camera-status': ['connector'],
  'camera-passport': ['connector'],
  'camera-moved': ['connector'],
  'camera-findings': ['connector'],
  'camera-frame': ['connector'],
  'camera-turned': ['connector'],
  'camera-checked': ['connector'],
  'camera-clip': ['connector'],
  snapshot: ['connector'],
};

export function isUpKind(message: string): message is UpKind {
  return Object.hasOwn(speakers, message);
}

/**
 * Proves a box's message and reads it: signature first, then shape, then that it speaks for itself.
 * @throws Refusal with the first thing that is wrong
 */
export function openFromBox<K extends UpKind>(
  kind: K,
  topic: TopicParts,
  bytes: Uint8Array,
  box: Box,
  snapshotMaximumBytes: number,
): UpMail[K] {
  if (box.communeId !== topic.commune) throw new Refusal('wrong-commune');
  if (!speakers[kind].includes(box.kind)) throw new Refusal('wrong-type', `${kind} of a ${box.kind}`);
  // The shape of each kind is chosen by the kind itself; the compiler cannot follow that through a generic.
  return open(kind, topic, bytes, box, snapshotMaximumBytes) as UpMail[K];
}

function open(
  kind: UpKind,
  topic: TopicParts,
  bytes: Uint8Array,
  box: Box,
  pictureMaximumBytes: number,
): UpMail[UpKind] {
  switch (kind) {
    case 'snapshot':
      return openSnapshot(topic, bytes, pictureMaximumBytes);
    case 'camera-frame': {
      const { envelope, picture } = splitFrame(bytes);
      refuseTooLarge(picture, pictureMaximumBytes);
      const frame = openSigned(kind, cameraFrame, topic, envelope, box);
      refuseOtherPicture(picture, frame.picture);
      return { frame, picture };
    }
    case 'camera-clip': {
      const { envelope, picture: piece } = splitFrame(bytes);
      refuseTooLarge(piece, replayPieceBytes);
      const word = openSigned(kind, cameraClip, topic, envelope, box);
      refuseOtherPicture(piece, word.piece);
      return { word, piece };
    }
    default: {
      const shape: z.ZodType<UpMail[SignedKind]> = shapes[kind];
      return openSigned(kind, shape, topic, bytes, box);
    }
  }
}

function openSigned<T extends UpMail[SignedKind] | CameraFrame | CameraClip>(
  type: UpKind & MessageType,
  shape: z.ZodType<T>,
  topic: TopicParts,
  bytes: Uint8Array,
  box: Box,
): T {
  const said = openEnvelope(type, bytes).prove(box.publicKey);
  const parsed = shape.safeParse(said);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Refusal('bad-shape', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 300));
  }
  const message = parsed.data;
  if (message.commune !== topic.commune) throw new Refusal('wrong-commune');
  if (message.asset !== topic.asset) throw new Refusal('wrong-target', 'asset');
  if (message.box !== box.id) throw new Refusal('wrong-target', 'box');
  if ('kind' in message && message.kind !== box.kind) throw new Refusal('wrong-target', 'kind');
  return message;
}

function openSnapshot(topic: TopicParts, bytes: Uint8Array, maximumBytes: number): UpMail['snapshot'] {
  if (topic.sha256 === null) throw new Refusal('unreadable', 'a snapshot without its hash');
  refuseTooLarge(bytes, maximumBytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== topic.sha256) throw new Refusal('bad-signature', 'the bytes are not those of the topic');
  return { sha256, bytes };
}

function refuseTooLarge(picture: Uint8Array, maximumBytes: number): void {
  if (picture.length > maximumBytes) throw new Refusal('too-large', `${picture.length} bytes`);
}
