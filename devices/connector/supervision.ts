import type { HeldState } from '../protocol/camera-messages.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import type { ClockOffset } from './clock-offset.ts';
import type { CameraMemory } from './memory.store.ts';
import type { Notice } from './notice.ts';
import type { Passport } from './onvif.door.ts';

/** How a camera is held right now; told at every change. */
export interface CameraStatus {
  readonly state: HeldState;
  /** Milliseconds since 1970. */
  readonly sinceAt: number;
  readonly heardAt: number | null;
  readonly clockOffsetMs: number | null;
  /** English, for technicians; empty when there is nothing to say. */
  readonly detail: string;
  readonly passport: Passport | null;
  /** SHA-256 of the certificate that it shows, where that is not the confirmed one. */
  readonly certificate: string | null;
}

/** Notices of one answer, with what is needed to tell when they happened. */
export interface Delivery {
  readonly notices: readonly Notice[];
  readonly receivedAt: number;
  readonly clock: ClockOffset | undefined;
}

export interface SupervisorTiming {
  /** How long one pull waits at the camera. A silent camera is noticed after this and `pullGraceSeconds`. */
  readonly pullSeconds: number;
  readonly pullGraceSeconds: number;
  /** How long a pull is waited for that is not answered then, while the camera answers other questions. */
  readonly holdSeconds: number;
  /** Asked for at the camera; a leaked pull point is gone after it. */
  readonly lifeSeconds: number;
  /** No message at all for so long, and the subscription is made anew: it may have died behind polite empty answers. */
  readonly quietSeconds: number;
  readonly clockEverySeconds: number;
}

export const USUAL_TIMING: SupervisorTiming = {
  pullSeconds: 10,
  pullGraceSeconds: 5,
  // The servers of other makers that hold their answers do so for a minute.
  holdSeconds: 65,
  lifeSeconds: 60,
  quietSeconds: 15 * 60,
  clockEverySeconds: 3_600,
};

export interface SupervisorOptions {
  readonly open: () => CameraSession;
  /** A person has confirmed a certificate of this camera. */
  readonly isPinned: boolean;
  readonly memory: CameraMemory;
  readonly now: () => number;
  readonly random: () => number;
  readonly timing: SupervisorTiming;
  readonly inspect: (session: CameraSession, deadlineMs: number) => Promise<Passport>;
  /** Makes sure that it is this camera that answers. @throws CameraFault `other-device` */
  readonly recognise: (session: CameraSession) => Promise<void>;
  /** It does not answer at its address; whoever finds it elsewhere opens the next session there. */
  readonly lost: () => void;
  /** Resolves when the notices are safe; the next pull waits for it, and so a flood is slowed at its source. */
  readonly deliver: (delivery: Delivery) => Promise<void>;
  readonly report: (status: CameraStatus) => void;
}

/** What a failure shows of the camera. @param isPinned a person has confirmed a certificate of it */
export function stateAfter(error: unknown, isPinned: boolean): HeldState {
  if (!(error instanceof CameraFault)) return 'fault';
  switch (error.kind) {
    case 'password-refused':
    case 'other-device':
      return error.kind;
    case 'certificate':
      return isPinned ? 'certificate-changed' : 'certificate-unknown';
    case 'unreachable':
    case 'timeout':
      return 'unreachable';
    default:
      return 'fault';
  }
}
