import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openFromService } from '../../devices/protocol/trust.ts';
import { newKeyPair, seal } from '../../devices/protocol/envelope.ts';
import type { Person, Role } from '../access/rights.ts';
import { may } from '../access/rights.ts';
import { newId } from '../base/identifier.ts';
import { home, openAccountsRoom, password } from './accounts.testing.ts';
import type { AccountsRoom } from './accounts.testing.ts';
import { readSheet, writeSheet } from './recovery-sheet.ts';

const hourMs = 3_600_000;

let room: AccountsRoom;
let administrator: Person;
let counter = 0;

beforeAll(async () => {
  room = await openAccountsRoom();
  administrator = await room.foundCommune();
}, 60_000);

afterAll(async () => {
  await room.close();
});

async function villageIn(communeId: string): Promise<string> {
  const id = newId();
  await room.held.database.inCommune(communeId, (em) =>
    em.query('INSERT INTO villages (commune_id, id, word, name, position) VALUES ($1, $2, $3, $4, 0)', [
      ...[communeId, id, 'thôn', id],
    ]),
  );
  return id;
}

async function hire(roles: Role[], by = administrator): Promise<{ id: string; loginName: string }> {
  counter += 1;
  const loginName = `person${counter}`;
  const { id } = await room.people.add(by, {
    ...{ loginName, displayName: `Người ${counter}`, phone: '', roles, password },
    villageIds: roles.includes('villageHead') ? [await villageIn(by.communeId)] : [],
  });
  return { id, loginName };
}

function failure(code: string): unknown {
  return expect.objectContaining({ code });
}

describe('setting up', () => {
  test('works once a token; the commune gets keys of its own, and no default account', async () => {
    const token = await room.token.get();
    expect((await stat(room.token.path)).mode & 0o777).toBe(0o600);
    const request = {
      ...{ token, communeName: 'Xã A', province: '', displayName: 'A', loginName: 'first-admin', password },
    };
    const tries = await Promise.allSettled(
      [1, 2, 3].map((n) => room.setUps.setUp({ ...request, loginName: `first-admin${n}` }, home)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of tries)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'accounts.set-up-token' });
    await expect(room.setUps.setUp(request, home)).rejects.toEqual(failure('accounts.set-up-token'));
    expect((await readdir(join(room.directory, 'run'))).filter((name) => name.startsWith('setup'))).toEqual(
      [],
    );
  });

  test('keeps the token where it fails', async () => {
    const token = await room.token.get();
    const taken = {
      token,
      communeName: 'Xã B',
      province: '',
      displayName: 'B',
      loginName: 'admin1',
      password,
    };
    await expect(room.setUps.setUp(taken, home)).rejects.toEqual(failure('accounts.login-name-taken'));
    expect(await room.token.get()).toBe(token);
    const keys = await readdir(join(room.directory, 'keys'));
    expect(keys).toHaveLength((await room.communes.ids()).length);
  });

  test('leaves the root’s private key on the recovery sheet only, and a key that boxes believe', async () => {
    const token = await room.token.get();
    const done = await room.setUps.setUp(
      { token, communeName: 'Xã C', province: '', displayName: 'C', loginName: 'admin-c', password },
      home,
    );
    const path = join(room.directory, 'keys', `${done.communeId}.json`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).not.toContain(readSheet(done.recoverySheet.lines).root.privateKey);
    const key = room.keys.signingKey(done.communeId);
    const pinned = {
      commune: done.communeId,
      rootPublicKey: room.keys.rootPublicKey(done.communeId),
      revokedKeys: new Set<string>(),
    };
    expect(openFromService('order', seal('order', { a: 1 }, key), pinned, room.clock.now())).toEqual({
      a: 1,
    });

    const by = await room.present(done);
    await expect(room.renewals.renew(by, 'not a key', false)).rejects.toEqual(failure('accounts.sheet-line'));
    const foreign = writeSheet({ ...readSheet(done.recoverySheet.lines), root: newKeyPair() });
    await expect(room.renewals.renew(by, foreign.join(' '), false)).rejects.toEqual(
      failure('accounts.not-the-root'),
    );
    room.clock.advance(399 * 24 * hourMs);
    const renewed = await room.renewals.renew(by, done.recoverySheet.lines.join(' '), false);
    expect(renewed.keyId).not.toBe(key.keyId);
    // The overlap: what was signed before is still good.
    for (const each of [key, room.keys.signingKey(done.communeId)]) {
      expect(openFromService('order', seal('order', {}, each), pinned, room.clock.now())).toEqual({});
    }
    expect(room.keys.revoked(done.communeId)).toEqual([]);
    room.clock.advance(2 * 24 * hourMs);
    const fresh = room.keys.signingKey(done.communeId);
    expect(openFromService('order', seal('order', { b: 1 }, fresh), pinned, room.clock.now())).toEqual({
      b: 1,
    });
    expect(() => openFromService('order', seal('order', {}, key), pinned, room.clock.now())).toThrow();
    // The server was stolen: what its key signs is refused by whoever has heard of it, and stays so.
    await room.renewals.renew(by, done.recoverySheet.lines.join(' '), true);
    await room.renewals.renew(by, done.recoverySheet.lines.join(' '), false);
    const revokedKeys = new Set(room.keys.revoked(done.communeId));
    expect(revokedKeys).toEqual(new Set([fresh.keyId]));
    const told = { ...pinned, revokedKeys };
    expect(() => openFromService('order', seal('order', {}, fresh), told, room.clock.now())).toThrow(
      'key-revoked',
    );
    expect(() => room.keys.signingKey(administrator.communeId)).toThrow('past its term');
    room.clock.advance(-401 * 24 * hourMs);
    const other = room.keys.signingKey(administrator.communeId);
    expect(() => openFromService('order', seal('order', {}, other), pinned, room.clock.now())).toThrow();
  });
});

