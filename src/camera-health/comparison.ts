/**
 * Whether a camera still sees what it is to see: a still picture against the reference that a person accepted. Plain
 * arithmetic on small grey pictures, so that each figure can be shown and judged by a person; nothing is learned and
 * nobody is recognised.
 *
 * The picture is cut into blocks and judged by their median, so that a person, a lorry or the burned-in clock (each a few
 * blocks) changes nothing; edges are compared after local normalisation, so that the hour of the day changes little.
 */

/** Grey levels 0 (black) to 255, row by row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The size that every picture is brought to, whatever its own shape: 16 × 9 blocks of 40 × 40 points. */
export const stillWidth = 640;
export const stillHeight = 360;

/** `frozen` is told beside an earlier still, the others beside the reference. */
export const viewFindings = ['covered', 'dark', 'blurred', 'moved', 'frozen'] as const;
export type ViewFinding = (typeof viewFindings)[number];

/** What a picture is by itself. */
export interface Measures {
  /** The median block's mean grey level, 0 to 255. */
  readonly light: number;
  /** The share of blocks in which there is anything to see, 0 to 1. */
  readonly detail: number;
}

/** What a picture is beside its reference. */
export interface Comparison extends Measures {
  readonly referenceLight: number;
  /** Of the reference's blocks with something in them, the share that still has something. */
  readonly kept: number;
  /** Fine detail by contrast (variance of the Laplacian over the variance), relative to the reference; 1: as sharp. */
  readonly sharpness: number;
  /** How alike the edges are in place, -1 to 1. */
  readonly alike: number;
  /** Where the edges fit best, in percent of the picture's width and height, and how alike they are there. */
  readonly shiftX: number;
  readonly shiftY: number;
  readonly alikeShifted: number;
}

/**
 * Where the lines are drawn. Each lies between what scenes measure when they are well (other light, people, vehicles, sensor
 * noise, JPEG) and when they are spoiled: `comparison.spec.ts` holds both for the scenes of `devices/camera`,
 * `npm run bench:stills` counts both on photographs and films (docs/decisions/0087-stills-on-photographs.md). A person judges each
 * finding, and accepts a new reference where it was none.
 */
export const limits = {
  /** Below it nobody sees anything on a screen: video black is 16 of 255 (ITU-R BT.601). */
  darkLight: 24,
  /** Less of the view than this is left: covered, painted over, fogged. */
  keptLeast: 0.15,
  /** A quarter of the fine detail is a blur of one to two points in 640, by how fine the view is. */
  sharpLeast: 0.25,
  /** Edges that are no longer in place. */
  alikeLeast: 0.3,
  /** Elsewhere the edges must fit so much better than in place: a row of windows fits itself again a window further. */
  betterLeast: 0.15,
  /** A shift is believed from here on; one by less is a lens that settles and a pole in the wind. */
  shiftLeastPercent: 4,
  /** A reference must show something in at least this share of its blocks, or nothing can be compared with it. */
  detailLeast: 0.12,
} as const;

const columns = 16;
const rows = 9;
/** The camera's own words stand at the top and the bottom: they are sharp and in place whatever the lens sees. */
const osdTop = 0.17;
const osdBottom = 0.88;
/** A block has something in it from here on (grey levels, standard deviation, sensor noise averaged out). */
const textureLeast = 4;

export function measure(picture: Grey): Measures {
  const blocks = blocksOf(picture);
  return {
    light: median(blocks.map(({ mean }) => mean)),
    detail: blocks.filter(hasTexture).length / blocks.length,
  };
}

export function compare(reference: Grey, still: Grey): Comparison {
  const before = blocksOf(reference);
  const now = blocksOf(still);
  const pairs = before.flatMap((was, index) => {
    const is = now[index];
    return is !== undefined && hasTexture(was) ? [{ was, is }] : [];
  });
  const kept = pairs.filter(({ was, is }) => is.spread >= Math.max(textureLeast / 2, was.spread * 0.12));
  const [noiseBefore, noiseNow] = [noiseOf(before), noiseOf(now)];
  const fit = bestFit(edgesOf(reference), edgesOf(still));
  return {
    ...measure(still),
    referenceLight: median(before.map(({ mean }) => mean)),
    kept: pairs.length === 0 ? 0 : kept.length / pairs.length,
    sharpness: relativeSharpness(kept, noiseBefore, noiseNow),
    ...fit,
  };
}

