import { describe, expect, test } from '@jest/globals';
import { Failure } from './failure.ts';
import { orLastKnown } from './patience.ts';

describe('patience', () => {
  test('gives what comes in time, the last known where it is late or unavailable, and other failures as they are', async () => {
    const never = new Promise<string>(() => undefined);
    const down = () => Promise.reject<string>(new Failure('unavailable', 'platform.database-down', 'down'));
    const wrong = () => Promise.reject<string>(new Failure('missing', 'x.y', 'missing'));
    expect(await orLastKnown(Promise.resolve('new'), 1_000, 'old')).toBe('new');
    expect(await orLastKnown(never, 5, 'old')).toBe('old');
    expect(await orLastKnown(down(), 1_000, 'old')).toBe('old');
    await expect(orLastKnown(wrong(), 1_000, 'old')).rejects.toMatchObject({ code: 'x.y' });
  });
});