describe('signing in', () => {
  test('says the same of an unknown name, a wrong password and a disabled account', async () => {
    const { id, loginName } = await hire(['editor']);
    await expect(room.sessions.signIn('nobody-here', password, home)).rejects.toEqual(
      failure('accounts.wrong-password'),
    );
    await expect(room.sessions.signIn(loginName, 'wrong', home)).rejects.toEqual(
      failure('accounts.wrong-password'),
    );
    expect((await room.present(await room.sessions.signIn(loginName, password, home))).id).toBe(id);
    await room.people.change(administrator, id, { disabled: true });
    await expect(room.sessions.signIn(loginName, password, home)).rejects.toEqual(
      failure('accounts.wrong-password'),
    );
  });

  test('takes as long for a name that nobody has', async () => {
    const { loginName } = await hire(['editor']);
    const took = { known: [] as number[], unknown: [] as number[] };
    // In turns, and by the work that was done: what else the machine does must not count.
    for (let i = 0; i < 9; i += 1) {
      for (const [who, name] of [['known', loginName] as const, ['unknown', newId()] as const]) {
        const from = process.cpuUsage();
        await room.sessions.signIn(name, 'wrong', { ...home, address: newId() }).catch(() => undefined);
        const { user, system } = process.cpuUsage(from);
        took[who].push(user + system);
        room.clock.advance(25 * hourMs);
      }
    }
    const median = (all: number[]): number => all.sort((one, other) => one - other)[4] ?? 0;
    const [known, unknown] = [median(took.known), median(took.unknown)];
    // Half of the work of a verification would show.
    expect(unknown).toBeGreaterThan(known * 0.5);
    expect(unknown).toBeLessThan(known * 2);
  });

  test('answers at most 20 of 300 guesses in an hour from 50 sources, also at once, and lets the owner in', async () => {
    const { loginName, id } = await hire(['editor']);
    const own = await room.sessions.signIn(loginName, password, home);
    let answered = 0;
    for (let round = 0; round < 10; round += 1) {
      room.clock.advance(5 * 60_000);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 30 }, (_, n) =>
          room.sessions.signIn(loginName, `guess ${round} ${n}`, {
            address: `10.1.0.${(round * 30 + n) % 50}`,
            deviceToken: undefined,
          }),
        ),
      );
      for (const outcome of outcomes) {
        if (outcome.status !== 'rejected') throw new Error('a guess was right');
        const { code } = outcome.reason as { code: string };
        if (code === 'accounts.wrong-password') answered += 1;
        else expect(code).toBe('accounts.wait');
      }
    }
    expect(answered).toBeGreaterThanOrEqual(5);
    expect(answered).toBeLessThanOrEqual(20);
    // From a stranger's device even the right password waits; the owner's own device has tries of its own.
    await expect(room.sessions.signIn(loginName, password, home)).rejects.toEqual(failure('accounts.wait'));
    const again = await room.sessions.signIn(loginName, password, { ...home, deviceToken: own.deviceToken });
    expect(again.personId).toBe(id);
    room.clock.advance(25 * hourMs);
  }, 60_000);

  test('by a link works once, within its time', async () => {
    const { id } = await hire(['police']);
    const token = await room.sessions.makeLink(administrator, id, 30);
    expect((await room.sessions.signInByLink(token, home)).personId).toBe(id);
    await expect(room.sessions.signInByLink(token, home)).rejects.toEqual(failure('accounts.link-used'));
    const late = await room.sessions.makeLink(administrator, id, 30);
    room.clock.advance(31 * 60_000);
    await expect(room.sessions.signInByLink(late, home)).rejects.toEqual(failure('accounts.link-used'));
  });
});

