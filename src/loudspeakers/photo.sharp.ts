import sharp from 'sharp';
import { Failure } from '../base/failure.ts';

const pixelsMaximum = 8_192 * 8_192;
const sideMaximum = 1_600;
const seconds = 5;

// libvips reads some forty formats, each a door for a hostile file. The whole process's: cameras send the second one.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });

/**
 * A technician's photo: read as points and written anew, at most 1,600 each way, without anything else that the file
 * held (place, phone, thumbnails).
 * @returns JPEG
 * @throws Failure `loudspeakers.bad-photo`
 */
export async function photoAnew(received: Uint8Array): Promise<Buffer> {
  try {
    return await sharp(received, { limitInputPixels: pixelsMaximum, failOn: 'error', sequentialRead: true })
      .autoOrient()
      .resize({ width: sideMaximum, height: sideMaximum, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#000000' })
      .jpeg({ quality: 78 })
      .timeout({ seconds })
      .toBuffer();
  } catch (error) {
    throw new Failure('invalid', 'loudspeakers.bad-photo', 'This is no photo that can be read', {
      cause: error,
    });
  }
}
