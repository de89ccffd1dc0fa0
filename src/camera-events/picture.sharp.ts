import sharp from 'sharp';
import { Failure } from '../base/failure.ts';
import { pictureTypeOf } from './picture-type.ts';

/** Twice a 4K camera's picture each way. A file of 60,000 × 60,000 points can be a few kB. */
const pixelsMaximum = 8_192 * 4_608;
const widthOnScreen = 1_280;
const seconds = 5;

// libvips reads some forty formats, each a door for a hostile file; cameras send two.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
sharp.cache(false);

/**
 * A picture for screens: read as points and written anew, without anything else that the received file held
 * (position, thumbnails, trailing bytes). JPEG, at most 1,280 wide.
 * @throws Failure `camera-events.bad-picture`
 */
export async function pictureForScreen(received: Uint8Array): Promise<Buffer> {
  if (pictureTypeOf(received) === null) throw badPicture();
  try {
    return await sharp(received, {
      limitInputPixels: pixelsMaximum,
      // Half a picture is still evidence, and cheap cameras send halves.
      failOn: 'none',
      sequentialRead: true,
    })
      .autoOrient()
      .resize({ width: widthOnScreen, withoutEnlargement: true })
      .flatten({ background: '#000000' })
      .jpeg({ quality: 80 })
      .timeout({ seconds })
      .toBuffer();
  } catch (error) {
    throw badPicture(error);
  }
}

function badPicture(cause?: unknown): Failure {
  return new Failure('missing', 'camera-events.bad-picture', 'The camera sent no readable picture', {
    cause,
  });
}
