import { EntitySchema } from 'typeorm';
import { Commune } from './commune.ts';

export const communeTable = new EntitySchema<Commune>({
  name: 'Commune',
  target: Commune,
  tableName: 'communes',
  columns: {
    id: { type: 'uuid', primary: true },
    name: { type: 'text' },
    province: { type: 'text' },
    settings: { type: 'jsonb' },
    rootPublicKey: { name: 'root_public_key', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
