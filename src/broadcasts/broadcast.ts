import { Failure } from '../base/failure.ts';
import type { VersionSound } from '../announcements/version.ts';
import type { Target } from './broadcast.request.ts';
import type { Schedule } from './schedule.ts';

/**
 * An approved announcement, somewhere, at some time (*lịch phát*). What is broadcast are the recordings that were
 * approved: later edits of the announcement never reach it.
 */
export class Broadcast {
  communeId!: string;
  id!: string;
  announcementId!: string;
  /** Vietnamese first; which of them a pole says, and in which order, is its village's. */
  versions!: VersionSound[];
  title!: string;
  priority!: 'regular' | 'priority';
  target!: Target;
  schedule!: Schedule;
  repeatCount!: number;
  repeatGapSeconds!: number;
  lateSeconds!: number;
  quietHoursReason!: string;
  createdBy!: string;
  createdAt!: Date;
  cancelledAt!: Date | null;
  cancelledBy!: string | null;

  static make(
    values: Omit<Broadcast, 'cancel' | 'cancelledAt' | 'cancelledBy' | 'quietHoursReason'>,
  ): Broadcast {
    return Object.assign(new Broadcast(), values, {
      cancelledAt: null,
      cancelledBy: null,
      quietHoursReason: '',
    });
  }

  cancel(by: string, at: Date): void {
    if (this.cancelledAt !== null) {
      throw new Failure('conflict', 'broadcasts.already-cancelled', 'This broadcast was cancelled before');
    }
    this.cancelledAt = at;
    this.cancelledBy = by;
  }
}
