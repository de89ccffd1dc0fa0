import { createHash } from 'node:crypto';
import type { FrameFault } from '../protocol/camera-messages.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraFaultKind } from './camera-fault.ts';
import type { CameraSupervisor } from './supervisor.ts';

/** What a camera gave when it was asked for a picture just now. */
export type LivePicture =
  | { readonly sha256: string; readonly bytes: Buffer; readonly fault?: undefined }
  | { readonly fault: FrameFault };

const faults: Partial<Record<CameraFaultKind, FrameFault>> = {
  'password-refused': 'refused',
  unreachable: 'silent',
  timeout: 'silent',
};

/**
 * @param supervisor of a camera that is held; undefined: it is not
 * @param source of a recorder; null: the device's own
 */
export async function livePictureOf(
  supervisor: CameraSupervisor | undefined,
  limits: { readonly deadlineMs: number; readonly largestBytes: number },
  source: string | null,
): Promise<LivePicture> {
  const session = supervisor?.live;
  if (supervisor === undefined || session === undefined) return { fault: 'not-held' };
  const address = await supervisor.pictureAddress(limits.deadlineMs, source);
  if (address === undefined)
    return { fault: supervisor.current.passport === null ? 'not-held' : 'no-pictures' };
  try {
    const { bytes } = await session.picture(address, limits);
    return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    if (!(error instanceof CameraFault)) throw error;
    return { fault: faults[error.kind] ?? 'unreadable' };
  }
}
