import { describe, expect, test } from '@jest/globals';
import { fc } from '../../../test/property.ts';
import { Failure } from '../../base/failure.ts';
import { loadLexicon } from '../../speech/reading/lexicon.file.ts';
import type { Reading } from '../../speech/reading/reading.ts';
import { sayTyped, writeTyped } from '../../speech/reading/typed.ts';
import { readingOf } from '../saying.ts';
import { context, examples } from './examples.testing.ts';
import type { Field, FieldType } from './fields.ts';
import { CommuneReader } from '../../lexicon/commune-reader.ts';
import { fill } from './template.ts';
import type { FilledTemplate, Template } from './template.ts';
import { templateOf, templates } from './templates.ts';
import { texts } from './texts.testing.ts';

const lexicon = loadLexicon('config/lexicon/vi.tsv');
const reader = new CommuneReader(lexicon, 'north', 0);
const names: readonly string[] = templates.map(({ id }) => id);

function spokenOf({ text, typed }: FilledTemplate): Reading {
  const reading = readingOf({ text, picks: {}, form: { templateId: '', values: {}, typed } }, reader);
  if (reading === null) throw new Error('Nothing to say');
  return reading;
}

const filled = (id: string, more: Record<string, unknown> = {}): FilledTemplate =>
  fill(templateOf(id), { ...examples[id], ...more }, context);

/** Which fields are wrong, and how. */
function faultsOf(id: string, more: Record<string, unknown>): Record<string, string> {
  try {
    filled(id, more);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return Object.fromEntries(error.fields.map(({ path, code }) => [path.replace('values.', ''), code]));
  }
  return {};
}

describe('the templates that are shipped', () => {
  test('are ten, each with an example and its words', () => {
    expect(names).toHaveLength(10);
    expect(new Set(names).size).toBe(10);
    expect(Object.keys(examples).sort()).toEqual([...names].sort());
    expect(Object.keys(texts).sort()).toEqual([...names].sort());
  });

  test.each(names)('%s is written as an announcer would write it', (id) => {
    const { title, text, priority } = filled(id);
    expect([title, priority, ...text.split('\n')]).toEqual(texts[id]);
  });

  test.each(names)('%s leaves nothing for a person to decide', (id) => {
    expect(spokenOf(filled(id)).doubts).toEqual([]);
  });

  test('say each value by its type', () => {
    expect(spokenOf(filled('death-notice')).spoken).toContain(
      'cụ ông Y bhăm Niê, cư trú tại buôn Ea Mlang, đã từ trần lúc bốn giờ hai mươi phút, thứ Ba, ' +
        'ngày hai mươi tư tháng mười một năm hai nghìn không trăm hai mươi sáu, hưởng thọ tám mươi tư tuổi.',
    );
    expect(spokenOf(filled('fees')).spoken).toContain(
      'theo văn bản số mười hai năm hai nghìn không trăm hai mươi sáu của ủy ban nhân dân.',
    );
    expect(spokenOf(filled('fees')).spoken).toContain(
      'Mức thu: một triệu năm trăm nghìn đồng, mỗi hộ một năm.',
    );
    expect(spokenOf(filled('fire-risk')).spoken).toContain(
      'gọi ngay số không hai sáu hai ba tám một hai ba bốn năm hoặc số một một bốn.',
    );
    expect(spokenOf(filled('storm-bulletin')).spoken).toContain(
      'phát hành lúc tám giờ ba mươi phút, thứ Ba, ngày hai mươi tư tháng mười một năm hai nghìn không trăm hai mươi sáu.',
    );
  });

  test.each(names)('%s shows its gaps and names every field that must be filled in', (id) => {
    const template = templateOf(id);
    const { text, faults } = template.preview({}, context);
    expect(text).toContain('…');
    const asked = Object.entries(template.fields).filter(
      ([, { optional, type }]) => optional !== true && type !== 'villages',
    );
    expect(faults.map(({ path }) => path).sort()).toEqual(asked.map(([key]) => `values.${key}`).sort());
  });
});

