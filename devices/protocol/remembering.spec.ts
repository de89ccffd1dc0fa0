import { expect, test } from '@jest/globals';
import { remembering } from './remembering.ts';

test('makes once what is asked for again, keeps so many, and remembers no failure', () => {
  const made: string[] = [];
  const lengthOf = remembering(2, (key) => {
    made.push(key);
    if (key === '') throw new Error('nothing');
    return key.length;
  });
  expect(['a', 'bb', 'a', 'bb'].map(lengthOf)).toEqual([1, 2, 1, 2]);
  expect(() => lengthOf('')).toThrow('nothing');
  expect(() => lengthOf('')).toThrow('nothing');
  expect(made).toEqual(['a', 'bb', '', '']);
  expect(['ccc', 'bb', 'a'].map(lengthOf)).toEqual([3, 2, 1]);
  expect(made).toEqual(['a', 'bb', '', '', 'ccc', 'a']);
});
