import type { Link } from '../boxes/presence.ts';
import type { CameraDevice } from './camera-device.ts';
import type { CameraAtPoint, CameraStateRow } from './camera.store.ts';
import type { CameraDetailView, CameraView } from './camera.view.ts';
import { twinOf } from '../../devices/protocol/camera-identity.ts';
import type { Identity } from '../../devices/protocol/camera-identity.ts';

const nobody: Identity = { serial: null, macs: [], endpoint: null };

type HeldView = Pick<
  CameraView,
  | ('connectorId' | 'movingTo' | 'address' | 'username' | 'state' | 'stateSince' | 'heardAt' | 'detail')
  | ('clockOffsetMs' | 'manufacturer' | 'model' | 'firmware' | 'serial')
  | ('defaultPassword' | 'certificate' | 'shownCertificate')
>;

/**
 * A device as a screen sees it. While its connector is not heard nobody knows how the device is, so it is `waiting`,
 * whatever was said last.
 */
export function heldView(device: CameraDevice, connectorLink: Link): HeldView {
  const isHeard = connectorLink === 'online';
  const { connectorId, movingTo, address, username, clockOffsetMs, manufacturer, model } = device;
  const { firmware, serial, defaultPassword, certificate, shownCertificate } = device;
  return {
    ...{ connectorId, movingTo, address, username, clockOffsetMs, manufacturer, model },
    ...{ firmware, serial, defaultPassword, certificate, shownCertificate },
    state: isHeard ? device.state : 'waiting',
    stateSince: device.stateSince.toISOString(),
    heardAt: device.heardAt?.toISOString() ?? null,
    detail: isHeard ? device.detail : 'connector-not-heard',
  };
}

/** A camera as a screen sees it. */
export function cameraView(
  { camera, device, point }: CameraAtPoint,
  villageName: string,
  connectorLink: Link,
): CameraView {
  return {
    ...heldView(device, connectorLink),
    id: camera.id,
    pointId: point.id,
    deviceId: device.id,
    channel: camera.channel,
    recorderName: device.name,
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
  };
}

export function cameraDetailView(
  view: CameraView,
  { camera, device }: CameraAtPoint,
  all: readonly CameraAtPoint[],
  states: readonly CameraStateRow[],
): CameraDetailView {
  const own = device.identity ?? nobody;
  return {
    ...view,
    retired: camera.retiredAt !== null,
    passport: device.passport,
    passportAt: device.passportAt?.toISOString() ?? null,
    twins: all.flatMap((other) => {
      const how = other.device.id === device.id ? null : twinOf(own, other.device.identity ?? nobody);
      return how === null ? [] : [{ id: other.camera.id, name: other.point.name, how }];
    }),
    states: states.map(({ state, sinceAt, detail }) => ({ state, since: sinceAt.toISOString(), detail })),
  };
}
