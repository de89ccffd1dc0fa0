import { Temporal } from 'temporal-polyfill';
import type { WrittenTimes } from '../../web/src/words/silence-sentence.ts';

const local = (at: string): Temporal.ZonedDateTime =>
  Temporal.Instant.from(at).toZonedDateTimeISO('Asia/Ho_Chi_Minh');
const two = (part: number): string => String(part).padStart(2, '0');
const clock = (at: Temporal.ZonedDateTime): string => `${two(at.hour)}:${two(at.minute)}`;

/** As the console writes them, by a library that it does not use. */
export const writtenTimes: WrittenTimes = {
  exact: (at) => `${clock(local(at))}:${two(local(at).second)}`,
  withDay: (at) => `${clock(local(at))} ${two(local(at).day)}/${two(local(at).month)}/${local(at).year}`,
};
