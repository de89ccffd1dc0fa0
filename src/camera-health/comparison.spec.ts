import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { drawPicture } from '../../devices/camera/picture.sharp.ts';
import { SPOILED } from '../../devices/camera/scene.ts';
import type { Place, Spoiled, View } from '../../devices/camera/scene.ts';
import { fc } from '../../test/property.ts';
import { compare, judge, limits, measure, stillHeight, stillWidth } from './comparison.ts';
import type { Comparison, Grey } from './comparison.ts';

const places: readonly Place[] = ['gate', 'junction', 'hall', 'school'];
const noonMs = Date.UTC(2026, 5, 1, 5);

// Another spec in the same process may have let in what cameras send alone; pictures are drawn from SVG.
sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer', 'VipsForeignLoadJpegBuffer'] });

async function drawn(
  place: Place,
  night: boolean,
  more: { shows?: View['shows']; spoiled?: Spoiled; minutes?: number } = {},
): Promise<Grey> {
  const jpeg = await drawPicture({
    ...{ name: 'Cổng thôn', place, night, shows: more.shows, spoiled: more.spoiled },
    atMs: noonMs + (more.minutes ?? 0) * 60_000,
  });
  const { data, info } = await sharp(jpeg)
    .resize(stillWidth, stillHeight, { fit: 'fill' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** What a lens, a sensor and an hour of the day do to a picture: shifted by points, brighter or darker, grainy. */
function seenAs(
  picture: Grey,
  how: { right?: number; down?: number; gain?: number; grain?: number; seed?: number },
): Grey {
  const { right = 0, down = 0, gain = 1, grain = 0 } = how;
  const { width, height } = picture;
  let state = (how.seed ?? 1) >>> 0;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32 - 0.5;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const fromX = Math.min(width - 1, Math.max(0, x - right));
      const fromY = Math.min(height - 1, Math.max(0, y - down));
      const level = (picture.data[fromY * width + fromX] ?? 0) * gain + 2 * grain * random();
      data[y * width + x] = Math.min(255, Math.max(0, level));
    }
  return { width, height, data };
}

const references = new Map<string, Grey>();
const reference = (place: Place, night: boolean): Grey => {
  const found = references.get(`${place} ${night}`);
  if (found === undefined) throw new Error('not drawn');
  return found;
};

beforeAll(async () => {
  for (const place of places)
    for (const night of [false, true]) references.set(`${place} ${night}`, await drawn(place, night));
});

describe('a still beside its reference', () => {
  test('each scene shows enough to be a reference, a covered lens does not', async () => {
    for (const picture of references.values())
      expect(measure(picture).detail).toBeGreaterThan(2 * limits.detailLeast);
    expect(measure(await drawn('gate', false, { spoiled: 'covered' })).detail).toBeLessThan(
      limits.detailLeast,
    );
  });

  test('people, vehicles and the other half of the day are not reported', async () => {
    for (const place of places)
      for (const night of [false, true])
        for (const shows of [undefined, 'person', 'vehicle'] as const)
          for (const other of [night, !night]) {
            const still = await drawn(place, other, { shows, minutes: 61 });
            expect(judge(compare(reference(place, night), still), night === other)).toBeNull();
          }
  });

  test.each(SPOILED)('a view that is %s is reported as that, with people in it or not', async (spoiled) => {
    const figures: Comparison[] = [];
    for (const place of places)
      for (const night of [false, true])
        for (const shows of [undefined, 'person', 'vehicle'] as const) {
          const seen = compare(
            reference(place, night),
            await drawn(place, night, { shows, spoiled, minutes: 61 }),
          );
          expect([place, night, shows, judge(seen, true)]).toEqual([place, night, shows, spoiled]);
          figures.push(seen);
        }
    // Each with a margin: a limit that a drawn scene only just passes would say nothing of a real one.
    if (spoiled === 'moved')
      for (const { alike } of figures) expect(alike).toBeLessThan(limits.alikeLeast / 2);
    if (spoiled === 'covered')
      for (const { kept } of figures) expect(kept).toBeLessThan(limits.keptLeast / 2);
    if (spoiled === 'dark') for (const { alike } of figures) expect(alike).toBeGreaterThan(limits.alikeLeast);
  });

  test('another place is never taken for this one, by day and by night, with a margin', async () => {
    for (const night of [false, true])
      for (const place of places)
        for (const other of places.filter((each) => each !== place))
          for (const shows of [undefined, 'person', 'vehicle'] as const) {
            const seen = compare(reference(place, night), await drawn(other, night, { shows, minutes: 61 }));
            const told = { place, other, night, shows, isTold: judge(seen, true) !== null };
            expect(told).toEqual({ ...told, isTold: true });
            expect(seen.alike).toBeLessThan(limits.alikeLeast / 2);
          }
  });

  test('a dark picture under a reference of the day is night and no cover', async () => {
    const black = await drawn('gate', true, { spoiled: 'covered' });
    expect(judge(compare(reference('gate', false), black), false)).toBe('dark');
    expect(judge(compare(reference('gate', false), black), true)).toBe('covered');
  });

  test('sun, lamps and grain change nothing, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.double({ min: 0.55, max: 1.35, noNaN: true }),
        fc.double({ min: 0, max: 8, noNaN: true }),
        fc.integer({ min: -6, max: 6 }),
        fc.nat(),
        (place, gain, grain, right, seed) => {
          const day = reference(place, false);
          expect(judge(compare(day, seenAs(day, { gain, grain, right, seed })), true)).toBeNull();
        },
      ),
      { numRuns: 25 },
    );
  });

  test('a camera that was turned is reported with how far, to within a cell', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.integer({ min: 48, max: 150 }),
        fc.integer({ min: -24, max: 24 }),
        fc.boolean(),
        (place, far, down, isLeft) => {
          const right = isLeft ? -far : far;
          const seen = compare(
            reference(place, false),
            seenAs(reference(place, false), { right, down, grain: 4 }),
          );
          expect(judge(seen, true)).toBe('moved');
          expect(Math.abs(seen.shiftX - (100 * right) / stillWidth)).toBeLessThanOrEqual(1.5);
          expect(Math.abs(seen.shiftY - (100 * down) / stillHeight)).toBeLessThanOrEqual(2.5);
        },
      ),
      { numRuns: 25 },
    );
  });
});
