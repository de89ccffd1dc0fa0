import { Failure } from '../base/failure.ts';
import { cellsAnew, greyAnew, pictureAnew } from '../platform/files/picture-anew.process.ts';
import { pictureTypeOf } from './picture-type.ts';
import { cellColumns, cellRows } from './still-scene.ts';
import type { Cells } from './still-scene.ts';

const forScreens = {
  // Twice a 4K camera's picture each way.
  pixelsMaximum: 8_192 * 4_608,
  widthMaximum: 1_280,
  // A picture 600 wide and 60,000 high would be shown as it is, and take 210 MB to write.
  heightMaximum: 1_280,
  quality: 80,
  // Half a picture is still evidence, and cheap cameras send halves.
  mustBeWhole: false,
};

/**
 * A picture for screens: JPEG, at most 1,280 wide and high, without anything else that the received file held.
 * @throws Failure `camera-events.bad-picture`
 */
export async function pictureForScreen(received: Uint8Array): Promise<Buffer> {
  if (pictureTypeOf(received) === null) throw badPicture();
  try {
    return await pictureAnew(received, forScreens);
  } catch (error) {
    throw badPicture(error);
  }
}

/**
 * The picture's light alone, brought to this size whatever its shape: for comparing, never for a screen. Row by row, 0
 * (black) to 255.
 * @throws Failure `camera-events.bad-picture`
 */
export async function greyPicture(
  received: Uint8Array,
  width: number,
  height: number,
): Promise<{ readonly width: number; readonly height: number; readonly data: Uint8Array }> {
  if (pictureTypeOf(received) === null) throw badPicture();
  try {
    const data = await greyAnew(received, { pixelsMaximum: forScreens.pixelsMaximum, width, height });
    return { width, height, data };
  } catch (error) {
    throw badPicture(error);
  }
}

/**
 * What of it can be compared with another picture to the point.
 * @throws Failure `camera-events.bad-picture`
 */
export async function pictureCells(received: Uint8Array): Promise<Cells> {
  if (pictureTypeOf(received) === null) throw badPicture();
  try {
    const { pixelsMaximum } = forScreens;
    const sums = await cellsAnew(received, { pixelsMaximum, columns: cellColumns, rows: cellRows });
    // A copy: what a process sent may lie at an odd place, where no Uint32Array can begin.
    return new Uint32Array(new Uint8Array(sums).buffer);
  } catch (error) {
    throw badPicture(error);
  }
}

function badPicture(cause?: unknown): Failure {
  return new Failure('missing', 'camera-events.bad-picture', 'The camera sent no readable picture', {
    cause,
  });
}
