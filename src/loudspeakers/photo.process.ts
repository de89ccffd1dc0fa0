import { Failure } from '../base/failure.ts';
import { pictureAnew } from '../platform/files/picture-anew.process.ts';

const anew = {
  ...{ pixelsMaximum: 8_192 * 8_192, widthMaximum: 1_600, heightMaximum: 1_600 },
  ...{ quality: 78, mustBeWhole: true },
};

/**
 * A technician's photo, at most 1,600 each way, without where and with what it was taken.
 * @returns JPEG
 * @throws Failure `loudspeakers.bad-photo`
 */
export async function photoAnew(received: Uint8Array): Promise<Buffer> {
  try {
    return await pictureAnew(received, anew);
  } catch (error) {
    throw new Failure('invalid', 'loudspeakers.bad-photo', 'This is no photo that can be read', {
      cause: error,
    });
  }
}
