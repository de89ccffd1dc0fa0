import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { stillHeight as height, stillWidth as width } from '../../../src/camera-health/comparison.ts';
import { seeded } from '../../../devices/camera/scene.ts';
import type { How, Scene } from './kinds.ts';

/** The picture taken is so much wider than what the camera sees: it may be turned by 30 % and see something real. */
const wideness = 1.6;
const [wideWidth, wideHeight] = [width * wideness, height * wideness];

/** Red, green, blue, row by row. */
type Points = Float32Array;

/** A still as a camera sends it: what it sees, what lies over that, its own words, and JPEG. @param seed of what is drawn */
export async function draw({ picture }: Scene, how: How, seed: number): Promise<Buffer> {
  const random = seeded(seed);
  const wide = await sharp(picture)
    .autoOrient()
    .flatten({ background: '#000000' })
    .resize(wideWidth, wideHeight, { fit: 'cover' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  let points = look(wide, how);
  for (let each = 0; each < (how.passers ?? 0); each += 1) passer(points, random);
  if (how.lorry !== undefined) lorry(points, how.lorry, random);
  if (how.cover !== undefined) cover(points, how.cover, random);
  light(points, how, random);
  if (how.blur !== undefined) points = await blurred(points, how.blur);
  for (let each = 0; each < (how.rain ?? 0); each += 1) streak(points, random);
  if (how.grain !== undefined) grain(points, how.grain, random);
  ownWords(points, random);
  return jpegOf(points)
    .jpeg({ quality: how.quality ?? 80 })
    .toBuffer();
}

const jpegOf = (points: Points): Sharp =>
  sharp(Uint8ClampedArray.from(points), { raw: { width, height, channels: 3 } });

/** The view: turned aside (share of its width and height), rolled (degrees), zoomed. Between points by interpolation. */
function look(wide: Uint8Array, { right = 0, down = 0, roll = 0, zoom = 1 }: How): Points {
  const seen = new Float32Array(width * height * 3);
  const angle = (roll * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const centreX = wideWidth / 2 + right * width;
  const centreY = wideHeight / 2 + down * height;
  const within = (value: number, most: number): number => Math.min(most - 1.001, Math.max(0, value));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [dx, dy] = [x - width / 2, y - height / 2];
      const fromX = within(centreX + dx * cos - dy * sin, wideWidth);
      const fromY = within(centreY + dx * sin + dy * cos, wideHeight);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [partX, partY] = [fromX - left, fromY - top];
      for (let colour = 0; colour < 3; colour += 1) {
        const at = (column: number, row: number): number =>
          wide[((top + row) * wideWidth + left + column) * 3 + colour] ?? 0;
        const above = at(0, 0) * (1 - partX) + at(1, 0) * partX;
        const below = at(0, 1) * (1 - partX) + at(1, 1) * partX;
        seen[(y * width + x) * 3 + colour] = above * (1 - partY) + below * partY;
      }
    }
  return seen;
}

type Random = () => number;

/** Somebody stands in the way, darker or lighter than what is behind: a body and a head. */
function passer(points: Points, random: Random): void {
  const tall = height * (0.18 + 0.3 * random());
  const [left, top] = [random() * width * 0.9, height * 0.25 + random() * (height * 0.75 - tall)];
  const clothes = [0, 1, 2].map(() => 20 + 200 * random());
  fill(points, clothes, (x, y) => {
    const [dx, dy] = [(x - left) / (tall * 0.3), (y - top) / tall];
    if (dy < 0.16) return Math.hypot((dx - 0.5) * 1.9, (dy - 0.08) / 0.16) < 0.5;
    return dy < 1 && dx > 0.12 && dx < 0.88;
  });
}

/** A box of so great a share of the view, with a cab, windows and wheels of its own. */
function lorry(points: Points, share: number, random: Random): void {
  const wide = width * Math.sqrt(share * 1.4);
  const tall = (share * width * height) / wide;
  const [left, top] = [random() * (width - wide), height - tall - random() * (height - tall) * 0.5];
  const paint = [0, 1, 2].map(() => 40 + 180 * random());
  fill(points, paint, (x, y) => x > left && x < left + wide && y > top && y < top + tall);
  for (let column = 0; column < 5; column += 1)
    fill(points, [30, 34, 40], (x, y) => {
      const [dx, dy] = [(x - left) / wide - (0.08 + column * 0.19), (y - top) / tall - 0.15];
      return dx > 0 && dx < 0.12 && dy > 0 && dy < 0.25;
    });
}

/** Cloth, paint, a bag: nothing to see but its own light falling off to one side, over so great a share from the left. */
function cover(points: Points, { share, level }: NonNullable<How['cover']>, random: Random): void {
  const tilt = 0.3 * random();
  const colour = [0, 1, 2].map(() => level * (0.85 + 0.3 * random()));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width * share; x += 1)
      for (let each = 0; each < 3; each += 1)
        points[(y * width + x) * 3 + each] = (colour[each] ?? 0) * (1 - (tilt * x) / width);
}

function fill(points: Points, colour: readonly number[], isInside: (x: number, y: number) => boolean): void {
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (isInside(x, y))
        for (let each = 0; each < 3; each += 1) points[(y * width + x) * 3 + each] = colour[each] ?? 0;
}

/** Exposure, gamma, white balance, infra-red, fog, and the edge of a shadow that moved. */
function light(points: Points, how: How, random: Random): void {
  const { gain = 1, gamma = 1, tint = [1, 1, 1], fog = 0, shadow = 1, isGrey = false } = how;
  const [slope, middle] = [random() - 0.5, width * (0.35 + 0.3 * random())];
  for (let index = 0; index < points.length; index += 3) {
    const point = index / 3;
    const [x, y] = [point % width, Math.floor(point / width)];
    const lit = gain * (x > middle + slope * y ? shadow : 1);
    const colours = [0, 1, 2].map((each) => points[index + each] ?? 0);
    const mean = 0.3 * (colours[0] ?? 0) + 0.59 * (colours[1] ?? 0) + 0.11 * (colours[2] ?? 0);
    for (let each = 0; each < 3; each += 1) {
      const level = isGrey ? mean : (colours[each] ?? 0);
      const shown = 255 * Math.pow(Math.min(1, (level * lit * (tint[each] ?? 1)) / 255), gamma);
      points[index + each] = shown * (1 - fog) + 205 * fog;
    }
  }
}

/** A drop that falls past while the shutter is open. */
function streak(points: Points, random: Random): void {
  const [left, top] = [random() * width, random() * height];
  const long = 8 + 22 * random();
  for (let step = 0; step < long; step += 1) {
    const [x, y] = [Math.floor(left + step * 0.18), Math.floor(top + step)];
    if (x >= width || y >= height) return;
    for (let each = 0; each < 3; each += 1) {
      const index = (y * width + x) * 3 + each;
      points[index] = (points[index] ?? 0) * 0.5 + 105;
    }
  }
}

/** A sensor's noise, near enough to normal. @param deviation grey levels */
function grain(points: Points, deviation: number, random: Random): void {
  for (let index = 0; index < points.length; index += 3) {
    const noise = deviation * 1.73 * (random() + random() + random() + random() - 2);
    for (let each = 0; each < 3; each += 1) points[index + each] = (points[index + each] ?? 0) + noise;
  }
}

async function blurred(points: Points, deviation: number): Promise<Points> {
  const shown = await jpegOf(points).blur(deviation).raw().toBuffer();
  return Float32Array.from(shown);
}

/** The camera's name and clock, which stay sharp whatever the lens sees: dots in the manner of letters. */
function ownWords(points: Points, random: Random): void {
  for (const [left, top, letters] of [
    [12, 10, 14],
    [430, 10, 16],
    [12, 336, 8],
  ] as const)
    for (let letter = 0; letter < letters; letter += 1)
      for (let dot = 0; dot < 35; dot += 1) {
        if (random() < 0.5) continue;
        const [x, y] = [left + letter * 12 + (dot % 5) * 2, top + Math.floor(dot / 5) * 2];
        for (const [dx, dy] of [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ] as const)
          for (let each = 0; each < 3; each += 1) points[((y + dy) * width + x + dx) * 3 + each] = 250;
      }
}
