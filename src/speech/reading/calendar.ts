import { ends, type Scan } from './scan.ts';

const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Whether a day exists; without a year the 29th of February does. */
export function dayExists(day: number, month: number, year?: number): boolean {
  const length = LENGTHS[month - 1];
  if (length === undefined || day < 1 || day > length) return false;
  if (month === 2 && day === 29 && year !== undefined) {
    return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  }
  return true;
}

/** A month of the moon has 30 days at most. */
export function lunarDayExists(day: number, month: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 30;
}

/** 0 Sunday … 6 Saturday. */
export function weekday(day: number, month: number, year: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

const MUNG_SAID = ends('mùng');

/** "mùng năm", "mười lăm": the first ten days take *mùng*, unless it stands there already. */
export function sayDay(scan: Scan, day: number): string {
  return day <= 10 && !scan.after(MUNG_SAID) ? `mùng ${scan.say.cardinal(day)}` : scan.say.cardinal(day);
}

/** The fourth month is *tư*. */
export function sayMonth(scan: Scan, month: number): string {
  return month === 4 ? 'tư' : scan.say.cardinal(month);
}

/** *giêng*, …, *chạp*: the months of the moon. */
export function sayLunarMonth(scan: Scan, month: number): string {
  return month === 1 ? 'giêng' : month === 12 ? 'chạp' : sayMonth(scan, month);
}

/** The day of a moon's month; its fifteenth is *rằm*. */
export function sayLunarDay(scan: Scan, day: number): string {
  return day === 15 ? 'rằm' : sayDay(scan, day);
}
