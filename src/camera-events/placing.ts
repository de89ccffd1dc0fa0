import type { Notice } from '../../devices/protocol/camera-messages.ts';
import { sourceNamed } from '../../devices/protocol/video-sources.ts';
import type { VideoSource } from '../../devices/protocol/video-sources.ts';
import { cameraOf } from '../cameras/channels.ts';
import type { Shown } from '../cameras/channels.ts';

/** A connector's device, and what is seen by it; `untilAt` (ms) where it holds it no more. */
export interface DeviceOf {
  readonly untilAt: number | null;
  readonly sources: readonly VideoSource[];
  readonly cameras: readonly (Shown & { readonly id: string; readonly pointId: string })[];
}

/** A notice and what it came to. */
export type StoredNotice = Notice & {
  readonly eventId: string | null;
  /** Token of the source that it names. */
  readonly channel?: string | null;
  /** The device, where nothing that is registered of it shows what the notice is about. */
  readonly strayOf?: string;
};

/** A notice whose `camera` is a camera of ours, no longer the connector's device. */
type PlacedNotice = Notice & Pick<StoredNotice, 'channel'>;

/**
 * A connector names its device; whose the notice is says the source that it names. A stray one is nobody's, and is kept.
 * What names a device that is not there stays as it is: nobody believes it.
 */
export function placed(
  devices: ReadonlyMap<string, DeviceOf>,
  notices: readonly Notice[],
): { owned: PlacedNotice[]; strays: StoredNotice[] } {
  const owned: PlacedNotice[] = [];
  const strays: StoredNotice[] = [];
  for (const notice of notices) {
    const device = devices.get(notice.camera);
    const channel = sourceNamed(notice.source, device?.sources ?? []);
    const camera = cameraOf(device?.cameras ?? [], channel, device?.sources ?? []);
    if (device === undefined) owned.push(notice);
    else if (camera !== undefined) owned.push({ ...notice, channel, camera: camera.id });
    else strays.push({ ...notice, channel, eventId: null, strayOf: notice.camera });
  }
  return { owned, strays };
}

/** The cameras of these devices, each until when it could tell of its point. */
export function pointsOf(
  devices: ReadonlyMap<string, DeviceOf>,
): Map<string, { readonly pointId: string; readonly untilAt: number | null }> {
  return new Map(
    [...devices.values()].flatMap(({ cameras, untilAt }) =>
      cameras.map(({ id, pointId }) => [id, { pointId, untilAt }] as const),
    ),
  );
}
