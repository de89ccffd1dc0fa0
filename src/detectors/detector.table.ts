import { EntitySchema } from 'typeorm';
import { Detector } from './detector.ts';

export const detectorTable = new EntitySchema<Detector>({
  name: 'Detector',
  tableName: 'detectors',
  target: Detector,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    name: { type: 'text' },
    form: { type: 'text' },
    modelName: { name: 'model_name', type: 'text' },
    modelVersion: { name: 'model_version', type: 'text' },
    watched: { type: 'jsonb' },
    silentAfterMinutes: { name: 'silent_after_minutes', type: 'int' },
    keyHash: { name: 'key_hash', type: 'text' },
    heardAt: { name: 'heard_at', type: 'timestamptz', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    revokedAt: { name: 'revoked_at', type: 'timestamptz', nullable: true },
  },
});
