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

describe('a changed password is tried once', () => {
  const refused = (): Promise<never> => Promise.reject(new CameraFault('password-refused', 'it was changed'));
  const taken = (): Promise<string> => Promise.resolve('taken');

  test('by a pull that another use was let in before: whatever comes then waits for what becomes of it', async () => {
    const credential = new Credential();
    await credential.use({ door: 'soap' }, taken);
    const tries: string[] = [];
    let next: Promise<unknown> = Promise.resolve();
    let pull: Promise<unknown> = Promise.resolve();
    await credential.use({ door: 'soap' }, () => {
      pull = credential.use(longPoll, ({ isFirst }) => {
        tries.push(`pull ${String(isFirst)}`);
        next = credential.use({ door: 'soap' }, () => Promise.resolve(tries.push('next')));
        return refused();
      });
      return taken();
    });
    await expect(pull).rejects.toMatchObject({ kind: 'password-refused' });
    await expect(next).rejects.toMatchObject({ kind: 'password-refused' });
    expect(tries).toEqual(['pull true']);
  });

  test('also where what its refusal means takes longer to find out than a refusal takes', async () => {
    const credential = new Credential();
    let tries = 0;
    const late = { door: 'soap', judgedAfterMs: 1 } as const;
    const first = credential.use(late, async ({ doubt }) => {
      tries += 1;
      doubt();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return refused();
    });
    const next = credential.use({ door: 'soap' }, () => Promise.resolve((tries += 1)));
    await expect(first).rejects.toMatchObject({ kind: 'password-refused' });
    await expect(next).rejects.toMatchObject({ kind: 'password-refused' });
    expect(tries).toBe(1);
  });
});
