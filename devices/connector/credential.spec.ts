import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CameraFault } from './camera-fault.ts';
import { Credential, type Turn, type Use } from './credential.ts';

const longPoll = { door: 'soap', isLongPoll: true } as const;
/** Nobody waits for so long in a test. */
const neverMs = 60_000;
const refused = (): Promise<never> => Promise.reject(new CameraFault('password-refused', 'it was changed'));

/** What a device is still waited for at a test's end. */
let ended: Promise<void>;
let endAll: () => void = () => undefined;
beforeEach(() => {
  ended = new Promise((resolve) => (endAll = resolve));
});
afterEach(() => endAll());

/** Answers as the device does, when it is told to. */
function question(): { work: (turn: Turn) => Promise<string>; shown: Promise<void>; answer: () => void } {
  let [show, answer] = [(): void => undefined, (): void => undefined];
  const shown = new Promise<void>((resolve) => (show = resolve));
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const work = async ({ hold }: Turn): Promise<string> => {
    await hold(neverMs);
    show();
    await answered;
    return 'taken';
  };
  return { work, shown, answer };
}

/** What two entries of one device know of its password, while the first one waits for messages. */
async function sharedWhilePulling(use: Use<unknown>, judgedAfterMs: number): Promise<Credential> {
  const [one, other] = [new Credential(), new Credential()];
  other.shareWith(one);
  await new Promise<void>((resolve, reject) => {
    one
      .use(use, async ({ hold }) => {
        await hold(judgedAfterMs);
        resolve();
        await ended;
      })
      .catch(reject);
  });
  return other;
}

describe('two entries of one device that both wait for its messages', () => {
  test('each do so as soon as the password was proved, not when the other’s waiting was judged', async () => {
    let proofs = 0;
    const use = { ...longPoll, prove: () => Promise.resolve((proofs += 1)) };
    const other = await sharedWhilePulling(use, neverMs);
    await other.use(use, ({ hold }) => hold(neverMs));
    expect(proofs).toBe(2);
  });

  test('try a changed password at neither, where the proof of one was refused', async () => {
    let isChanged = false;
    const prove = (): Promise<void> => (isChanged ? refused() : Promise.resolve());
    const other = await sharedWhilePulling({ ...longPoll, prove }, neverMs);
    isChanged = true;
    let pulls = 0;
    const pulling = other.use({ ...longPoll, prove }, () => Promise.resolve((pulls += 1)));
    await expect(pulling).rejects.toMatchObject({ kind: 'password-refused' });
    expect(pulls).toBe(0);
  });

  test('wait for one another’s judgement where the device does not answer what proves it', async () => {
    const prove = (): Promise<void> => Promise.reject(new CameraFault('soap-fault', 'ActionNotSupported'));
    const use = { ...longPoll, prove };
    const begunMs = performance.now();
    const other = await sharedWhilePulling(use, 200);
    await other.use(use, ({ hold }) => hold(neverMs));
    expect(performance.now() - begunMs).toBeGreaterThan(190);
  });
});

test('one entry alone proves nothing before it waits: its pull is the proof', async () => {
  const use = { ...longPoll, prove: () => Promise.reject(new Error('asked')) };
  await new Credential().use(use, ({ hold }) => hold(neverMs));
});

describe('a changed password is tried once', () => {
  test('however many uses there are: each shows it when the one before it was judged', async () => {
    const credential = new Credential();
    const first = question();
    const taken = credential.use({ door: 'soap' }, first.work);
    await first.shown;
    let tries = 0;
    const others = Array.from({ length: 16 }, () =>
      credential.use({ door: 'soap' }, async ({ hold }) => {
        await hold(neverMs);
        tries += 1;
        return refused();
      }),
    );
    expect(tries).toBe(0);
    first.answer();
    expect(await taken).toBe('taken');
    const ends = await Promise.allSettled(others);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    expect(tries).toBe(1);
  });

  test('also where what its refusal means takes longer to find out than a refusal takes', async () => {
    const credential = new Credential();
    let tries = 0;
    const first = credential.use({ door: 'soap' }, async ({ hold }) => {
      await hold(1_000);
      tries += 1;
      await hold(neverMs);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      return refused();
    });
    const next = credential.use({ door: 'soap' }, async ({ hold }) => {
      await hold(neverMs);
      tries += 1;
    });
    await expect(first).rejects.toMatchObject({ kind: 'password-refused' });
    await expect(next).rejects.toMatchObject({ kind: 'password-refused' });
    expect(tries).toBe(1);
  });

  test('and by whoever was refused late, before those who wait', async () => {
    const credential = new Credential();
    const [second, waiting] = [question(), question()];
    const isRefused = credential.use({ door: 'soap' }, async (turn) => {
      await turn.hold(1);
      // Held to be taken, for its silence: the second goes.
      await second.shown;
      await turn.hold(neverMs);
      return refused();
    });
    const seconds = credential.use({ door: 'soap' }, second.work);
    await second.shown;
    const third = credential.use({ door: 'soap' }, waiting.work);
    second.answer();
    await seconds;
    await expect(isRefused).rejects.toMatchObject({ kind: 'password-refused' });
    await expect(third).rejects.toMatchObject({ kind: 'password-refused' });
  });
});

test('a use goes on when the device has taken the password, while the answer of the one before is still coming', async () => {
  const credential = new Credential();
  await new Promise<void>((resolve, reject) => {
    credential
      .use({ door: 'soap' }, async ({ hold, taken }) => {
        await hold(neverMs);
        taken();
        resolve();
        await ended;
      })
      .catch(reject);
  });
  await credential.use({ door: 'soap' }, ({ hold }) => hold(neverMs));
});