describe('a form', () => {
  test('knows who was old and who was not: hưởng thọ, hưởng dương', () => {
    expect(filled('death-notice', { age: 60 }).text).toContain('hưởng thọ 60 tuổi');
    expect(filled('death-notice', { age: 59 }).text).toContain('hưởng dương 59 tuổi');
  });

  test('takes neither a death nor a lost person on air without the family', () => {
    expect(faultsOf('death-notice', { consent: false })).toEqual({ consent: 'announcements.field-consent' });
    expect(faultsOf('lost-person', { consent: 'true' })).toEqual({ consent: 'announcements.field-consent' });
  });

  test('proposes an emergency from the third level of a storm on, and tells its colour', () => {
    const told = [1, 2, 3, 4, 5].map((level) => filled('storm-bulletin', { level }));
    expect(told.map(({ priority }) => priority)).toEqual([
      'priority',
      'priority',
      'emergency',
      'emergency',
      'emergency',
    ]);
    expect(told.map(({ text }) => /cấp \d, màu [^.]+/u.exec(text)?.[0])).toEqual([
      'cấp 1, màu xanh dương nhạt',
      'cấp 2, màu vàng nhạt',
      'cấp 3, màu da cam',
      'cấp 4, màu đỏ',
      'cấp 5, màu tím',
    ]);
  });

  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['storm-bulletin', { issuer: ' ' }, { issuer: 'announcements.field-required' }],
    ['storm-bulletin', { level: 6 }, { level: 'announcements.field-level' }],
    ['storm-bulletin', { level: '3' }, { level: 'announcements.field-level' }],
    ['storm-bulletin', { issued: '2026-11-24T09:01' }, { issued: 'announcements.field-to-come' }],
    ['storm-bulletin', { validUntil: '2026-11-24T08:59' }, { validUntil: 'announcements.field-over' }],
    ['storm-bulletin', { hazard: 'động đất' }, { hazard: 'announcements.field-choice' }],
    ['meeting', { at: '2026-11-24T08:59' }, { at: 'announcements.field-over' }],
    ['meeting', { at: '2026-11-31T08:59' }, { at: 'announcements.field-moment' }],
    ['meeting', { document: 'mười hai' }, { document: 'announcements.field-document' }],
    ['meeting', { topic: '🎉🎉' }, { topic: 'announcements.field-text' }],
    ['meeting', { topic: 'a'.repeat(201) }, { topic: 'announcements.field-long' }],
    ['meeting', { colour: 'đỏ' }, { colour: 'announcements.field-unknown' }],
    ['vaccination', { date: '2026-11-23' }, { date: 'announcements.field-over' }],
    ['vaccination', { date: '05/12/2026' }, { date: 'announcements.field-date' }],
    ['vaccination', { hours: { from: '10:00', until: '09:00' } }, { hours: 'announcements.field-order' }],
    ['vaccination', { hours: { from: '10:00', until: '' } }, { hours: 'announcements.field-time' }],
    ['vaccination', { villages: ['gone'] }, { villages: 'announcements.field-village' }],
    ['lost-person', { phone: '0912 345 67' }, { phone: 'announcements.field-phone' }],
    ['lost-person', { name: 'Bà 5' }, { name: 'announcements.field-name' }],
    ['lost-person', { age: 0 }, { age: 'announcements.field-count' }],
    ['fees', { amount: 1.5 }, { amount: 'announcements.field-money' }],
    ['fees', { days: { from: '2026-12-02', until: '2026-12-01' } }, { days: 'announcements.field-order' }],
    ['death-notice', { viewing: '2026-11-24T04:00' }, { viewing: 'announcements.field-order' }],
    ['death-notice', { funeral: '2026-11-24T13:00' }, { funeral: 'announcements.field-order' }],
  ])('%s refuses %j, naming the field', (id, more, faults) => {
    expect(faultsOf(id, more)).toEqual(faults);
  });

  test('goes on with what was valid today until midnight', () => {
    expect(faultsOf('vaccination', { date: '2026-11-24' })).toEqual({});
  });

  test('says so when the kind of document alone does not tell how it is said', () => {
    expect(spokenOf(filled('meeting', { document: '12/KH-XYZ' })).doubts).toHaveLength(1);
  });
});

