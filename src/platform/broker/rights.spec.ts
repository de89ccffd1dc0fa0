import { describe, expect, test } from '@jest/globals';
import { fc } from '../../../test/property.ts';
import { filterCovers, filterMatches, isOrderTopic } from './rights.ts';

const level = fc.constantFrom('a', 'b', '', 'order', '$SYS');
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([levels, deep]) => [...levels, ...(deep ? ['#'] : [])].join('/'));

describe('topic filters', () => {
  test.each([
    ['ll/1/+/p/hello', 'll/1/c/p/hello', true],
    ['ll/1/+/p/hello', 'll/1/c/q/hello', false],
    ['ll/#', 'll', true],
    ['ll/#', 'll/1/c', true],
    ['+', 'a/b', false],
    ['#', '$SYS/a', false],
    ['+/a', '$SYS/a', false],
    ['a/+', 'a/', true],
    ['a/b', 'a/b/c', false],
  ])('%s holds %s: %s', (given, asked, expected) => {
    expect(filterMatches(given, asked)).toBe(expected);
  });

  test('what an allowed filter covers lets nobody hear a topic that it does not hold', () => {
    fc.assert(
      fc.property(filter, filter, topic, (allowed, asked, heard) => {
        const wouldHear = filterCovers(allowed, asked) && filterMatches(asked, heard);
        return !wouldHear || filterMatches(allowed, heard);
      }),
      // About one in a hundred gets as far as hearing something.
      { numRuns: 20_000 },
    );
  });

  test('a filter covers itself and the topics it holds', () => {
    fc.assert(fc.property(filter, (given) => filterCovers(given, given)));
    fc.assert(
      fc.property(
        filter,
        topic,
        (given, asked) => filterCovers(given, asked) === filterMatches(given, asked),
      ),
    );
  });

  test('order topics are known by their last level', () => {
    expect(isOrderTopic('ll/1/c/all/order')).toBe(true);
    expect(isOrderTopic('ll/1/c/p/programme')).toBe(false);
  });
});
