import { EntitySchema } from 'typeorm';
import { Delegation } from './delegation.ts';

export const delegationTable = new EntitySchema<Delegation>({
  name: 'Delegation',
  target: Delegation,
  tableName: 'delegations',
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    fromPersonId: { name: 'from_person_id', type: 'uuid' },
    toPersonId: { name: 'to_person_id', type: 'uuid' },
    fromDate: { name: 'from_date', type: 'date' },
    untilDate: { name: 'until_date', type: 'date' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    endedAt: { name: 'ended_at', type: 'timestamptz', nullable: true },
  },
});
