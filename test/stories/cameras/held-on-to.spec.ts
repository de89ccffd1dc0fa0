import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CameraProcess, ConnectorProcess } from './camera-rig.ts';

jest.setTimeout(60_000);

/** Short, so that a minute of holding fits into seconds; a camera grants no subscription shorter than ten seconds. */
const TIMING = { pullSeconds: 1, pullGraceSeconds: 1, lifeSeconds: 10 };
const HOUR_MS = 3_600_000;
const beat = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

let connector: ConnectorProcess;
const cameras: CameraProcess[] = [];

async function camera(...options: readonly string[]): Promise<CameraProcess> {
  const started = await CameraProcess.start(...options);
  cameras.push(started);
  return started;
}

async function held(...options: readonly string[]): Promise<CameraProcess> {
  const started = await camera(...options);
  connector.hold(started);
  await connector.untilState(started, 'subscribed');
  return started;
}

beforeAll(async () => {
  connector = await ConnectorProcess.start(TIMING);
});

afterAll(async () => {
  await connector.end();
  await Promise.all(cameras.map((one) => one.end()));
  await connector.remove();
});

describe('a camera is held', () => {
  test.each([
    ['an hour ahead', HOUR_MS],
    ['180 days behind', -180 * 24 * HOUR_MS],
  ])('whose clock is %s, and its events happen when they happened', async (_what, offsetMs) => {
    const odd = await held(`--clock-offset=${String(offsetMs)}`);
    const before = Date.now();
    await odd.cross(1);
    await connector.untilCrossed(odd, 1);
    const [crossing] = connector.notices(odd).filter(({ kind }) => kind === 'line-crossing');
    expect(crossing?.uncertaintyMs).toBeLessThan(2_000);
    expect(Math.abs((crossing?.occurredAt ?? 0) - before)).toBeLessThanOrEqual(crossing?.uncertaintyMs ?? 0);
    expect((await odd.tally()).refusals).toEqual({});
  });

  test('whose clock is set while it is held', async () => {
    const set = await held();
    // Its description asks beside the pulling, and would be refused as well.
    await connector.until(() => (connector.states(set).at(-1)?.passport ?? null) !== null, 'described');
    await set.do({ do: 'clock', offsetMs: 2 * HOUR_MS });
    await set.cross(1);
    await connector.untilCrossed(set, 1);
    await connector.until(() => (connector.states(set).at(-1)?.state ?? '') === 'subscribed', 'still held');
    await set.cross(2);
    await connector.untilCrossed(set, 2);
    // A signature by the old clock is refused, and once: then the clock is measured and signed with.
    expect(await set.tally()).toMatchObject({ refusals: { stale: 1 } });
    expect(connector.states(set).map(({ state }) => state)).not.toContain('password-refused');
  });

  test('that wants HTTP Digest for everything', async () => {
    const digest = await held('--faults', 'http-digest');
    await digest.cross(1);
    await connector.untilCrossed(digest, 1);
    expect((await digest.tally()).refusals).toEqual({});
  });

  test('that gives addresses of another host: its own are used', async () => {
    const foreign = await held('--faults', 'foreign-address');
    await foreign.cross(1);
    await connector.untilCrossed(foreign, 1);
    await connector.until(() => (connector.states(foreign).at(-1)?.passport ?? null) !== null, 'described');
    const passport = connector.states(foreign).at(-1)?.passport;
    expect(passport).toMatchObject({
      firmware: '1.10',
      streamAddress: expect.stringMatching(/^rtsp:\/\/127\.0\.0\.1:\d+\/stream1$/),
    });
    const [mac = ''] = passport?.macs ?? [];
    expect(mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    expect(passport).toMatchObject({
      endpoint: expect.stringContaining(mac.replaceAll(':', '')),
      topics: expect.arrayContaining([{ topic: 'RuleEngine/LineDetector/Crossed', property: false }]),
      services: expect.arrayContaining(['http://www.onvif.org/ver10/events/wsdl']),
      scopes: expect.arrayContaining(['onvif://www.onvif.org/Profile/T']),
      audio: false,
    });
  });

  test('through a reboot', async () => {
    const rebooting = await held();
    const coming = rebooting.do({ do: 'reboot', awayMs: 2_000 });
    await connector.untilState(rebooting, 'unreachable');
    await coming;
    await connector.untilState(rebooting, 'subscribed');
    await rebooting.cross(1);
    await connector.untilCrossed(rebooting, 1);
  });

  test('that forgets its subscriptions', async () => {
    const forgetful = await held();
    await forgetful.do({ do: 'drop-subscriptions' });
    await connector.until(
      () => connector.states(forgetful).some(({ state }) => state === 'fault'),
      'it is noticed',
    );
    await connector.untilState(forgetful, 'subscribed');
    await forgetful.cross(1);
    await connector.untilCrossed(forgetful, 1);
  });
});

test('cameras that hold a pull until there is something to tell stay held, and what they tell at any moment is told', async () => {
  const holding = 'holds-pulls,tells-nobody';
  const kinds: readonly (readonly string[])[] = [
    ['--faults', holding, '--holds-for', '4'],
    // Longer than a subscription of ten seconds lives: it is kept alive beside the pull.
    ['--faults', `${holding},pull-does-not-renew`],
    ['--faults', `${holding},pull-does-not-renew,renew-refused`],
  ];
  const all = await Promise.all(kinds.map((options) => held(...options)));
  await Promise.all(
    all.map(async (one) => {
      // One pull to its end without any news, or a subscription that is over.
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      // About the time and grace of a pull after each other: then one that is given up would be given up.
      for (let turn = 1; turn <= 5; turn += 1) {
        await one.cross(turn);
        await connector.untilCrossed(one, turn);
        await new Promise((resolve) => setTimeout(resolve, 1_700 + turn * 200));
      }
    }),
  );
  const turns = [1, 2, 3, 4, 5];
  for (const [index, one] of all.entries()) {
    expect([index, connector.crossings(one)]).toEqual([index, turns]);
    expect([index, [...new Set(connector.states(one).map(({ state }) => state))]]).toEqual([
      index,
      ['connecting', 'subscribed'],
    ]);
    expect((await one.tally()).pullPoints).toBeLessThanOrEqual(3);
  }
});

test('each way of renewing that makers have is found, and no event is lost or told twice meanwhile', async () => {
  const kinds = [
    'pull-does-not-renew',
    'pull-does-not-renew,renew-refused',
    'pull-does-not-renew,renew-refused,unsubscribe-kills-all',
    'pull-does-not-renew,renew-refused,initialized-true,epoch-initialized,no-zone',
  ];
  const all = await Promise.all(kinds.map((faults) => held('--faults', faults, '--scene', 'gate')));
  // Long enough for each subscription, of ten seconds of life, to be kept alive twice.
  await Promise.all(
    all.map(async (one) => {
      const end = Date.now() + 19_000;
      for (let turn = 1; Date.now() < end; turn++) {
        await one.cross(turn);
        // A beat of a tenth of a second, and no crossing left behind: each tenth one is waited for.
        if (turn % 10 === 0) await connector.untilCrossed(one, turn);
        await beat();
      }
    }),
  );
  for (const [index, one] of all.entries()) {
    const told = connector.crossings(one).filter((id) => id > 0);
    expect([kinds[index], told]).toEqual([kinds[index], [...new Set(told)].sort((a, b) => a - b)]);
    expect([kinds[index], told.length]).toEqual([kinds[index], Math.max(...told)]);
    expect((await one.tally()).pullPoints).toBeLessThanOrEqual(3);
  }
});
