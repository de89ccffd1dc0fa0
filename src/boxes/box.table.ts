import { EntitySchema } from 'typeorm';
import { Box } from './box.ts';

export const boxTable = new EntitySchema<Box>({
  name: 'Box',
  tableName: 'boxes',
  target: Box,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    kind: { type: 'text' },
    assetId: { name: 'asset_id', type: 'uuid' },
    publicKey: { name: 'public_key', type: 'text' },
    sealingKey: { name: 'sealing_key', type: 'text', nullable: true },
    mqttSecretHash: { name: 'mqtt_secret_hash', type: 'text' },
    hardware: { type: 'text' },
    enrolledAt: { name: 'enrolled_at', type: 'timestamptz' },
    replacedAt: { name: 'replaced_at', type: 'timestamptz', nullable: true },
  },
});
