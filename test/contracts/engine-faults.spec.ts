import { describe, expect, test } from '@jest/globals';
import { engineFaults, faults } from '../faults/engine-faults.ts';

/** One of each kind; the full hundred, with its figures and mutations, is `npm run test:faults`. */
describe('an engine that goes wrong', () => {
  test('costs no announcement, whichever way it fails', async () => {
    const told = await engineFaults(faults.length, 20_261_120);
    expect(told).toMatchObject({ emergenciesDropped: 0, routineDropped: 0, silencePassed: 0 });
    expect(told.emergencies).toBeGreaterThan(2);
  }, 120_000);
});
