import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { Failure } from '../base/failure.ts';
import { productRoot } from '../platform/config/config.file.ts';
import { asNotice, detectionMaximumBytes, occurrence } from './detection.ts';
import type { Detection } from './detection.ts';
import { detectorForms, readDetection, readKeptDetection } from './reading.ts';

const said: Detection = {
  ...{ v: 1, id: 'a1', camera: 7, state: 'begin', label: 'Car', score: 0.91 },
  ...{ occurredAt: '2026-11-22T07:30:00+07:00', zones: ['cổng', 'sân'], box: [0.1, 0.2, 0.3, 0.4] },
};
const by = { detectorId: 'd1', model: { name: 'yolo', version: '8n' } };
const bytes = (message: unknown): Buffer => Buffer.from(JSON.stringify(message));

function faultOf(work: () => unknown): { code: string; fields: string[] } {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure)
      return { code: error.code, fields: error.fields.map(({ path, code }) => `${path} ${code}`) };
    throw error;
  }
  throw new Error('it was taken');
}

describe('the envelope', () => {
  test('is taken as it is written', () => {
    expect(readDetection(bytes(said), 'envelope')).toEqual(said);
    expect(readKeptDetection(bytes(said))).toEqual(said);
  });

  test('is refused with every fault named', () => {
    expect(
      faultOf(() =>
        readDetection(
          bytes({ ...said, score: undefined, state: 'started', camera: '', color: 'red' }),
          'envelope',
        ),
      ),
    ).toEqual({
      code: 'request.invalid',
      fields: expect.arrayContaining([
        'score missing',
        'state invalid-value',
        'color unknown',
        expect.stringMatching(/^camera /),
      ]) as unknown,
    });
    expect(faultOf(() => readDetection(Buffer.from('{"v":1,'), 'envelope')).code).toBe('detectors.not-json');
    for (const noText of ['a\0b', '\ud800'])
      expect(faultOf(() => readDetection(bytes({ ...said, id: noText }), 'envelope')).code).toBe(
        'detectors.not-json',
      );
    expect(faultOf(() => readDetection(Buffer.from([0xff, 0xfe]), 'envelope')).code).toBe(
      'detectors.not-json',
    );
    expect(faultOf(() => readDetection(Buffer.alloc(detectionMaximumBytes + 1, 0x20), 'envelope')).code).toBe(
      'detectors.too-large',
    );
  });

  test('never does more than refuse, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.constantFrom(...detectorForms), (text, form) => {
        try {
          readDetection(Buffer.from(text), form);
          return true;
        } catch (error) {
          return error instanceof Failure;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a detection as a notice', () => {
  test('has the kind that its label means, the model and the score', () => {
    const notice = asNotice(said, by, new Map());
    expect(notice).toMatchObject({ topic: 'Detector/Car', kind: 'vehicle', phase: 'begin' });
    expect(notice.source).toEqual([{ name: 'Detector', value: 'd1' }]);
    expect(notice.data).toEqual(
      expect.arrayContaining([
        { name: 'Score', value: '0.91' },
        { name: 'Model', value: 'yolo' },
        { name: 'ModelVersion', value: '8n' },
        { name: 'Zone', value: 'sân' },
      ]),
    );
  });

  test('is no alarm where nobody knows the label, until a person says what it means', () => {
    const kite: Detection = { ...said, label: 'kite' };
    expect(asNotice(kite, by, new Map())).toMatchObject({ kind: 'unknown', phase: 'state' });
    expect(asNotice(kite, by, new Map([['Detector/kite', 'object']]))).toMatchObject({
      ...{ kind: 'object', phase: 'begin' },
    });
    expect(asNotice({ ...kite, kind: 'intrusion' }, by, new Map())).toMatchObject({ kind: 'intrusion' });
  });

  test.each([
    ['just now', 0, { late: 0, uncertaintyMs: 1_000 }],
    ['20 s ago: delay or a slow clock', 20_000, { late: 20_000, uncertaintyMs: 20_000 }],
    ['3 s ahead: the receipt is the latest it can be', -3_000, { late: 0, uncertaintyMs: 3_000 }],
    ['an hour ahead is a wrong clock', -3_600_000, { late: 0, uncertaintyMs: 60_000 }],
    ['two days ago is a wrong clock', 172_800_000, { late: 0, uncertaintyMs: 60_000 }],
  ])('happened when its sender says, as far as that can be: %s', (_, lateMs, expected) => {
    const receivedAt = Date.parse('2026-11-22T07:30:00Z');
    expect(occurrence(new Date(receivedAt - lateMs).toISOString(), receivedAt)).toEqual({
      ...{ occurredAt: receivedAt - expected.late, uncertaintyMs: expected.uncertaintyMs },
    });
  });
});

describe("Frigate's messages", () => {
  const messages = readFileSync(join(productRoot(), 'test/fixtures/frigate/events.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const read = (line = ''): Detection | null => readDetection(Buffer.from(line), 'frigate');

  test('become ours: new, update and end of one object, with its best score and its zones', () => {
    const of = (label: string) => messages.map(read).filter((one) => one?.label === label);
    expect(of('person').map((one) => [one?.state, one?.score, one?.zones, one?.detail])).toEqual([
      ['begin', 0.74, undefined, undefined],
      ['update', 0.89, ['cong'], undefined],
      ['update', 0.93, ['cong', 'san'], 'Nguyễn Văn A'],
      ['end', 0.93, ['cong', 'san'], undefined],
    ]);
    expect(new Set(of('person').map((one) => one?.object)).size).toBe(1);
    expect(of('person').at(-1)?.occurredAt).toBe('2026-11-23T07:00:09.600Z');
    expect(of('dog')).toHaveLength(2);
  });

  test('have one id however often they come, and another one at each word', () => {
    const ids = messages.map((line) => read(line)?.id);
    expect(messages.map((line) => read(line)?.id)).toEqual(ids);
    expect(new Set(ids).size).toBe(messages.length);
    for (const id of ids.filter((one) => one !== undefined)) expect(id.length).toBeLessThanOrEqual(100);
  });

  test('that are called false positives by Frigate itself are nothing', () => {
    expect(messages.filter((line) => read(line) === null)).toHaveLength(1);
  });

  test('are refused by name where Frigate would change its format', () => {
    const [first = ''] = messages;
    const broken = JSON.parse(first) as { after: Record<string, unknown> };
    delete broken.after.camera;
    broken.after.score = 71;
    expect(faultOf(() => readDetection(bytes(broken), 'frigate'))).toEqual({
      code: 'request.invalid',
      fields: ['after.camera missing', 'after.score too-big'],
    });
  });
});
