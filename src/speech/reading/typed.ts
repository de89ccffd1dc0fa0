import { sayDay, sayMonth } from './calendar.ts';
import { documentNumber } from './documents.ts';
import type { Lexicon } from './lexicon.ts';
import { Numbers, type ReadingProfile } from './numbers.ts';
import type { Given } from './reading.ts';
import { Scan } from './scan.ts';

/** Kinds of values that are written in one way and read in one way, whatever stands around them. */
export const TYPED_KINDS = ['date', 'time', 'money', 'phone', 'count', 'document', 'name'] as const;
export type TypedKind = (typeof TYPED_KINDS)[number];

/**
 * A stretch of a text that came out of a typed field. `value` is as the field holds it, not as it is written: a date
 * `YYYY-MM-DD`, a time `HH:MM`, money and counts whole numbers in digits, a phone its digits. Positions in UTF-16 units.
 */
export interface TypedStretch {
  readonly start: number;
  readonly end: number;
  readonly kind: TypedKind;
  readonly value: string;
}

const RULES: Readonly<Record<TypedKind, string>> = {
  date: 'date.full',
  time: 'time.clock',
  money: 'money.amount',
  phone: 'phone.number',
  count: 'number.cardinal',
  document: 'document.number',
  name: 'text.name',
};

/** In the style of the administration: 25/11/2026, 07 giờ 30, 0912 345 678, 1.500.000 đồng. */
export function writeTyped(kind: TypedKind, value: string): string {
  switch (kind) {
    case 'date':
      return value.split('-').reverse().join('/');
    case 'time':
      return value.replace(':', ' giờ ');
    case 'money':
      return `${grouped(value)} đồng`;
    case 'count':
      return grouped(value);
    case 'phone':
      return groupedPhone(value);
    case 'document':
    case 'name':
      return value;
  }
}

/** How it is said. @returns null where the type alone does not tell: a document of an issuer that nobody knows */
export function sayTyped(
  kind: TypedKind,
  value: string,
  { lexicon, profile = 'north' }: { lexicon: Lexicon; profile?: ReadingProfile },
): string | null {
  const scan = new Scan(kind === 'document' ? `số ${value}` : value, lexicon, new Numbers(profile));
  const { say } = scan;
  switch (kind) {
    case 'date': {
      const [year = '', month = '', day = ''] = value.split('-');
      return `${sayDay(scan, Number(day))} tháng ${sayMonth(scan, Number(month))} năm ${say.cardinal(year)}`;
    }
    case 'time': {
      const [hours = '', minutes = ''] = value.split(':');
      return `${say.cardinal(hours)} giờ${Number(minutes) === 0 ? '' : ` ${say.cardinal(minutes)} phút`}`;
    }
    case 'money':
      return `${say.cardinal(value)} đồng`;
    case 'count':
      return say.cardinal(value);
    case 'phone':
      return say.digits(value);
    case 'document': {
      scan.at = 3;
      const hit = documentNumber(scan);
      return hit === undefined || hit.doubt !== undefined || hit.end < scan.text.length ? null : hit.spoken;
    }
    case 'name':
      return sayName(scan);
  }
}

const NAME_KINDS: ReadonlySet<string> = new Set(['name', 'person', 'place']);

/** Nobody's name holds abbreviations: of the lexicon only names count. Capitals would be spelt by an engine. */
function sayName(scan: Scan): string {
  const { text, folded, lexicon } = scan;
  let spoken = '';
  while (scan.at < text.length) {
    const found = lexicon.find(text, folded, scan.at, scan.before);
    const known = found !== undefined && NAME_KINDS.has(found.entry.kind) ? found : undefined;
    const word = /\S+ */uy;
    word.lastIndex = scan.at;
    const end = known?.end ?? scan.at + (word.exec(text)?.[0].length ?? 1);
    const written = text.slice(scan.at, end);
    spoken += known?.spoken ?? (/^\p{Lu}{2,} *$/u.test(written) ? written.toLowerCase() : written);
    scan.at = end;
  }
  return spoken;
}

/** What `readAloud` is given of a text whose fields are known. */
export function givenOf(
  stretches: readonly TypedStretch[],
  options: { lexicon: Lexicon; profile?: ReadingProfile },
): Given[] {
  return stretches.flatMap(({ start, end, kind, value }) => {
    const spoken = sayTyped(kind, value, options);
    return spoken === null ? [] : [{ start, end, spoken, rule: RULES[kind] }];
  });
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/gu, '.');
}

/** 0912 345 678, 0262 3812 345, 024 3825 1234, 1900 1234, 1800 599 920; the short ones as they are. */
function groupedPhone(digits: string): string {
  if (/^1[89]00/u.test(digits)) return digits.replace(/^(\d{4})(\d{3}(?=\d{3})|\d{4})/u, '$1 $2 ').trim();
  if (/^02[48]\d{8}$/u.test(digits)) return `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`;
  if (/^02\d{9}$/u.test(digits)) return `${digits.slice(0, 4)} ${digits.slice(4, 8)} ${digits.slice(8)}`;
  if (digits.length === 10) return `${digits.slice(0, 4)} ${digits.slice(4, 7)} ${digits.slice(7)}`;
  return digits;
}
