import { EntitySchema } from 'typeorm';
import { Broadcast } from './broadcast.ts';

export const broadcastTable = new EntitySchema<Broadcast>({
  name: 'broadcast',
  tableName: 'broadcasts',
  target: Broadcast,
  columns: {
    communeId: { name: 'commune_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    announcementId: { name: 'announcement_id', type: 'uuid' },
    versions: { type: 'jsonb' },
    title: { type: 'text' },
    priority: { type: 'text' },
    target: { type: 'jsonb' },
    schedule: { type: 'jsonb' },
    repeatCount: { name: 'repeat_count', type: 'int' },
    repeatGapSeconds: { name: 'repeat_gap_seconds', type: 'int' },
    lateSeconds: { name: 'late_seconds', type: 'int' },
    quietHoursReason: { name: 'quiet_hours_reason', type: 'text' },
    createdBy: { name: 'created_by', type: 'uuid' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    cancelledAt: { name: 'cancelled_at', type: 'timestamptz', nullable: true },
    cancelledBy: { name: 'cancelled_by', type: 'uuid', nullable: true },
  },
});
