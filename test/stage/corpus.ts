import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { built } from './program.ts';

export interface CorpusAnnouncement {
  readonly id: string;
  readonly title: string;
  readonly kind: 'regular' | 'urgent' | 'emergency';
  readonly zone: string;
  readonly text: string;
}

/** The announcements of the demonstration, their dates moved into the future. */
export function corpus(now = Date.now()): Map<string, CorpusAnnouncement> {
  const path = join(built, '..', 'test', 'fixtures', 'corpora', 'announcements.jsonl');
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const all = lines.map((line) => JSON.parse(line) as CorpusAnnouncement);
  return new Map(all.map((each) => [each.id, { ...each, text: intoTheFuture(each.text, now) }]));
}

/** Moves every d/m/yyyy of a text by the same whole weeks (weekdays stay true), so that the earliest is not past. */
export function intoTheFuture(text: string, now: number): string {
  const pattern = /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/g;
  const instants = [...text.matchAll(pattern)].map(([, d, m, y]) =>
    Date.UTC(Number(y), Number(m) - 1, Number(d)),
  );
  const earliest = Math.min(...instants);
  if (instants.length === 0 || earliest > now) return text;
  const weekMs = 7 * 86_400_000;
  const shiftMs = Math.ceil((now - earliest) / weekMs) * weekMs;
  return text.replace(pattern, (_, d: string, m: string, y: string) => {
    const moved = new Date(Date.UTC(Number(y), Number(m) - 1, Number(d)) + shiftMs);
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${two(moved.getUTCDate())}/${two(moved.getUTCMonth() + 1)}/${moved.getUTCFullYear()}`;
  });
}
