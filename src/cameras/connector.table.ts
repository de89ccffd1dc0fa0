import { EntitySchema } from 'typeorm';
import { Connector } from './connector.ts';

export const connectorTable = new EntitySchema<Connector>({
  name: 'Connector',
  tableName: 'connectors',
  target: Connector,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    name: { type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    retiredAt: { name: 'retired_at', type: 'timestamptz', nullable: true },
  },
});