describe('a village head', () => {
  test('is given villages that there are in the commune, and keeps what they had where others are named', async () => {
    const { id } = await hire(['villageHead']);
    const before = await room.people.one(administrator.communeId, id);
    const elsewhere = await villageIn((await room.foundCommune()).communeId);
    for (const villageIds of [[newId()], [elsewhere], [...before.villageIds, elsewhere]])
      await expect(room.people.change(administrator, id, { villageIds })).rejects.toMatchObject({
        ...{ kind: 'invalid', code: 'accounts.unknown-village' },
        fields: [{ path: 'villageIds', code: 'accounts.unknown-village' }],
      });
    expect(await room.people.one(administrator.communeId, id)).toEqual(before);
  });
});

describe('a session', () => {
  test('ends after idle hours, at its longest, at sign-out, and is stored as a hash only', async () => {
    const { loginName } = await hire(['editor']);
    const signedIn = await room.sessions.signIn(loginName, password, home);
    const rows = await room.held.database.inCommune(signedIn.communeId, (em) =>
      em.query<{ token_hash: string }[]>('SELECT token_hash FROM sessions'),
    );
    expect(JSON.stringify(rows)).not.toContain(signedIn.sessionToken);
    for (let i = 0; i < 3; i += 1) {
      room.clock.advance(20 * hourMs);
      expect(await room.memory.personOf(signedIn.sessionToken, true)).not.toBeNull();
    }
    room.clock.advance(25 * hourMs);
    expect(await room.memory.personOf(signedIn.sessionToken, true)).toBeNull();

    const next = await room.sessions.signIn(loginName, password, home);
    await room.sessions.signOut(await room.present(next), next.sessionToken);
    expect(await room.memory.personOf(next.sessionToken, true)).toBeNull();
    expect(await room.memory.personOf('unknown', true)).toBeNull();
  });

  test('is not kept by a page that is only left open', async () => {
    const { loginName } = await hire(['editor']);
    const { sessionToken } = await room.sessions.signIn(loginName, password, home);
    for (let hour = 0; hour < 23; hour += 1) {
      room.clock.advance(hourMs);
      expect(await room.memory.personOf(sessionToken, false)).not.toBeNull();
    }
    // A click counts, even a moment after the page asked by itself.
    expect(await room.memory.personOf(sessionToken, true)).not.toBeNull();
    room.clock.advance(23 * hourMs);
    expect(await room.memory.personOf(sessionToken, false)).not.toBeNull();
    room.clock.advance(2 * hourMs);
    expect(await room.memory.personOf(sessionToken, false)).toBeNull();
    expect(await room.memory.personOf(sessionToken, true)).toBeNull();
  });

  test('says whether its person must choose a password first, and at once when they have', async () => {
    const { loginName } = await hire(['editor']);
    const signedIn = await room.sessions.signIn(loginName, password, home);
    const newcomer = await room.present(signedIn);
    expect(newcomer.mustChangePassword).toBe(true);
    const next = 'mật khẩu tự chọn';
    await room.sessions.changePassword(newcomer, { current: password, next }, signedIn.sessionToken);
    expect((await room.present(signedIn)).mustChangePassword).toBeUndefined();
  });

  test('of another ends with the password, the account or by a reset; one’s own stays', async () => {
    const { id, loginName } = await hire(['editor']);
    const desk = await room.sessions.signIn(loginName, password, home);
    const phone = await room.sessions.signIn(loginName, password, home);
    await expect(
      room.sessions.changePassword(await room.present(desk), { current: 'x', next: 'y' }, desk.sessionToken),
    ).rejects.toEqual(failure('accounts.wrong-password'));
    const next = 'mật khẩu mới rất dài';
    await room.sessions.changePassword(
      await room.present(desk),
      { current: password, next },
      desk.sessionToken,
    );
    expect(await room.memory.personOf(phone.sessionToken, true)).toBeNull();
    expect(await room.memory.personOf(desk.sessionToken, true)).not.toBeNull();
    await room.people.resetPassword(administrator, id, password);
    expect(await room.memory.personOf(desk.sessionToken, true)).toBeNull();
    const again = await room.sessions.signIn(loginName, password, home);
    expect((await room.people.one(again.communeId, id)).mustChangePassword).toBe(true);
    await room.people.change(administrator, id, { disabled: true });
    expect(await room.memory.personOf(again.sessionToken, true)).toBeNull();
  });

  test('has the rights of now: a change of roles is seen at the next request', async () => {
    const { id, loginName } = await hire(['editor']);
    const signedIn = await room.sessions.signIn(loginName, password, home);
    expect(may(await room.present(signedIn), 'announcements.write')).toBe(true);
    await room.people.change(administrator, id, { roles: ['police'] });
    expect(may(await room.present(signedIn), 'announcements.write')).toBe(false);
  });
});

