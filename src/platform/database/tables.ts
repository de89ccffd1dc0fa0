import type { EntitySchema } from 'typeorm';
import { accountTable } from '../../accounts/account.table.ts';
import { communeTable } from '../../accounts/commune.table.ts';
import { delegationTable } from '../../accounts/delegation.table.ts';
import { boxTable } from '../../boxes/box.table.ts';
import { cameraPointTable, cameraTable } from '../../cameras/camera.table.ts';
import { connectorTable } from '../../cameras/connector.table.ts';

/** Every room's tables, one line a room. The database learns them here and nowhere else. */
export const tables: EntitySchema[] = [boxTable, cameraPointTable, cameraTable, connectorTable];
