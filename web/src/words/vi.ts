import { announcements } from './vi/announcements.vi.ts';
import { broadcasts } from './vi/broadcasts.vi.ts';
import { cameraEvents } from './vi/camera-events.vi.ts';
import { cameras } from './vi/cameras.vi.ts';
import { detectors } from './vi/detectors.vi.ts';
import { cameraHealth } from './vi/camera-health.vi.ts';
import { general } from './vi/general.vi.ts';
import { loudspeakers } from './vi/loudspeakers.vi.ts';
import { people } from './vi/people.vi.ts';
import { recorders } from './vi/recorders.vi.ts';
import { replays } from './vi/replays.vi.ts';
import { viewings } from './vi/viewings.vi.ts';
import { voices } from './vi/voices.vi.ts';

/**
 * Every word of the console, in Vietnamese; `failures.vi.ts` has the sentences for the service's codes.
 * *Đã phát* (a pole reports that it sounded) and *đã nghe* (a person listened) are never the same word.
 */
export const vi = {
  ...announcements,
  ...broadcasts,
  ...cameraEvents,
  ...cameras,
  ...detectors,
  ...cameraHealth,
  ...general,
  ...loudspeakers,
  ...people,
  ...recorders,
  ...replays,
  ...viewings,
  ...voices,
};
