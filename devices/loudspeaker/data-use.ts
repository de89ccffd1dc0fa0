import { z } from 'zod';
import type { ByteCount } from './modem.ts';

/** What went over the line in a month, and where the counter stood when that was last looked at. */
export const dataUse = z.strictObject({
  month: z.string(),
  monthBytes: z.number(),
  since: z.string(),
  bytes: z.number(),
});
export type DataUse = z.infer<typeof dataUse>;

/** The month on the wall, YYYY-MM. */
export function monthOf(at: number, utcOffsetMinutes: number): string {
  return new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 7);
}

/**
 * The counter was looked at again. One that began anew (a reboot, another interface) counts from 0; what went through
 * between the last look and a power cut is lost, which is why it is looked at every five minutes. What is counted over the
 * turn of a month belongs to the new one.
 */
export function used(before: DataUse | null, month: string, now: ByteCount): DataUse {
  // At the very first look nobody knows in which month it was used.
  if (before === null) return { month, monthBytes: 0, ...now };
  const isSame = before.since === now.since && now.bytes >= before.bytes;
  const fresh = isSame ? now.bytes - before.bytes : now.bytes;
  const monthBytes = (before.month === month ? before.monthBytes : 0) + fresh;
  return { month, monthBytes, ...now };
}
