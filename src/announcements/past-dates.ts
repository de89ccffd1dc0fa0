/** Full dates of a text (d/m/yyyy, also with - or .) that lie before a local date (YYYY-MM-DD), as written. */
export function pastDates(text: string, today: string): string[] {
  const found = new Set<string>();
  for (const [written, day = '', month = '', year = ''] of text.matchAll(
    /\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b/g,
  )) {
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    if (!Number.isNaN(Date.parse(date)) && date < today) found.add(written);
  }
  return [...found];
}