/**
 * What is wrong with the view; null when nothing is. At most one thing: what is covered is not also dark.
 * @param isSameLight the reference is of the same part of the day
 */
export function judge(seen: Comparison, isSameLight: boolean): ViewFinding | null {
  const isGone = seen.kept < limits.keptLeast && seen.alike < limits.alikeLeast;
  // Without light nothing is left either; where it should be as light as on the reference, that is no night.
  if (seen.light < limits.darkLight) return isGone && isSameLight ? 'covered' : 'dark';
  if (isGone) return 'covered';
  const isElsewhere = seen.alike < limits.alikeLeast;
  const isShifted =
    Math.max(Math.abs(seen.shiftX), Math.abs(seen.shiftY)) >= limits.shiftLeastPercent &&
    seen.alikeShifted >= seen.alike + limits.betterLeast;
  if (seen.sharpness < limits.sharpLeast) return 'blurred';
  return isElsewhere || isShifted ? 'moved' : null;
}

interface Block {
  readonly mean: number;
  readonly spread: number;
  /** Mean square of the Laplacian: fine detail, and the sensor's noise with it. */
  readonly fine: number;
}

/**
 * What the flattest blocks still have of fine detail is the sensor's noise, which no lens blurs: without taking it away, a
 * picture out of focus is as "sharp" as it is grainy (real photographs with a grain of three levels: 6 of 10 were missed).
 */
function noiseOf(blocks: readonly Block[]): number {
  const sorted = blocks.map(({ fine }) => fine).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 10)] ?? 0;
}

/** By the third of the blocks that had the most fine detail: in the others there is hardly more of it than noise. */
function relativeSharpness(
  kept: readonly { readonly was: Block; readonly is: Block }[],
  noiseBefore: number,
  noiseNow: number,
): number {
  const detailed = [...kept]
    .sort((one, other) => other.was.fine - one.was.fine)
    .slice(0, Math.ceil(kept.length / 3));
  return median(detailed.map(({ was, is }) => sharpness(is, noiseNow) / sharpness(was, noiseBefore)));
}

const sharpness = ({ fine, spread }: Block, noise: number): number =>
  Math.max(0, fine - noise) / (spread * spread + 1) + 1e-6;

const hasTexture = ({ spread }: Block): boolean => spread >= textureLeast;

function blocksOf({ width, height, data }: Grey): Block[] {
  const blocks: Block[] = [];
  const [blockWidth, blockHeight] = [Math.floor(width / columns), Math.floor(height / rows)];
  for (let row = 0; row < rows; row += 1) {
    const middle = (row + 0.5) / rows;
    if (middle < osdTop || middle > osdBottom) continue;
    for (let column = 0; column < columns; column += 1)
      blocks.push(block(data, width, column * blockWidth, row * blockHeight, blockWidth, blockHeight));
  }
  return blocks;
}

/** Averages of 4 × 4 points take most of a sensor's noise away; the Laplacian is taken of the points themselves. */
function block(
  data: Uint8Array,
  stride: number,
  left: number,
  top: number,
  width: number,
  height: number,
): Block {
  const at = (x: number, y: number): number => data[(top + y) * stride + left + x] ?? 0;
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 0; y + 4 <= height; y += 4)
    for (let x = 0; x + 4 <= width; x += 4) {
      let cell = 0;
      for (let dy = 0; dy < 4; dy += 1) for (let dx = 0; dx < 4; dx += 1) cell += at(x + dx, y + dy);
      cell /= 16;
      sum += cell;
      squares += cell * cell;
      count += 1;
    }
  let [fine, points] = [0, 0];
  for (let y = 1; y < height - 1; y += 1)
    for (let x = 1; x < width - 1; x += 1) {
      const laplacian = 4 * at(x, y) - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1);
      fine += laplacian * laplacian;
      points += 1;
    }
  const mean = sum / count;
  const variance = Math.max(0, squares / count - mean * mean);
  return { mean, spread: Math.sqrt(variance), fine: fine / points };
}

