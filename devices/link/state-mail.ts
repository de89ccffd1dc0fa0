import type {
  CameraChecked,
  CameraFindings,
  CameraMoved,
  CameraPassport,
  CameraStatus,
} from '../protocol/camera-messages.ts';
import type { Status } from '../protocol/pole-messages.ts';
import { topics } from '../protocol/topics.ts';
import type { CameraTurned } from '../protocol/turn-messages.ts';

/** What is told as it is now; a later one takes its place. */
export interface StateMail {
  status: Status;
  'camera-status': CameraStatus;
  'camera-passport': CameraPassport;
  'camera-moved': CameraMoved;
  'camera-findings': CameraFindings;
  'camera-turned': CameraTurned;
  'camera-checked': CameraChecked;
}
/** Where each goes, and how surely. */
export const stateTopics: Record<
  keyof StateMail,
  [topic: (commune: string, asset: string) => string, qos: 0 | 1]
> = {
  status: [topics.status, 0],
  'camera-status': [topics.cameraStatus, 0],
  'camera-passport': [topics.cameraPassport, 1],
  'camera-moved': [topics.cameraMoved, 1],
  'camera-findings': [topics.cameraFindings, 1],
  'camera-turned': [topics.cameraTurned, 0],
  'camera-checked': [topics.cameraChecked, 1],
};
