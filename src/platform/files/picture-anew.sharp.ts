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

async function refuseLargeInPasses(received: Uint8Array, options: SharpOptions): Promise<void> {
  const { isProgressive, width, height, channels } = await sharp(received, options).metadata();
  if (isProgressive && width * height * channels * 2 > wholeBytesMaximum)
    throw new Error(`It is stored in passes and has ${width} × ${height} points`);
}
