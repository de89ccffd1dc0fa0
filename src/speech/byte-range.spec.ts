import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { byteRangeIn } from './byte-range.ts';

describe('a Range header', () => {
  test.each([
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=10-5000', { start: 10, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-5000', { start: 0, end: 99 }],
    ['bytes=99-', { start: 99, end: 99 }],
    ['bytes=100-', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=9-3', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['lines=1-2', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=a-b', 'whole'],
    [undefined, 'whole'],
  ])('%s of 100 bytes', (header, expected) => {
    expect(byteRangeIn(header, 100)).toEqual(expected);
  });

  test('never names a byte that the file does not have', () => {
    fc.assert(
      fc.property(fc.option(fc.nat(200)), fc.option(fc.nat(200)), fc.nat(150), (from, to, size) => {
        const range = byteRangeIn(`bytes=${from ?? ''}-${to ?? ''}`, size);
        if (typeof range === 'string') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});
