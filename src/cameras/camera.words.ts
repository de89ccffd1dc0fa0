import type { Link } from '../boxes/presence.ts';
import type { CameraAtPoint, CameraStateRow } from './camera.store.ts';
import type { CameraDetailView, CameraView } from './camera.view.ts';
import { twinOf } from '../../devices/protocol/camera-identity.ts';
import type { Identity } from '../../devices/protocol/camera-identity.ts';

const nobody: Identity = { serial: null, macs: [], endpoint: null };

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
    direction: point.direction,
    conformity: point.conformity,
    recorder: point.recorder,
    recorderChannel: point.recorderChannel,
    recorderDays: point.recorderDays,
    connectorId: camera.connectorId,
    movingTo: camera.movingTo,
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
    defaultPassword: camera.defaultPassword,
    certificate: camera.certificate,
    shownCertificate: camera.shownCertificate,
  };
}

export function cameraDetailView(
  view: CameraView,
  { camera }: CameraAtPoint,
  all: readonly CameraAtPoint[],
  states: readonly CameraStateRow[],
): CameraDetailView {
  const own = camera.identity ?? nobody;
  return {
    ...view,
    retired: camera.retiredAt !== null,
    passport: camera.passport,
    passportAt: camera.passportAt?.toISOString() ?? null,
    twins: all.flatMap((other) => {
      const how = other.camera.id === camera.id ? null : twinOf(own, other.camera.identity ?? nobody);
      return how === null ? [] : [{ id: other.camera.id, name: other.point.name, how }];
    }),
    states: states.map(({ state, sinceAt, detail }) => ({ state, since: sinceAt.toISOString(), detail })),
  };
}
