import type { EntitySchema } from 'typeorm';
import { accountTable } from './accounts/account.table.ts';
import { communeTable } from './accounts/commune.table.ts';
import { delegationTable } from './accounts/delegation.table.ts';
import { announcementTable } from './announcements/announcement.table.ts';
import { boxTable } from './boxes/box.table.ts';
import { broadcastTable } from './broadcasts/broadcast.table.ts';
import { cameraDeviceTable, cameraPointTable, cameraTable } from './cameras/camera.table.ts';
import { connectorTable } from './cameras/connector.table.ts';
import { detectorTable } from './detectors/detector.table.ts';
import { loudspeakerTable } from './loudspeakers/loudspeaker.table.ts';
import { recordingTable } from './speech/recording.table.ts';
import { villageTable } from './villages/village.table.ts';

/** Every room's tables that TypeORM maps; the ledgers (airings, notices, the journal…) are written in SQL. */
export const tables: EntitySchema[] = [
  accountTable,
  communeTable,
  delegationTable,
  villageTable,
  boxTable,
  recordingTable,
  announcementTable,
  loudspeakerTable,
  broadcastTable,
  cameraPointTable,
  cameraDeviceTable,
  cameraTable,
  connectorTable,
  detectorTable,
] as EntitySchema[];
