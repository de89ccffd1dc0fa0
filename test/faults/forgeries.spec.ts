import { describe, expect, jest, test } from '@jest/globals';
import type { Mutation } from '../stage/build.ts';
import { until } from '../stage/program.ts';
import { add, Attack, refusedBy, reportedInTime, sum } from './attack.ts';
import type { Counts } from './attack.ts';
import { forgeries } from './forgeries.ts';
import { drawer, seed } from './seed.ts';

jest.setTimeout(600_000);

describe('forged orders through the real broker', () => {
  test('540 of 18 classes: none is played, each is refused for its reason, and what is genuine plays in between', async () => {
    process.stdout.write(`forgeries: LOA_SEED=${seed}\n`);
    const draw = drawer(seed);
    const attack = await Attack.begin('forgeries', 1);
    let isGood = false;
    try {
      const [pole] = attack.town.poles;
      if (pole === undefined) throw new Error('No pole');
      const expected: Counts = new Map();
      for (let part = 0; part < 3; part += 1) {
        for (const [reason, count] of await attack.forge(180, part * 180, draw)) add(expected, reason, count);
        if (part < 2) await attack.genuine();
      }
      const reported = await reportedInTime(attack.town, pole, sum(expected));
      const sounds = await attack.soundings();
      const figures = {
        suite: 'forgeries',
        seed,
        sent: sum(expected),
        classes: forgeries.length,
        genuine: 2,
        sounds,
      };
      process.stdout.write(`${JSON.stringify({ ...figures, refused: Object.fromEntries(reported) })}\n`);
      expect(Object.fromEntries(await refusedBy(pole))).toEqual(Object.fromEntries(expected));
      expect(Object.fromEntries(reported)).toEqual(Object.fromEntries(expected));
      expect(figures).toMatchObject({ sent: 540, genuine: 2, sounds: 2 });
      isGood = true;
    } finally {
      await attack.leave(isGood);
    }
  });

  test.each<[string, Mutation]>([
    [
      'signatures are not looked at',
      { file: 'devices/protocol/envelope.js', from: 'if (!verify(', to: 'if (false && !verify(' },
    ],
    [
      'the time is not looked at',
      { file: 'devices/loudspeaker/inbox.js', from: 'message.expiresAt < now', to: 'false' },
    ],
  ])('turns red where %s', async (_, mutation) => {
    const attack = await Attack.begin('forgeries-mutant', 1, { mutations: [mutation] });
    try {
      const [pole] = attack.town.poles;
      if (pole === undefined) throw new Error('No pole');
      const expected = await attack.forge(forgeries.length, 0, drawer(seed));
      await until(
        'the last to be refused',
        async () => ((await refusedBy(pole)).get('unreadable') ?? 0) >= 2 || undefined,
        {
          timeoutMs: 30_000,
        },
      );
      expect(Object.fromEntries(await refusedBy(pole))).not.toEqual(Object.fromEntries(expected));
    } finally {
      await attack.leave(true);
    }
  });
});