describe('people', () => {
  test('always have an administrator, also when two take the right from each other', async () => {
    const first = await room.foundCommune();
    await expect(room.people.change(first, first.id, { disabled: true })).rejects.toEqual(
      failure('accounts.last-administrator'),
    );
    const { id } = await hire(['administrator'], first);
    const outcomes = await Promise.allSettled([
      room.people.change(first, id, { roles: ['editor'] }),
      room.people.change(first, first.id, { roles: ['editor'] }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('of another commune are not there', async () => {
    const stranger = await room.foundCommune();
    const { id } = await hire(['editor']);
    await expect(room.people.change(stranger, id, { displayName: 'x' })).rejects.toEqual(
      failure('accounts.no-person'),
    );
    await expect(room.sessions.makeLink(stranger, id, 5)).rejects.toEqual(failure('accounts.no-person'));
    expect((await room.people.all(stranger.communeId)).map((person) => person.id)).toEqual([stranger.id]);
  });

  test('act for an approver on the days that were handed over', async () => {
    const approver = await hire(['approver']);
    const deputy = await hire(['technician']);
    const by = await room.present(await room.sessions.signIn(approver.loginName, password, home));
    const sessionOf = async () => room.present(await room.sessions.signIn(deputy.loginName, password, home));
    const day = (days: number) => new Date(room.clock.now() + days * 24 * hourMs).toISOString().slice(0, 10);
    await expect(
      room.delegations.begin(by, { toPersonId: by.id, fromDate: day(1), untilDate: day(2) }),
    ).rejects.toEqual(failure('accounts.delegation-to-oneself'));
    const { id } = await room.delegations.begin(by, {
      ...{ toPersonId: deputy.id, fromDate: day(1), untilDate: day(3) },
    });
    expect(may(await sessionOf(), 'announcements.approve')).toBe(false);
    room.clock.advance(24 * hourMs);
    expect(await sessionOf()).toMatchObject({ actsFor: [approver.id] });
    expect(may(await sessionOf(), 'announcements.approve')).toBe(true);
    await room.delegations.end(by, id);
    expect(may(await sessionOf(), 'announcements.approve')).toBe(false);
  });
});

describe('the journal', () => {
  test('has a line of each, and stands', async () => {
    const lines = await room.journal.lines(administrator.communeId, { limit: 500 });
    const actions = new Set(lines.map(({ action }) => action));
    for (const action of [
      'commune-set-up',
      'signed-in',
      'person-added',
      'person-changed',
      'password-reset',
      'delegated',
    ])
      expect(actions).toContain(`accounts.${action}`);
    expect(JSON.stringify(lines.map(({ facts }) => facts))).not.toContain('Người');
    expect(await room.journal.check(administrator.communeId)).toMatchObject({ fault: null });
  });
});

// Last: the database does not come back.
describe('with the database down', () => {
  test('a session seen lately goes on for 12 hours, and nobody signs in', async () => {
    const { loginName } = await hire(['editor']);
    const signedIn = await room.sessions.signIn(loginName, password, home);
    const person = await room.present(signedIn);
    const { name } = await room.communes.get(person.communeId);
    const key = room.keys.signingKey(person.communeId).keyId;
    await room.held.postgres.stop();
    room.clock.advance(11 * hourMs);
    expect(await room.memory.personOf(signedIn.sessionToken, true)).toEqual(person);
    expect((await room.communes.get(person.communeId)).name).toBe(name);
    expect(room.keys.signingKey(person.communeId).keyId).toBe(key);
    await expect(room.sessions.signIn(loginName, password, home)).rejects.toEqual(
      failure('platform.database-down'),
    );
    room.clock.advance(2 * hourMs);
    await expect(room.memory.personOf(signedIn.sessionToken, true)).rejects.toEqual(
      failure('platform.database-down'),
    );
  }, 60_000);
});
