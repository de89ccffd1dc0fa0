const formats = new Map<string, Intl.DateTimeFormat>();

/** The date on the wall at an instant, YYYY-MM-DD. @param at ms since 1970 @param timeZone IANA */
export function localDate(at: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // sv-SE writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format.format(at);
}
