import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import 'dayjs/locale/vi';
import utc from 'dayjs/plugin/utc';
import { words } from '../words/words.ts';
import { serverNow } from './clock.ts';

dayjs.extend(utc);
dayjs.locale('vi');

/** Asia/Ho_Chi_Minh, whatever the browser's zone: UTC+7 without summer time since 1975 (DOMAIN §6). */
const offsetMinutes = 420;

export function local(at: string | number): Dayjs {
  return dayjs(at).utcOffset(offsetMinutes);
}

export const today = (): string => local(serverNow()).format('YYYY-MM-DD');
export const plusDays = (date: string, days: number): string =>
  dayjs.utc(date).add(days, 'day').format('YYYY-MM-DD');

/** The Monday of a local date's week. */
export function mondayOf(date: string): string {
  const day = dayjs.utc(date);
  return day.subtract((day.day() + 6) % 7, 'day').format('YYYY-MM-DD');
}

/** A local date and wall time as an instant. */
export const instantOf = (date: string, time = '00:00'): string =>
  new Date(`${date}T${time.length === 5 ? `${time}:00` : time}+07:00`).toISOString();

export const clock = (at: string): string => local(at).format('HH:mm');
export const clockExact = (at: string): string => local(at).format('HH:mm:ss');
export const clockMs = (at: string): string => local(at).format('HH:mm:ss.SSS');
export const date = (at: string): string => local(at).format('DD/MM/YYYY');
export const dateTime = (at: string): string => local(at).format('HH:mm DD/MM/YYYY');
export const dateTimeExact = (at: string): string => local(at).format('HH:mm:ss.SSS DD/MM/YYYY');
export const plainDate = (text: string): string => dayjs.utc(text).format('DD/MM/YYYY');
export const dayMonth = (text: string): string => dayjs.utc(text).format('DD/MM');

/** "Thứ Hai, 16/11/2026" of a local date. */
export function weekdayDate(text: string): string {
  const day = dayjs.utc(text);
  return `${words.time.weekdays[(day.day() + 6) % 7] ?? ''}, ${day.format('DD/MM/YYYY')}`;
}

/** "17:00", with the day before it where that is not today: "17:00 mai", "17:00 thứ Ba 18/11". */
export function clockAndDay(at: string): string {
  const moment = local(at);
  const day = moment.format('YYYY-MM-DD');
  const now = today();
  if (day === now) return moment.format('HH:mm');
  if (day === plusDays(now, 1)) return `${moment.format('HH:mm')} ${words.time.tomorrow}`;
  if (day === plusDays(now, -1)) return `${moment.format('HH:mm')} ${words.time.yesterday}`;
  return moment.format('HH:mm DD/MM');
}

/** 75 → "1:15". */
export function length(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** 75 → "1 phút 15 giây". */
export function lengthInWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (minutes === 0) return words.time.seconds(rest);
  return rest === 0
    ? words.time.minutes(minutes)
    : `${words.time.minutes(minutes)} ${words.time.seconds(rest)}`;
}

/** How wrong a camera's clock is: 2300 → "nhanh 2,3 giây". @param ms its time minus ours */
export function clockError(ms: number, digits: number): string {
  const seconds = (Math.abs(ms) / 1_000).toFixed(digits);
  if (Number(seconds) === 0) return words.time.onTime;
  const said = Number(seconds).toLocaleString('vi-VN', { maximumFractionDigits: digits });
  return ms > 0 ? words.time.fast(said) : words.time.slow(said);
}

/** "12 giây trước". */
export function ago(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1_000));
  if (seconds < 2) return words.time.justNow;
  if (seconds < 60) return words.time.ago(words.time.seconds(seconds));
  if (seconds < 3_600) return words.time.ago(words.time.minutes(Math.floor(seconds / 60)));
  if (seconds < 86_400) return words.time.ago(words.time.hours(Math.floor(seconds / 3_600)));
  return words.time.ago(words.time.days(Math.floor(seconds / 86_400)));
}
