import sharp from 'sharp';
import type { SharpOptions } from 'sharp';

const seconds = 5;
/**
 * A picture stored in passes (a progressive JPEG, an interlaced PNG) is held whole while it is read, as numbers of two
 * bytes: one of 8,192 × 4,608 points took 250 MB and more, out of a file of 440 kB. Cameras and phones send lines.
 */
const wholeBytesMaximum = 80_000_000;

// libvips reads some forty formats, each a door for a hostile file; phones and cameras send two.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
sharp.cache(false);
// One picture is made at a time, on one of the machine's cores: the service is to answer meanwhile.
sharp.concurrency(1);

export interface Anew {
  /** A file of 60,000 × 60,000 points can be a few kB. */
  readonly pixelsMaximum: number;
  /** Of the result (points): it is fitted inside, and never enlarged. */
  readonly widthMaximum: number;
  readonly heightMaximum: number;
  /** Of the JPEG, 1–100. */
  readonly quality: number;
  /** Half a picture is refused; else what there is of it is shown. */
  readonly mustBeWhole: boolean;
}

export interface Grey {
  readonly pixelsMaximum: number;
  readonly width: number;
  readonly height: number;
}

export interface Cut {
  readonly pixelsMaximum: number;
  readonly columns: number;
  readonly rows: number;
}

/** @throws what libvips says of a file that it cannot read */
export async function pictureAnew(received: Uint8Array, anew: Anew): Promise<Buffer> {
  const { pixelsMaximum, widthMaximum, heightMaximum, quality, mustBeWhole } = anew;
  const options = { limitInputPixels: pixelsMaximum, failOn: mustBeWhole ? 'error' : 'none' } as const;
  await refuseLargeInPasses(received, options);
  return sharp(received, { ...options, sequentialRead: true })
    .autoOrient()
    .resize({ width: widthMaximum, height: heightMaximum, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#000000' })
    .jpeg({ quality })
    .timeout({ seconds })
    .toBuffer();
}

/** @throws what libvips says of a file that it cannot read whole */
export async function greyAnew(
  received: Uint8Array,
  { pixelsMaximum, width, height }: Grey,
): Promise<Buffer> {
  const options = { limitInputPixels: pixelsMaximum, failOn: 'truncated' } as const;
  await refuseLargeInPasses(received, options);
  return sharp(received, { ...options, sequentialRead: true })
    .autoOrient()
    .flatten({ background: '#000000' })
    .resize({ width, height, fit: 'fill' })
    .greyscale()
    .timeout({ seconds })
    .raw()
    .toBuffer();
}

/**
 * Of its light in its own size, a sum (FNV-1a, 32 bits) of the points of each cell, row by row: 14 kB for 3,600 cells, where the
 * points of a 4K picture are 8 MB. @throws what libvips says of a file that it cannot read whole
 */
export async function cellsAnew(
  received: Uint8Array,
  { pixelsMaximum, columns, rows }: Cut,
): Promise<Buffer> {
  const options = { limitInputPixels: pixelsMaximum, failOn: 'truncated' } as const;
  await refuseLargeInPasses(received, options);
  const { data, info } = await sharp(received, { ...options, sequentialRead: true })
    .flatten({ background: '#000000' })
    .greyscale()
    .timeout({ seconds })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const sums = new Uint32Array(columns * rows).fill(0x811c9dc5);
  for (let y = 0; y < info.height; y += 1) {
    const row = Math.floor((y * rows) / info.height) * columns;
    for (let column = 0; column < columns; column += 1) {
      const until = y * info.width + Math.floor(((column + 1) * info.width) / columns);
      let sum = sums[row + column] ?? 0;
      for (let at = y * info.width + Math.floor((column * info.width) / columns); at < until; at += 1)
        sum = Math.imul(sum ^ (data[at] ?? 0), 0x01000193);
      sums[row + column] = sum;
    }
  }
  return Buffer.from(sums.buffer);
}

async function refuseLargeInPasses(received: Uint8Array, options: SharpOptions): Promise<void> {
  const { isProgressive, width, height, channels } = await sharp(received, options).metadata();
  if (isProgressive && width * height * channels * 2 > wholeBytesMaximum)
    throw new Error(`It is stored in passes and has ${width} × ${height} points`);
}
