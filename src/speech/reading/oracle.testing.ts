import { doReadNumber, ReadingConfig } from 'read-vietnamese-number';

/*
 * What announcers say, from the conventions and from an independent reader of numbers. Nothing here comes from the
 * reading, so that both cannot be wrong in one way.
 */
const library = new ReadingConfig();
library.unit = [];

const NAMES = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'];

/** 1005 → "một nghìn không trăm lẻ năm". */
export function cardinal(number: number): string {
  return doReadNumber(`${number}`, library);
}

/** "0912" → "không chín một hai". */
export function digits(text: string): string {
  return Array.from(text.replaceAll(/\D/gu, ''), (digit) => NAMES[Number(digit)]).join(' ');
}

/** 3 and "14" → "ba phẩy mười bốn"; with a leading zero or of three digits digit by digit. */
export function decimal(whole: number, fraction: string): string {
  const number = fraction.length <= 2 && (!fraction.startsWith('0') || fraction === '0');
  return `${cardinal(whole)} phẩy ${number ? cardinal(Number(fraction)) : digits(fraction)}`;
}

/** Minutes that are none are not said. */
export function time(hours: number, minutes: number): string {
  return `${cardinal(hours)} giờ${minutes === 0 ? '' : ` ${cardinal(minutes)} phút`}`;
}

export function day(number: number): string {
  return number <= 10 ? `mùng ${cardinal(number)}` : cardinal(number);
}

export function month(number: number): string {
  return `tháng ${number === 4 ? 'tư' : cardinal(number)}`;
}

/** The calendar's own arithmetic, and not the product's table of lengths. */
export function exists(dayOf: number, monthOf: number, year: number): boolean {
  const date = new Date(Date.UTC(year, monthOf - 1, dayOf));
  return date.getUTCMonth() === monthOf - 1 && date.getUTCDate() === dayOf;
}

/** 1234567 with a mark between groups of three. */
export function grouped(number: number, mark: string): string {
  return `${number}`.replaceAll(/\B(?=(?:\d{3})+$)/gu, mark);
}
