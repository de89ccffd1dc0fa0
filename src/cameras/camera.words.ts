import type { Link } from '../boxes/presence.ts';
import type { CameraAtPoint } from './camera.store.ts';
import type { CameraView } from './camera.view.ts';

/**
 * A camera as a screen sees it. While its connector is not heard nobody knows how the camera is, so it is `waiting`,
 * whatever was said last.
 */
export function cameraView(
  { camera, point }: CameraAtPoint,
  villageName: string,
  connectorLink: Link,
): CameraView {
  const isHeard = connectorLink === 'online';
  return {
    id: camera.id,
    pointId: point.id,
    number: point.number,
    name: point.name,
    villageId: point.villageId,
    villageName,
    place: point.place,
    latitude: point.latitude,
    longitude: point.longitude,
    purpose: point.purpose,
    legalBasis: point.legalBasis,
    noticePosted: point.noticePosted,
    owner: point.owner,
    retentionDays: point.retentionDays,
    connectorId: camera.connectorId,
    address: camera.address,
    username: camera.username,
    state: isHeard ? camera.state : 'waiting',
    stateSince: camera.stateSince.toISOString(),
    heardAt: camera.heardAt?.toISOString() ?? null,
    detail: isHeard ? camera.detail : 'connector-not-heard',
    clockOffsetMs: camera.clockOffsetMs,
    manufacturer: camera.manufacturer,
    model: camera.model,
    firmware: camera.firmware,
    serial: camera.serial,
  };
}
