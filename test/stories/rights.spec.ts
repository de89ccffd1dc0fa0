import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { roles, rightsOf } from '../../src/access/rights.ts';
import type { Role } from '../../src/access/rights.ts';
import { Caller } from '../stage/caller.ts';
import { rowsOf } from '../stage/database.ts';
import { until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import type { Member } from '../stage/village.ts';
import { openByHash, rows } from './rights/routes.ts';
import type { Call, Row } from './rights/routes.ts';
import { makeForeigner, makeWorld, mark } from './rights/world.ts';
import type { World } from './rights/world.ts';

jest.setTimeout(300_000);

const junkId = '01a2004b-ffff-7fff-bfff-ffffffffffff';

let service: Service;
let world: World;
let foreigner: Member;
let routes: string[];
let unique = 100;

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'loa-rights-'));
  service = await Service.start({ directory });
  const document = (await (await fetch(`${service.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  world = await makeWorld(service, directory);
  foreigner = await makeForeigner(service, directory);
});

afterAll(async () => {
  await service.destroy();
});

/** Calls a route and reads what comes of it; of a stream that does not end, its head. */
async function call(caller: Caller, route: string, { at = junkId, query = '', body }: Call): Promise<Answer> {
  const [method = '', template = ''] = route.split(' ');
  const path =
    template
      .replace('{language}', 'rad')
      .replace(/\{\w+\}/, at)
      .replace('{sha256}', '0'.repeat(64)) + query;
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const answer = await caller.raw(method, path, hasBody ? (body ?? {}) : undefined);
  if (answer.headers.get('content-type')?.startsWith('text/event-stream') === true) {
    await answer.body?.cancel();
    return { status: answer.status, code: undefined, text: '' };
  }
  const text = await answer.text();
  return { status: answer.status, code: /"code":"([a-z-]+\.[a-z-]+)"/.exec(text)?.[1], text };
}

/** Rows of the first commune, by table, without what moves by itself. */
async function unmoved(): Promise<Map<string, string[]>> {
  const rows = await rowsOf(service, world.communeId);
  // When somebody was last seen is noted as they call; until when a state holds, with each word of the connector.
  rows.delete('sessions');
  // How long a device is held as it is, and when it was heard, are told anew every minute, by a clock that is put right.
  const instants = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00/g;
  const devices = rows.get('camera_devices') ?? [];
  rows.set(
    'camera_devices',
    devices.map((row) => row.replaceAll(instants, '')),
  );
  const states = rows.get('camera_states') ?? [];
  return rows.set(
    'camera_states',
    states.map((row) => row.slice(0, row.lastIndexOf(','))),
  );
}

function rowOf(route: string): Row {
  const row = rows[route];
  if (row === undefined) throw new Error(`${route} has no row in rights/routes.ts`);
  return row;
}

/** Somebody of the first commune who may do it. */
function whoMay(row: Row): Member {
  const { needs } = row;
  const role = typeof needs === 'string' ? roles.find((each) => rightsOf[each].has(needs)) : 'editor';
  if (role === undefined) throw new Error('Nobody has this right');
  return world.people[role];
}

async function signedIn({ loginName, password }: Member): Promise<Caller> {
  return new Caller(service.url).signIn(loginName, password);
}

/** Ids of the first commune: nobody else is told them. */
function idsOfFirst(): string[] {
  const found = JSON.stringify({ ...world, people: Object.values(world.people).map(({ id }) => id) });
  return [...new Set(found.match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g))];
}

describe('every route', () => {
  test('has its row, and every row its route', () => {
    expect(routes.toSorted()).toEqual(Object.keys(rows).toSorted());
    expect(routes.length).toBeGreaterThan(60);
  });

  test('is shut for whoever is not signed in, unless it is open by intent', async () => {
    const nobody = new Caller(service.url);
    for (const route of routes) {
      const { status, code } = await call(nobody, route, {});
      const isRefused = status === 401 && code === 'access.sign-in';
      expect({ route, isRefused }).toEqual({ route, isRefused: typeof rowOf(route).needs === 'string' });
    }
    const guesser = new Caller(service.url);
    const { status } = await guesser.raw('GET', '/api/people', undefined, { cookie: 'loa_session=guessed' });
    expect(status).toBe(401);
  });

  test.each(roles)('lets in %s exactly where the page of rights says so', async (role: Role) => {
    const { caller } = world.people[role];
    for (const route of routes) {
      const { needs } = rowOf(route);
      if (typeof needs !== 'string') continue;
      const asking = route === 'DELETE /api/session' ? await signedIn(world.people[role]) : caller;
      // Asked for nothing that is there: whether one is let in shows before what one asks for is looked at.
      const { status, code } = await call(asking, route, {});
      const isLetIn = status !== 401 && code !== 'access.forbidden';
      expect({ route, isLetIn, status: isLetIn ? 'let in' : status }).toEqual({
        route,
        isLetIn: rightsOf[role].has(needs),
        status: rightsOf[role].has(needs) ? 'let in' : 403,
      });
    }
  });
});

describe('whoever must choose a password first', () => {
  test('reads their session, chooses it or signs out, and may do nothing else', async () => {
    const password = 'Mat-khau-duoc-cap-1';
    const loginName = 'moi-den';
    const everyRole = { roles: [...roles], villageIds: [world.village.id] };
    await world.people.administrator.caller.post('/api/people', {
      ...{ loginName, displayName: `Mới Đến ${mark}`, password },
      ...everyRole,
    });
    const newcomer = await new Caller(service.url).signIn(loginName, password);
    const letIn: string[] = [];
    for (const route of routes.filter((each) => typeof rowOf(each).needs === 'string')) {
      const asking =
        route === 'DELETE /api/session' ? await signedIn({ loginName, password } as Member) : newcomer;
      const { status, code } = await call(asking, route, {});
      if (status !== 403 || code !== 'access.change-password') letIn.push(route);
    }
    expect(letIn.toSorted()).toEqual([
      'DELETE /api/session',
      'GET /api/session',
      'POST /api/session/password',
    ]);
    await newcomer.post('/api/session/password', { current: password, next: 'Mat-khau-tu-chon-1' });
    expect((await newcomer.raw('GET', '/api/people')).status).toBe(200);
  });
});

describe('a person of another commune, with every role there', () => {
  test('neither sees nor changes anything of the first, whatever ids they know', async () => {
    // A camera that was just added is still being tried: what it tells of itself is nobody's change.
    let last = '';
    const before = await until(
      'nothing to change by itself',
      async () => {
        const rows = await unmoved();
        const text = JSON.stringify([...rows]);
        // What is out of reach is looked after a moment later.
        const isChecked = rows.get('camera_checks')?.some((row) => row.includes(world.camera.id)) === true;
        if (text === last && isChecked) return rows;
        last = text;
        return undefined;
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
    const ids = idsOfFirst();
    expect(ids.length).toBeGreaterThan(20);
    expect([...before.values()].flat().join('\n')).toContain(mark);
    const leaks: string[] = [];
    for (const route of routes) {
      const row = rowOf(route);
      if (route === 'POST /api/session') continue;
      const asked = await row.genuine(world, (unique += 1));
      const caller = route === 'DELETE /api/session' ? await signedIn(foreigner) : foreigner.caller;
      const { status, text } = await call(caller, route, asked);
      const request = JSON.stringify(asked);
      const isNamed = [...ids, world.rootPrivateKey].some((id) => request.includes(id));
      if (isNamed && status < 300 && row.foreignMay === undefined)
        leaks.push(`${route} was done (${status})`);
      if (row.foreignMay === openByHash) continue;
      const told = ids.filter((id) => text.includes(id) && !request.includes(id));
      if (told.length > 0 || text.includes(mark)) leaks.push(`${route} tells: ${text.slice(0, 200)}`);
      if (status >= 500) leaks.push(`${route} failed: ${text}`);
    }
    expect(leaks).toEqual([]);
    const after = await unmoved();
    for (const table of before.keys())
      expect({ table, rows: after.get(table) }).toEqual({ table, rows: before.get(table) });
  });

  test('hears nothing live of what happens in the first', async () => {
    const heard = await Promise.all(
      [foreigner, world.people.administrator].map(async (member) => listen(await signedIn(member))),
    );
    const { editor } = world.people;
    await editor.caller.post('/api/announcements', { title: `Nghe trộm ${mark}`, text: 'Xin chào.' });
    const [theirs, own] = heard;
    await own?.until((text) => text.includes('announcement'));
    // Written after it to the same streams, so that what was to come has come.
    await foreigner.caller.post('/api/announcements', { title: 'Của xã hai', text: 'Xin chào.' });
    await theirs?.until((text) => text.includes('announcement'));
    const text = theirs?.close() ?? '';
    own?.close();
    expect(idsOfFirst().filter((id) => text.includes(id))).toEqual([]);
    expect(text.match(/event: announcement/g)).toHaveLength(1);
  });
});

describe('in their own commune', () => {
  test('each route does its work for somebody who has the right', async () => {
    for (const route of Object.keys(rows)) {
      const row = rowOf(route);
      const asked = await row.genuine(world, (unique += 1));
      const member = whoMay(row);
      const caller = route === 'DELETE /api/session' ? await signedIn(member) : member.caller;
      const { status, code } = await call(caller, route, asked);
      expect({ route, status: status < 300 ? 'done' : `${status} ${code ?? ''}` }).toEqual({
        route,
        status: row.refusedAs === undefined ? 'done' : expect.stringContaining(row.refusedAs),
      });
    }
  });

  test('a village head reaches no further than their own villages', async () => {
    const { caller } = world.people.villageHead;
    for (const target of [{ kind: 'commune' }, { kind: 'villages', villageIds: [world.village.id] }]) {
      const { status, code } = await call(caller, 'POST /api/stop', { body: { target } });
      expect({ status, code }).toEqual({ status: 403, code: 'broadcasts.beyond-your-villages' });
    }
  });
});

/** What a screen is told, as text. */
async function listen(caller: Caller): Promise<{
  until: (isThere: (text: string) => boolean) => Promise<void>;
  close: () => string;
}> {
  const answer = await caller.raw('GET', '/api/live');
  const reader = answer.body?.getReader();
  if (reader === undefined) throw new Error('No stream');
  const decoder = new TextDecoder();
  let text = '';
  return {
    until: async (isThere) => {
      while (!isThere(text)) {
        const read = (await reader.read()) as { value?: Uint8Array };
        if (read.value === undefined) throw new Error('The stream ended');
        text += decoder.decode(read.value);
      }
    },
    close: () => {
      void reader.cancel();
      return text;
    },
  };
}
