import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { noEvidence, phaseIn, styleFrom, withWord } from './event-style.ts';
import type { EventStyle, StyleEvidence } from './event-style.ts';

const second = 1_000;
const hour = 3_600 * second;
const limits = { restMs: 60 * second, learnMs: hour };

/** Words as `+` (on) and `-` (off), each with the seconds since the one before; `!+` is told at a subscription. */
function evidence(...words: readonly [word: string, afterSeconds: number][]): StyleEvidence {
  let at = 0;
  return words.reduce((before, [word, afterSeconds]) => {
    at += afterSeconds * second;
    return withWord(before, { on: word.endsWith('+'), isInitial: word.startsWith('!'), at }, limits);
  }, noEvidence);
}
const style = (...words: readonly [string, number][]): EventStyle => styleFrom(evidence(...words), limits);
const often = (times: number, ...words: readonly [string, number][]): [string, number][] =>
  Array.from({ length: times }, () => words).flat();

describe('how a camera tells', () => {
  test('is begin and end until it is shown to be another way', () => {
    expect(style()).toBe('on-off');
    expect(style(['!+', 0], ...often(50, ['+', 100], ['-', 5]))).toBe('on-off');
    expect(style(...often(50, ['+', 2]))).toBe('on-off');
  });

  test('is start-only when begins follow begins after a rest, and not any more at its first end', () => {
    const words = often(4, ['+', 100]);
    expect(style(...words.slice(1))).toBe('on-off');
    expect(style(...words)).toBe('start-only');
    expect(style(...words, ['-', 1])).toBe('on-off');
    expect(style(...words, ['-', 1], ...often(19, ['+', 100]))).toBe('on-off');
    expect(style(...words, ['-', 1], ...often(22, ['+', 100]))).toBe('start-only');
  });

  test('is inverted when it is on at rest, long enough, from the start of each subscription on', () => {
    const contact = often(6, ['-', 900], ['+', 5]);
    expect(style(['!+', 0], ...contact)).toBe('inverted');
    expect(style(['!+', 0], ...contact.slice(0, 6))).toBe('on-off');
    expect(style(['!+', 0], ...often(6, ['-', 9], ['+', 1]))).toBe('on-off');
    expect(style(['!+', 0], ...contact, ['!-', 5])).toBe('on-off');
    expect(style(...contact)).toBe('on-off');
  });

  test('a busy street that rests at night is not inverted, and time nobody watched does not count', () => {
    expect(style(['!+', 0], ...often(100, ['-', 600], ['+', 60]), ['-', 8 * 3_600], ['+', 8 * 3_600])).toBe(
      'on-off',
    );
    expect(style(['!+', 0], ...often(6, ['-', 5], ['+', 5], ['!+', 36_000]))).toBe('on-off');
  });

  test('whatever it tells: a camera that rests off is never inverted, one that says its ends is never start-only', () => {
    const pair = fc.record({
      on: fc.integer({ min: 1, max: 600 }),
      rest: fc.integer({ min: 600, max: 90_000 }),
    });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 40 }), fc.array(fc.nat(39)), (pairs, subscribed) => {
        const words = pairs.flatMap(({ on, rest }, at): [string, number][] => [
          ...(subscribed.includes(at) ? ([['!-', 0]] as [string, number][]) : []),
          ['+', rest],
          ['-', on],
        ]);
        expect(style(...words)).toBe('on-off');
        // The very same upside down is never told right side up once it was watched long enough.
        const turned = words.map(([word, after]): [string, number] => [
          word.replace(/[+-]/, (sign) => (sign === '+' ? '-' : '+')),
          after,
        ]);
        const known = evidence(['!+', 0], ...turned);
        const isEnough = pairs.length >= 5 && known.onMs >= 0.9 * (known.onMs + known.offMs);
        if (isEnough && known.onMs + known.offMs >= limits.learnMs)
          expect(styleFrom(known, limits)).toBe('inverted');
      }),
    );
  });

  test('says what a word means', () => {
    expect(
      (['begin', 'end', 'instant', 'state'] as const).map((phase) => phaseIn('inverted', phase)),
    ).toEqual([...['end', 'begin', 'instant', 'state']]);
    expect(phaseIn('start-only', 'begin')).toBe('instant');
    expect(phaseIn('on-off', 'begin')).toBe('begin');
  });
});
