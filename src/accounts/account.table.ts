import { EntitySchema } from 'typeorm';
import { Account } from './account.ts';

export const accountTable = new EntitySchema<Account>({
  name: 'Account',
  target: Account,
  tableName: 'people',
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    loginName: { name: 'login_name', type: 'text' },
    displayName: { name: 'display_name', type: 'text' },
    phone: { type: 'text' },
    passwordHash: { name: 'password_hash', type: 'text' },
    roles: { type: 'text', array: true },
    villageIds: { name: 'village_ids', type: 'uuid', array: true },
    mustChangePassword: { name: 'must_change_password', type: 'boolean' },
    disabledAt: { name: 'disabled_at', type: 'timestamptz', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
