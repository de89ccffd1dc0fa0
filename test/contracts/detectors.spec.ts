import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { detection, detectionMaximumBytes } from '../../src/detectors/detection.ts';
import { detectorKinds } from '../../src/detectors/labels.data.ts';
import { readDetection } from '../../src/detectors/reading.ts';
import { productRoot } from '../../src/platform/config/config.file.ts';

const page = readFileSync(join(productRoot(), 'docs/reference/detectors.md'), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` +\| ([^|]*)\|(.*)\|$/gm)].map(
  ([, field = '', must = '', words = '']) => ({
    field,
    isNeeded: must.trim() === 'must',
    words,
  }),
);

describe('the page of the envelope', () => {
  test('has an example that is taken as it stands', () => {
    const [, example = ''] = /```json\n([^]+?)```/.exec(page) ?? [];
    expect(readDetection(Buffer.from(example), 'envelope')).toEqual(JSON.parse(example));
  });

  test('names every field, and which of them must be there', () => {
    const shape = Object.entries(detection.shape);
    const documented = rows.filter(({ field }) => field in detection.shape).slice(0, shape.length);
    expect(documented.map(({ field, isNeeded }) => [field, isNeeded])).toEqual(
      shape.map(([field, type]) => [field, !type.safeParse(undefined).success]),
    );
  });

  test('names every kind and the size', () => {
    const kinds = rows.find(({ field }) => field === 'kind')?.words ?? '';
    expect([...kinds.matchAll(/`([a-z-]+)`/g)].map(([, kind]) => kind)).toEqual([...detectorKinds]);
    expect(page).toContain(`at most ${detectionMaximumBytes.toLocaleString('en-US')} bytes`);
  });
});
