import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { pictureForScreen } from './picture.process.ts';

const plain = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#456' } });
const jpeg = (width: number, height: number): Promise<Buffer> => plain(width, height).jpeg().toBuffer();

/** A PNG that says it is `width` × `height` points and holds none. */
function hollowPng(width: number, height: number): Buffer {
  const bytes = Buffer.from(
    '89504e470d0a1a0a0000000d49484452000000000000000008020000000000000000000049454e44ae426082',
    'hex',
  );
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe('a picture for screens', () => {
  test('is a JPEG of at most 1,280 points across, and small ones stay as they are', async () => {
    expect(await sharp(await pictureForScreen(await jpeg(3_840, 2_160))).metadata()).toMatchObject({
      ...{ format: 'jpeg', width: 1_280, height: 720 },
    });
    expect(await sharp(await pictureForScreen(await jpeg(320, 200))).metadata()).toMatchObject({
      width: 320,
    });
    expect(await sharp(await pictureForScreen(await jpeg(60, 60_000))).metadata()).toMatchObject({
      height: 1_280,
    });
  });

  test('may be stored in passes as long as it can be held whole', async () => {
    const inPasses = (width: number, height: number): Promise<Buffer> =>
      plain(width, height).jpeg({ progressive: true }).toBuffer();
    const all = await Promise.all([inPasses(3_840, 2_160), inPasses(640, 480)]);
    const [large, small] = await Promise.all(all.map(pictureForScreen));
    expect(await sharp(large).metadata()).toMatchObject({ width: 1_280, isProgressive: false });
    expect(await sharp(small).metadata()).toMatchObject({ width: 640 });
    await expect(pictureForScreen(await inPasses(8_000, 4_500))).rejects.toMatchObject({
      code: 'camera-events.bad-picture',
    });
  });

  test('of a picture that was cut off shows the part that came', async () => {
    const whole = await jpeg(640, 480);
    const shown = await pictureForScreen(whole.subarray(0, Math.floor(whole.length * 0.7)));
    expect(await sharp(shown).metadata()).toMatchObject({ width: 640, height: 480 });
  });

  test('carries over nothing behind the picture', async () => {
    const polyglot = Buffer.concat([await jpeg(64, 64), Buffer.from('<script>alert(1)</script>')]);
    expect((await pictureForScreen(polyglot)).includes('script')).toBe(false);
  });

  test.each([
    ['a page that says it is a picture', Buffer.from('<html></html>')],
    ['a drawing that can load other files', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
    ['a first bytes alone', Buffer.from([0xff, 0xd8, 0xff])],
    ['60,000 × 60,000 points in 45 bytes', hollowPng(60_000, 60_000)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is refused', async (_, bytes) => {
    await expect(pictureForScreen(bytes)).rejects.toMatchObject({ code: 'camera-events.bad-picture' });
  });
});
