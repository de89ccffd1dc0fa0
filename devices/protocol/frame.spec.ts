import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { joinFrame, refuseOtherPicture, splitFrame } from './frame.ts';

const named = (picture: Uint8Array): { sha256: string; bytes: number } => ({
  sha256: createHash('sha256').update(picture).digest('hex'),
  bytes: picture.length,
});

describe('a frame', () => {
  test('comes apart as it was put together, zeros in the picture and all', () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array(), (envelope, picture) => {
        const apart = splitFrame(joinFrame(envelope, picture));
        expect(Buffer.from(apart.envelope).toString()).toBe(envelope);
        expect([...apart.picture]).toEqual([...picture]);
      }),
    );
  });

  test('is refused without a picture’s place, or with another picture than its message names', () => {
    expect(() => splitFrame(Buffer.from('{}'))).toThrow('unreadable');
    const picture = Buffer.from('one picture');
    expect(() => refuseOtherPicture(picture, named(picture))).not.toThrow();
    expect(() => refuseOtherPicture(Buffer.alloc(0), null)).not.toThrow();
    expect(() => refuseOtherPicture(picture, null)).toThrow('bad-signature');
    expect(() => refuseOtherPicture(picture, named(Buffer.from('two picture')))).toThrow('bad-signature');
    expect(() => refuseOtherPicture(picture, { ...named(picture), bytes: 5 })).toThrow('bad-signature');
  });
});
