import sharp from 'sharp';

const seconds = 5;

// libvips reads some forty formats, each a door for a hostile file; phones and cameras send two.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
sharp.cache(false);

export interface Anew {
  /** A file of 60,000 × 60,000 points can be a few kB. */
  readonly pixelsMaximum: number;
  /** Of the result (points): it is fitted inside, and never enlarged. */
  readonly widthMaximum: number;
  readonly heightMaximum?: number;
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
  return sharp(received, {
    limitInputPixels: pixelsMaximum,
    failOn: mustBeWhole ? 'error' : 'none',
    sequentialRead: true,
  })
    .autoOrient()
    .resize({ width: widthMaximum, height: heightMaximum, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#000000' })
    .jpeg({ quality })
    .timeout({ seconds })
    .toBuffer();
}

/**
 * Its light alone, brought to this size whatever its shape. @returns a byte a point, row by row, 0 black, 255 white.
 * @throws what libvips says of a file that it cannot read whole
 */
export async function greyAnew(
  received: Uint8Array,
  { pixelsMaximum, width, height }: { pixelsMaximum: number; width: number; height: number },
): Promise<Uint8Array> {
  return sharp(received, { limitInputPixels: pixelsMaximum, failOn: 'truncated', sequentialRead: true })
    .autoOrient()
    .flatten({ background: '#000000' })
    .resize({ width, height, fit: 'fill' })
    .greyscale()
    .timeout({ seconds })
    .raw()
    .toBuffer();
}
