import { EntitySchema } from 'typeorm';
import { Village } from './village.ts';

export const villageTable = new EntitySchema<Village>({
  name: 'village',
  tableName: 'villages',
  target: Village,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    word: { type: 'text' },
    name: { type: 'text' },
    position: { type: 'int' },
    languages: { type: 'text', array: true },
    retiredAt: { name: 'retired_at', type: 'timestamptz', nullable: true },
  },
});