const two = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<{ from: T; until: T }> =>
  fc
    .uniqueArray(one, { minLength: 2, maxLength: 2 })
    .map((pair) => pair.sort())
    .map(([from, until]) => ({ from: from as T, until: until as T }));
const padded = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, '0'));
const coming = fc
  .integer({ min: 2, max: 3_650 })
  .map((days) => new Date(Date.UTC(2026, 10, 24 + days)).toISOString().slice(0, 10));
const clock = fc.tuple(padded(0, 23), padded(0, 59)).map((parts) => parts.join(':'));
const moment = fc.tuple(coming, clock).map((parts) => parts.join('T'));
const phrase = fc.constantFrom(
  'nhà văn hóa thôn Tân Lập',
  'bà con trong thôn',
  'chợ  Tân Hòa. ',
  'sửa đường',
);

/** Right values of each type. What happened is left as in the example. */
function valueOf(field: Field): fc.Arbitrary<unknown> {
  const of: Readonly<Record<FieldType, fc.Arbitrary<unknown>>> = {
    text: phrase,
    place: phrase,
    sentences: phrase,
    name: fc.constantFrom('NGUYỄN VĂN AN', 'H’Hen Niê', 'Y Bhăm', 'Lê Thị TT', 'Đặng Thu Hà'),
    phone: fc.oneof(
      fc
        .tuple(fc.constantFrom('03', '05', '07', '08', '09'), padded(0, 99_999_999))
        .map(([a, b]) => a + b.padStart(8, '0')),
      fc.integer({ min: 0, max: 999_999_999 }).map((n) => `02${String(n).padStart(9, '0')}`),
      fc.constantFrom('19001234', '1800 599 920', '113', '+84 912 345 678'),
    ),
    date: coming,
    time: clock,
    timeRange: two(clock),
    dateRange: two(coming),
    moment,
    period: two(moment),
    money: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    villages: fc.subarray([...context.villages.keys()]),
    level: fc.integer({ min: 1, max: 5 }),
    count: fc.integer({ min: 1, max: field.most ?? 1_000_000 }),
    document: fc
      .tuple(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom('/KH-UBND', '/2026/QĐ-UBND', '-NQ/TW'))
      .map((parts) => parts.join('')),
    choice: fc.nat().map((n) => field.options?.[n % field.options.length]?.value),
    consent: fc.constant(true),
  };
  return of[field.type];
}

function valuesOf(template: Template): fc.Arbitrary<Record<string, unknown>> {
  const kept = examples[template.id] ?? {};
  const anew = Object.entries(template.fields).filter(
    ([, { when, type }]) => when !== 'past' && type !== 'moment',
  );
  return fc
    .record(Object.fromEntries(anew.map(([key, field]) => [key, valueOf(field)])), {
      requiredKeys: anew.filter(([, { optional }]) => optional !== true).map(([key]) => key),
    })
    .map((values) => ({
      ...Object.fromEntries(Object.entries(kept).filter(([key]) => template.fields[key]?.type === 'moment')),
      ...values,
    }));
}

test.each(names)('whatever is right in %s is written whole and said by its types', (id) => {
  const template = templateOf(id);
  fc.assert(
    fc.property(valuesOf(template), (values) => {
      const form = fill(template, values, context);
      const { title, text, typed } = form;
      expect(title.length).toBeLessThanOrEqual(200);
      expect(text.length).toBeLessThanOrEqual(20_000);
      for (const words of [title, text]) {
        expect(words).toBe(words.normalize('NFC'));
        expect(words).not.toMatch(/undefined|null|NaN|\[object|…| {2}| [.,;:]|\.\.|^\s|\s$/u);
      }
      const reading = spokenOf(form);
      expect(reading.written).toBe(text);
      expect(reading.doubts).toEqual([]);
      for (const { start, end, kind, value } of typed) {
        expect(text.slice(start, end)).toBe(writeTyped(kind, value));
        const span = reading.spans.find((each) => each.start === start && each.end === end);
        expect(span?.spoken).toBe(sayTyped(kind, value, { lexicon }));
        expect(reading.spoken.slice(span?.spokenStart, span?.spokenEnd)).toBe(span?.spoken);
      }
    }),
    { numRuns: 40 },
  );
});
