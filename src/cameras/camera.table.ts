import { EntitySchema } from 'typeorm';
import { Camera } from './camera.ts';
import { CameraDevice } from './camera-device.ts';
import { CameraPoint } from './camera-point.ts';

export const cameraPointTable = new EntitySchema<CameraPoint>({
  name: 'CameraPoint',
  tableName: 'camera_points',
  target: CameraPoint,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    number: { type: 'int' },
    name: { type: 'text' },
    villageId: { name: 'village_id', type: 'uuid' },
    place: { type: 'text' },
    latitude: { type: 'double precision', nullable: true },
    longitude: { type: 'double precision', nullable: true },
    purpose: { type: 'text' },
    legalBasis: { name: 'legal_basis', type: 'text' },
    noticePosted: { name: 'notice_posted', type: 'boolean' },
    owner: { type: 'text' },
    retentionDays: { name: 'retention_days', type: 'int' },
    direction: { type: 'text' },
    conformity: { type: 'text' },
    recorder: { type: 'text' },
    recorderChannel: { name: 'recorder_channel', type: 'text' },
    recorderDays: { name: 'recorder_days', type: 'int', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    retiredAt: { name: 'retired_at', type: 'timestamptz', nullable: true },
  },
});

export const cameraDeviceTable = new EntitySchema<CameraDevice>({
  name: 'CameraDevice',
  tableName: 'camera_devices',
  target: CameraDevice,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    name: { type: 'text' },
    connectorId: { name: 'connector_id', type: 'uuid' },
    address: { type: 'text' },
    username: { type: 'text' },
    sealedPassword: { name: 'sealed_password', type: 'text' },
    defaultPassword: { name: 'default_password', type: 'boolean', nullable: true },
    revision: { type: 'int' },
    state: { type: 'text' },
    stateSince: { name: 'state_since', type: 'timestamptz' },
    heardAt: { name: 'heard_at', type: 'timestamptz', nullable: true },
    detail: { type: 'text' },
    clockOffsetMs: { name: 'clock_offset_ms', type: 'double precision', nullable: true },
    manufacturer: { type: 'text', nullable: true },
    model: { type: 'text', nullable: true },
    firmware: { type: 'text', nullable: true },
    serial: { type: 'text', nullable: true },
    passport: { type: 'jsonb', nullable: true },
    passportAt: { name: 'passport_at', type: 'timestamptz', nullable: true },
    certificate: { type: 'text', nullable: true },
    movingTo: { name: 'moving_to', type: 'uuid', nullable: true },
    shownCertificate: { name: 'shown_certificate', type: 'text', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    retiredAt: { name: 'retired_at', type: 'timestamptz', nullable: true },
  },
});

export const cameraTable = new EntitySchema<Camera>({
  name: 'Camera',
  tableName: 'cameras',
  target: Camera,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    deviceId: { name: 'device_id', type: 'uuid' },
    pointId: { name: 'point_id', type: 'uuid' },
    channel: { type: 'text', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    retiredAt: { name: 'retired_at', type: 'timestamptz', nullable: true },
  },
});
