import type { ScheduleRequest } from '../api/broadcasts.ts';
import { plainDate } from '../time/format.ts';
import { words } from '../words/words.ts';

/** A schedule as a sentence. */
export function scheduleWords(schedule: ScheduleRequest): string {
  const w = words.broadcast.schedule;
  switch (schedule.kind) {
    case 'now':
      return w.now;
    case 'once':
      return w.once(schedule.time, plainDate(schedule.date));
    case 'daily':
      return w.daily(schedule.time, plainDate(schedule.fromDate), plainDate(schedule.untilDate));
    case 'weekly': {
      const days = [...schedule.weekdays]
        .sort((a, b) => a - b)
        .map((day) => words.time.weekdaysShort[day - 1] ?? '')
        .join(', ');
      return w.weekly(schedule.time, days, plainDate(schedule.fromDate), plainDate(schedule.untilDate));
    }
  }
}
