import { expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { start, day, programmeOf, ordersAt, live } from './decide.testing.ts';
import { foresee } from './foresee.ts';

test('what a pole does is foreseen: who knows all orders beforehand tells the same log', () => {
  fc.assert(
    fc.property(day, (of) => {
      const { log } = live(of);
      const until = start + of.steps.reduce((sum, step) => sum + step, 0);
      const told = foresee(
        {
          ...{
            programme: programmeOf(of),
            orders: ordersAt(of, until),
            began: new Map(),
            ended: new Set<string>(),
          },
          heldAudio: new Set(of.held.map((each) => each.repeat(64))),
        },
        start,
        until - 1,
      );
      const begun = log.filter((line) => 'fromMs' in line).map(({ airing, at }) => `${airing} ${at}`);
      expect(told.flatMap(({ due, parts }) => parts.map(({ at }) => `${due.airing} ${at}`)).sort()).toEqual(
        begun.sort(),
      );
      // Which repeats of an emergency are told as missed depends on when somebody looks: only those near are named.
      const items = new Set(programmeOf(of).items.map(({ airing }) => airing));
      const finals = log.filter(
        ({ airing, at, state }) =>
          at < until &&
          !['started', 'paused', 'resumed'].includes(state) &&
          (state !== 'missed' || items.has(airing)),
      );
      const ends = finals.map(({ airing, state }) => `${airing} ${state}`);
      const foreseen = told
        .filter(({ due, outcome }) => outcome !== 'open' && (outcome !== 'missed' || items.has(due.airing)))
        .map(({ due, outcome }) => `${due.airing} ${outcome}`);
      expect(foreseen.sort()).toEqual(ends.sort());
    }),
  );
});
