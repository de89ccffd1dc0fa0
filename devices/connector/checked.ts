import type { CameraChecked } from '../protocol/camera-messages.ts';
import { CameraFault } from './camera-fault.ts';

/** What became of asking a camera for one thing. */
export type Checked = CameraChecked['stream'];

export function heldOff(detail: string): Checked {
  return { result: 'held-off', detail };
}

/** @throws what is no CameraFault */
export function resultOfFault(error: unknown): Checked {
  if (!(error instanceof CameraFault)) throw error;
  const detail = error.message.slice(0, 300);
  switch (error.kind) {
    case 'password-refused':
      return { result: 'refused', detail };
    case 'unreachable':
    case 'timeout':
      return { result: 'silent', detail };
    case 'forbidden-address':
    case 'certificate':
      return { result: 'held-off', detail };
    default:
      return { result: 'bad-answer', detail };
  }
}
