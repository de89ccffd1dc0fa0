import { EntitySchema } from 'typeorm';
import { Loudspeaker } from './loudspeaker.ts';

export const loudspeakerTable = new EntitySchema<Loudspeaker>({
  name: 'loudspeaker',
  tableName: 'loudspeakers',
  target: Loudspeaker,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    number: { type: 'int' },
    name: { type: 'text' },
    villageId: { name: 'village_id', type: 'uuid' },
    place: { type: 'text' },
    latitude: { type: 'double precision', nullable: true },
    longitude: { type: 'double precision', nullable: true },
    kind: { type: 'text' },
    horns: { type: 'int' },
    volume: { type: 'jsonb' },
    offsetMs: { name: 'offset_ms', type: 'int' },
    volumeHours: { name: 'volume_hours', type: 'jsonb' },
    emergencyFloor: { name: 'emergency_floor', type: 'int' },
    settingsVersion: { name: 'settings_version', type: 'int' },
    settingsAt: { name: 'settings_at', type: 'timestamptz', nullable: true },
    sim: { type: 'jsonb', nullable: true },
    retiredAt: { name: 'retired_at', type: 'timestamptz', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
