import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readEnrolmentLink, writeEnrolmentLink } from '../protocol/enrolment-link.ts';
import { BoxLink } from './box-link.ts';
import { enrol } from './enrolment.ts';
import { Identity } from './identity.ts';
import { Outbox } from './outbox.ts';
import { StandInService } from './service.testing.ts';
import { TrustedClock } from './trusted-clock.ts';

let directory = '';
let service: StandInService;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'box-'));
  service = await StandInService.start();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await service.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('enrolment', () => {
  test('pins what the service answers, in files for the owner alone, and survives a restart', async () => {
    const identity = await Identity.open(directory, 'connector');
    await enrol(identity, service.link);
    expect(identity.enrolment).toMatchObject({ box: service.box, rootPublicKey: service.root.publicKey });
    const again = await Identity.open(directory, 'connector');
    expect(again.enrolment).toEqual(identity.enrolment);
    expect(again.keys).toEqual(identity.keys);
    expect(again.keys.sealing).not.toBeNull();
    for (const name of ['keys.json', 'enrolment.json']) {
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
    await expect(Identity.open(directory, 'loudspeaker')).rejects.toThrow('data directory of a connector');
  });

  test('sends no code to a server of another authority, believes no other root, and takes no code twice', async () => {
    const identity = await Identity.open(directory, 'loudspeaker');
    const link = readEnrolmentLink(service.link);
    const other = 'f'.repeat(64);
    await expect(enrol(identity, writeEnrolmentLink({ ...link, authority: other }))).rejects.toThrow(
      'did not show the authority',
    );
    // Had the code gone out, it would be used up by now.
    const wrongRoot = writeEnrolmentLink({ ...link, root: 'f'.repeat(32) });
    await expect(enrol(identity, wrongRoot)).rejects.toThrow('root key is not the one in the link');
    expect(identity.enrolment).toBeNull();
    await expect(enrol(identity, service.link)).rejects.toThrow('403');
  });

  test('keeps revoked keys for good', async () => {
    const identity = await Identity.open(directory, 'loudspeaker');
    await enrol(identity, service.link);
    await identity.revoke(['a'.repeat(32)]);
    const again = await Identity.open(directory, 'loudspeaker');
    expect([...again.pinned.revokedKeys]).toEqual(['a'.repeat(32)]);
  });
});

describe('the link of a box', () => {
  async function startLink(): Promise<{
    link: BoxLink;
    outbox: Outbox;
    clock: TrustedClock;
    refused: string[];
  }> {
    const identity = await Identity.open(directory, 'loudspeaker');
    await enrol(identity, service.link);
    const outbox = await Outbox.open(directory);
    const clock = new TrustedClock();
    const refused: string[] = [];
    const link = new BoxLink({
      ...{ identity, outbox, clock, software: 'test', programmeNumber: () => 0, arrived: () => undefined },
      refused: (what, refusal) => refused.push(`${what} ${refusal.reason}`),
    });
    closing.push(async () => {
      await link.stop();
      await outbox.close();
    });
    link.start();
    return { link, outbox, clock, refused };
  }

  const emptied = async (outbox: Outbox): Promise<void> => {
    while (outbox.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const entry = (number: number) => ({
    ...{ at: 1, kind: 'programme', state: 'held', number, ready: 0, of: 0 },
  });

  test('asks the time, and hands over what lies in its outbox until that is committed', async () => {
    service.clockErrorMs = 600_000;
    const { outbox, clock } = await startLink();
    for (let number = 0; number < 450; number += 1) void outbox.append(entry(number));
    await service.until(({ message }) => (message === 'receipts' ? true : undefined));
    await emptied(outbox);
    expect(new Set(service.receipts.map(({ seq }) => seq)).size).toBe(450);
    // As right as it says that it is, however long the answer was on its way; both sides tell whole milliseconds.
    const wrongByMs = Math.abs((clock.now() ?? 0) - Date.now() - 600_000);
    expect(wrongByMs).toBeLessThanOrEqual((clock.state()?.uncertaintyMs ?? 0) + 2);
  }, 60_000);

  test('sends nothing and knows no time while nobody answers its hello; then everything', async () => {
    service.welcomes = false;
    const { outbox, clock } = await startLink();
    await outbox.append(entry(1));
    await service.until(({ message }) => (message === 'hello' ? true : undefined));
    expect(clock.known).toBe(false);
    expect(service.receipts).toEqual([]);
    service.welcomes = true;
    await emptied(outbox);
    expect(service.receipts).toHaveLength(1);
  }, 60_000);

  test('does not believe a confirmation that the service did not sign, nor a welcome it did not ask for', async () => {
    service.commits = false;
    const { outbox, refused } = await startLink();
    const seq = await outbox.append(entry(1));
    await service.until(({ message }) => (message === 'receipts' ? true : undefined));
    const { commune, asset, box } = service;
    const stranger = await StandInService.start();
    closing.push(() => stranger.stop());
    const committed = { v: 1, commune, asset, box, seqs: [seq], snapshots: [] };
    const topic = `ll/1/${commune}/${asset}`;
    await service.publish(`${topic}/committed`, stranger.seal('committed', committed));
    const floors = { programmeFloor: 0, orderFloor: 0, revokedKeys: [] };
    const welcome = { v: 1, commune, asset, nonce: 'a'.repeat(64), serverAt: 5 + Date.now(), ...floors };
    await service.publish(`${topic}/welcome`, service.seal('welcome', welcome));
    await service.publish(`${topic}/committed`, service.seal('committed', { ...committed, box: commune }));
    while (refused.length < 3) await new Promise(setImmediate);
    expect(refused).toEqual(['committed bad-certificate', 'welcome replayed', 'committed wrong-target']);
    expect(outbox.size).toBe(1);
    await service.commit([seq]);
    await emptied(outbox);
  }, 60_000);
});
