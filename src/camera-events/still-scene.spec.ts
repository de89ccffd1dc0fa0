import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { drawPicture } from '../../devices/camera/picture.sharp.ts';
import type { View } from '../../devices/camera/scene.ts';
import { fc } from '../../test/property.ts';
import { pictureCells } from './picture.process.ts';
import { cellColumns, cellRows, isSameScene, StillScene } from './still-scene.ts';
import type { Cells } from './still-scene.ts';

const everyMs = 2_000;
const minuteMs = 60_000;
const scene = new Uint32Array(cellColumns * cellRows).map((_, index) => index);

/** The scene with these cells changed into what they have never been. */
function withChanged(places: readonly { x: number; y: number }[], at: number): Cells {
  const cells = scene.slice();
  for (const { x, y } of places) cells[y * cellColumns + x] = 1_000_000 + at;
  return cells;
}

const anywhere = fc.record({
  x: fc.integer({ min: 0, max: cellColumns - 1 }),
  y: fc.integer({ min: 0, max: cellRows - 1 }),
});
/** A line of text somewhere: 24 × 3 cells. */
const clockAt = fc.record({
  x: fc.integer({ min: 0, max: cellColumns - 24 }),
  y: fc.integer({ min: 0, max: cellRows - 3 }),
});
const withinClock = fc.record({
  x: fc.integer({ min: 0, max: 23 }),
  y: fc.integer({ min: 0, max: 2 }),
});

describe('a scene in which nothing moves', () => {
  test('is told for as long as only a clock has run, wherever it stands and whichever of its figures change', () => {
    fc.assert(
      fc.property(
        clockAt,
        fc.array(fc.array(withinClock, { maxLength: 20 }), { minLength: 2, maxLength: 60 }),
        (clock, pictures) => {
          const seen = new StillScene();
          pictures.forEach((figures, number) => {
            const places = figures.map(({ x, y }) => ({ x: clock.x + x, y: clock.y + y }));
            seen.see(withChanged(places, number), number * everyMs);
          });
          expect(seen.unmovedMs).toBe((pictures.length - 1) * everyMs);
        },
      ),
    );
  });

  test('is not told where the least noise is: two cells a picture, anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anywhere, anywhere), { minLength: 200, maxLength: 200 }), (pictures) => {
        const seen = new StillScene();
        let longestMs = 0;
        pictures.forEach((places, number) => {
          seen.see(withChanged(places, number), number * everyMs);
          longestMs = Math.max(longestMs, seen.unmovedMs);
        });
        expect(longestMs).toBeLessThan(minuteMs);
      }),
    );
  });

  test('is over with the first thing that moves elsewhere, and begins anew behind it', () => {
    const seen = new StillScene();
    const clock = { x: 50, y: 2 };
    for (let number = 0; number <= 40; number += 1) seen.see(withChanged([clock], number), number * everyMs);
    expect(seen.unmovedMs).toBe(80_000);
    const hand = Array.from({ length: 12 }, (_, step) => ({ x: 10 + step, y: 5 + 2 * step }));
    seen.see(withChanged([clock, ...hand], 41), 82_000);
    expect(seen.unmovedMs).toBe(0);
    seen.see(withChanged([clock], 42), 84_000);
    seen.see(withChanged([clock], 43), 86_000);
    expect(seen.unmovedMs).toBe(2_000);
  });

  test('is not told by what comes twice within half a second', () => {
    const seen = new StillScene();
    for (let number = 0; number < 3; number += 1) {
      seen.see(withChanged([], 0), number * 400);
      expect(seen.unmovedMs).toBe(number === 2 ? 800 : 0);
    }
  });

  test('what fills a tenth of the picture is no clock', () => {
    const bar = (columns: number): Cells =>
      withChanged(
        [
          { x: 0, y: 0 },
          { x: columns - 1, y: 8 },
        ],
        1,
      );
    expect(isSameScene(scene, bar(40))).toBe(true);
    expect(isSameScene(scene, bar(41))).toBe(false);
  });
});

describe('through the decoder, of pictures as cameras send them', () => {
  beforeAll(() => {
    // Another spec in the same process may have let in what cameras send alone; pictures are drawn from SVG.
    sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });
  });
  const atMs = Date.UTC(2026, 10, 2, 3);
  const view: View = {
    ...{ name: 'Cổng', place: 'gate', night: true, shows: undefined, spoiled: undefined, atMs },
  };
  const cells = async (what: Partial<View>): Promise<Cells> =>
    pictureCells(await drawPicture({ ...view, ...what }));

  test.each(['gate', 'junction', 'hall', 'school'] as const)(
    '%s: a sensor’s noise is life, a clock alone is none, by day and by night',
    async (place) => {
      for (const night of [false, true]) {
        const first = await cells({ place, night });
        expect(isSameScene(first, await cells({ place, night, atMs: atMs + 2_000 }))).toBe(false);
        const hung = { place, night, hungAtMs: atMs };
        const later = [61_000, 36_000_000, 90_000_000];
        for (const ms of later) {
          const clockRan = await cells({ ...hung, atMs: atMs + ms });
          expect(clockRan).not.toEqual(first);
          expect(isSameScene(first, clockRan)).toBe(true);
        }
      }
    },
  );

  test('one point that is one level lighter is seen, and a picture of another size is another scene', async () => {
    const points = Buffer.alloc(640 * 360, 90);
    const png = (): Promise<Buffer> =>
      sharp(points, { raw: { width: 640, height: 360, channels: 1 } })
        .png()
        .toBuffer();
    const before = await pictureCells(await png());
    points[200 * 640 + 321] = 91;
    const after = await pictureCells(await png());
    const differ = [...after.keys()].filter((index) => after[index] !== before[index]);
    expect(differ).toEqual([25 * cellColumns + 40]);
    const larger = await drawPicture(view).then((jpeg) => sharp(jpeg).resize(1_280, 720).jpeg().toBuffer());
    expect(isSameScene(await cells({}), await pictureCells(larger))).toBe(false);
  });

  test('half a picture is not compared', async () => {
    const whole = await drawPicture(view);
    await expect(pictureCells(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({
      code: 'camera-events.bad-picture',
    });
  });
});