/** A map of edges, 80 × 45, each relative to what is around it: a wall's edge counts alike in sun and by lamp. */
interface Edges {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

const edgeStep = 8;
/** Grey levels; edges weaker than the noise stay weak. */
const edgeFloor = 3;
const surround = 6;

function edgesOf({ width, height, data }: Grey): Edges {
  const half = edgeStep / 2;
  const [w, h] = [Math.floor(width / half), Math.floor(height / half)];
  const small = new Float32Array(w * h);
  for (let y = 0; y < h; y += 1)
    for (let x = 0; x < w; x += 1) {
      let cell = 0;
      for (let dy = 0; dy < half; dy += 1)
        for (let dx = 0; dx < half; dx += 1) cell += data[(y * half + dy) * width + x * half + dx] ?? 0;
      small[y * w + x] = cell / (half * half);
    }
  const [mapWidth, mapHeight] = [Math.floor(w / 2), Math.floor(h / 2)];
  const strong = new Float32Array(mapWidth * mapHeight);
  for (let y = 1; y < h - 1; y += 1)
    for (let x = 1; x < w - 1; x += 1) {
      const across = (small[y * w + x + 1] ?? 0) - (small[y * w + x - 1] ?? 0);
      const down = (small[(y + 1) * w + x] ?? 0) - (small[(y - 1) * w + x] ?? 0);
      const index = Math.min(mapHeight - 1, y >> 1) * mapWidth + Math.min(mapWidth - 1, x >> 1);
      strong[index] = (strong[index] ?? 0) + Math.hypot(across, down) / 4;
    }
  const relative = new Float32Array(strong.length);
  for (let y = 0; y < mapHeight; y += 1)
    for (let x = 0; x < mapWidth; x += 1) {
      let [around, count] = [0, 0];
      for (let dy = -surround; dy <= surround; dy += 2)
        for (let dx = -surround; dx <= surround; dx += 2) {
          const [nearX, nearY] = [x + dx, y + dy];
          if (nearX < 0 || nearY < 0 || nearX >= mapWidth || nearY >= mapHeight) continue;
          around += strong[nearY * mapWidth + nearX] ?? 0;
          count += 1;
        }
      relative[y * mapWidth + x] = (strong[y * mapWidth + x] ?? 0) / (around / count + edgeFloor);
    }
  return { width: mapWidth, height: mapHeight, data: relative };
}

const mostShiftX = 24;
const mostShiftY = 14;

function bestFit(
  reference: Edges,
  still: Edges,
): Pick<Comparison, 'alike' | 'shiftX' | 'shiftY' | 'alikeShifted'> {
  const alike = likeness(reference, still, 0, 0);
  let best = { x: 0, y: 0, alike };
  for (let y = -mostShiftY; y <= mostShiftY; y += 1)
    for (let x = -mostShiftX; x <= mostShiftX; x += 1) {
      const here = likeness(reference, still, x, y);
      if (here > best.alike) best = { x, y, alike: here };
    }
  return {
    alike,
    shiftX: (100 * best.x) / reference.width,
    shiftY: (100 * best.y) / reference.height,
    alikeShifted: best.alike,
  };
}

/** The correlation of what overlaps when the still lies shifted by so many cells. */
function likeness(reference: Edges, still: Edges, shiftX: number, shiftY: number): number {
  const { width, height } = reference;
  const [top, bottom] = [Math.ceil(height * osdTop), Math.floor(height * osdBottom)];
  const [fromY, untilY] = [Math.max(top, top - shiftY), Math.min(bottom, bottom - shiftY)];
  const [fromX, untilX] = [Math.max(0, -shiftX), Math.min(width, width - shiftX)];
  let [a, b, aa, bb, ab, count] = [0, 0, 0, 0, 0, 0];
  for (let y = fromY; y < untilY; y += 1)
    for (let x = fromX; x < untilX; x += 1) {
      const one = reference.data[y * width + x] ?? 0;
      const other = still.data[(y + shiftY) * width + x + shiftX] ?? 0;
      a += one;
      b += other;
      aa += one * one;
      bb += other * other;
      ab += one * other;
      count += 1;
    }
  const [spreadA, spreadB] = [aa - (a * a) / count, bb - (b * b) / count];
  return count === 0 || spreadA < 1e-6 || spreadB < 1e-6
    ? 0
    : (ab - (a * b) / count) / Math.sqrt(spreadA * spreadB);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
