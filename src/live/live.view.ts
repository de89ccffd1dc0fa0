import type { AnnouncementView } from '../announcements/announcement.view.ts';
import type { AiringView, EmergencyView } from '../broadcasts/broadcast.view.ts';
import type { CameraEventView } from '../camera-events/camera-event.view.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import type { PoleNowView, RefusalView } from '../loudspeakers/loudspeaker.view.ts';

type Rendering = Omit<NonNullable<AnnouncementView['rendering']>, 'faultCode'>;

/**
 * What a screen is told as it happens (GET /api/live, server-sent events; `event:` is the type, `data:` the JSON).
 * A screen that was away reads its page again: nothing is replayed.
 */
export type LiveMessage =
  | { type: 'pole'; pole: PoleNowView }
  | { type: 'airing'; airing: AiringView }
  | { type: 'refusal'; refusal: RefusalView }
  | { type: 'emergency'; emergency: EmergencyView }
  | { type: 'announcement'; id: string; state: string; rendering: Rendering | null }
  | { type: 'camera'; camera: CameraView }
  | { type: 'camera-event'; event: CameraEventView }
  | { type: 'broker'; up: boolean }
  | { type: 'strangers' }
  | { type: 'alarms' }
  | { type: 'broadcasts' };
