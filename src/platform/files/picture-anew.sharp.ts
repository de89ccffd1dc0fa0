import sharp from 'sharp';
import type { SharpOptions } from 'sharp';

const seconds = 5;
/**
 * A picture stored in passes (a progressive JPEG, an interlaced PNG) is held whole while it is read, as numbers of two
 * bytes: one of 8,192 × 4,608 points took 250 MB and more, out of a file of 440 kB. Cameras and phones send lines.
 */
const wholeBytesMaximum = 80_000_000;
/** …and of those one is read at a time. */
let lastInPasses: Promise<unknown> = Promise.resolve();

// libvips reads some forty formats, each a door for a hostile file; phones and cameras send two.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
sharp.cache(false);

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

/**
 * Somebody else's picture, read as points and written anew, without anything else that the file held (place, device,
 * thumbnails, trailing bytes). @returns JPEG. @throws what libvips says of a file that it cannot read
 */
export async function pictureAnew(received: Uint8Array, anew: Anew): Promise<Buffer> {
  const { pixelsMaximum, widthMaximum, heightMaximum, quality, mustBeWhole } = anew;
  const options = { limitInputPixels: pixelsMaximum, failOn: mustBeWhole ? 'error' : 'none' } as const;
  return inItsTurn(received, options, () =>
    sharp(received, { ...options, sequentialRead: true })
      .autoOrient()
      .resize({ width: widthMaximum, height: heightMaximum, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#000000' })
      .jpeg({ quality })
      .timeout({ seconds })
      .toBuffer(),
  );
}

/**
 * Its light alone, brought to this size whatever its shape. @returns a byte a point, row by row, 0 black, 255 white.
 * @throws what libvips says of a file that it cannot read whole
 */
export async function greyAnew(
  received: Uint8Array,
  { pixelsMaximum, width, height }: { pixelsMaximum: number; width: number; height: number },
): Promise<Uint8Array> {
  const options = { limitInputPixels: pixelsMaximum, failOn: 'truncated' } as const;
  return inItsTurn(received, options, () =>
    sharp(received, { ...options, sequentialRead: true })
      .autoOrient()
      .flatten({ background: '#000000' })
      .resize({ width, height, fit: 'fill' })
      .greyscale()
      .timeout({ seconds })
      .raw()
      .toBuffer(),
  );
}

/** @throws where it is stored in passes and would take too much memory */
async function inItsTurn(
  received: Uint8Array,
  options: SharpOptions,
  read: () => Promise<Buffer>,
): Promise<Buffer> {
  const { isProgressive, width, height, channels } = await sharp(received, options).metadata();
  if (!isProgressive) return read();
  if (width * height * channels * 2 > wholeBytesMaximum)
    throw new Error(`It is stored in passes and has ${width} × ${height} points`);
  const done = lastInPasses.then(read);
  lastInPasses = done.catch(() => undefined);
  return done;
}
