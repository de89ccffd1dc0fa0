import { describe, expect, test } from '@jest/globals';
import { CameraFault } from './camera-fault.ts';
import { Credential, type Use } from './credential.ts';

/** Judged late: whoever waits for its judgement waits longer than a test. */
const longPoll = { door: 'soap', isLongPoll: true, judgedAfterMs: 60_000 } as const;
const never = (): Promise<never> => new Promise(() => undefined);

/** What two entries of one device know of its password, while the first one waits for messages. */
async function sharedWhilePulling(use: Use<unknown>): Promise<Credential> {
  const [one, other] = [new Credential(), new Credential()];
  other.shareWith(one);
  await new Promise<void>((resolve) => {
    void one.use(use, () => {
      resolve();
      return never();
    });
  });
  return other;
}

describe('two entries of one device that both wait for its messages', () => {
  test('each do so as soon as the password was proved, not when the other’s waiting was judged', async () => {
    let proofs = 0;
    const use = { ...longPoll, prove: () => Promise.resolve((proofs += 1)) };
    const other = await sharedWhilePulling(use);
    expect(await other.use(use, ({ isFirst }) => Promise.resolve([isFirst, proofs]))).toEqual([false, 2]);
  });

  test('try a changed password at neither, where the proof of one was refused', async () => {
    let isChanged = false;
    const prove = (): Promise<void> =>
      isChanged ? Promise.reject(new CameraFault('password-refused', 'it was changed')) : Promise.resolve();
    const other = await sharedWhilePulling({ ...longPoll, prove });
    isChanged = true;
    let pulls = 0;
    const pulling = other.use({ ...longPoll, prove }, () => Promise.resolve((pulls += 1)));
    await expect(pulling).rejects.toMatchObject({ kind: 'password-refused' });
    expect(pulls).toBe(0);
  });

  test('wait for one another’s judgement where the device does not answer what proves it', async () => {
    const prove = (): Promise<void> => Promise.reject(new CameraFault('soap-fault', 'ActionNotSupported'));
    const use = { ...longPoll, judgedAfterMs: 200, prove };
    const other = await sharedWhilePulling(use);
    expect(await other.use(use, ({ isFirst }) => Promise.resolve(isFirst))).toBe(true);
  });
});

test('one entry alone proves nothing before it waits: its pull is the proof', async () => {
  const use = { ...longPoll, prove: () => Promise.reject(new Error('asked')) };
  expect(await new Credential().use(use, ({ isFirst }) => Promise.resolve(isFirst))).toBe(true);
});
