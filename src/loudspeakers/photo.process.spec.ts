import { expect, test } from '@jest/globals';
import sharp from 'sharp';
import { photoAnew } from './photo.process.ts';

const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#88aa66' } });

test('a photo comes out small, upright, and without the place and the phone that its file told', async () => {
  const received = await photo(3_000, 2_000)
    .jpeg()
    .withExif({
      IFD0: { Make: 'Phone', Orientation: '6' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '21/1 2/1 3/1' },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer();
  expect((await sharp(received).metadata()).exif).toBeDefined();
  const anew = await photoAnew(Buffer.concat([received, Buffer.from('<script>')]));
  const { format, width, height, exif, orientation } = await sharp(anew).metadata();
  expect({ format, width, height }).toEqual({ format: 'jpeg', width: 1_067, height: 1_600 });
  expect(exif).toBeUndefined();
  expect(orientation).toBeUndefined();
  expect(anew.includes('<script>')).toBe(false);
});

test('what is no photo is refused, and so is half of one', async () => {
  const whole = await photo(800, 600).jpeg().toBuffer();
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('không phải ảnh'),
    svg,
    whole.subarray(0, whole.length / 2),
  ])
    await expect(photoAnew(bytes)).rejects.toMatchObject({ code: 'loudspeakers.bad-photo' });
});
