import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { connect } from 'node:tls';
import type { ConnectionOptions, DetailedPeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { SessionView, SetUpView } from '../../src/accounts/account.view.ts';
import { readEnrolmentLink } from '../../devices/protocol/enrolment-link.ts';
import type { EnrolmentView, LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { isLinux, where } from '../../src/platform/process/machine.testing.ts';
import { Caller } from '../stage/caller.ts';
import { lookInto } from '../stage/database.ts';
import { childOf, commandOf, familyOf, listeningSockets } from '../stage/processes.ts';
import { Service } from '../stage/service.ts';

jest.setTimeout(120_000);

/** Names and passwords that come with cameras, routers and servers: the Mirai list's, and what demonstrations use. */
const wellKnown: readonly [string, string][] = [
  ...[
    'admin',
    'root',
    'administrator',
    'quantri',
    'loa',
    'loa_app',
    'loa_owner',
    'postgres',
    'guest',
    'test',
  ].flatMap((name): [string, string][] =>
    ['', name, 'admin', 'password', '123456', '12345678', 'changeme', 'postgres', 'Admin@123'].map(
      (password) => [name, password],
    ),
  ),
  ['root', 'xc3511'],
  ['root', 'vizxv'],
  ['admin', '7ujMko0admin'],
  ['888888', '888888'],
  ['666666', '666666'],
  ['supervisor', 'supervisor'],
  ['ubnt', 'ubnt'],
];
/** What no fresh data directory and no answer may hold. */
const defaultSecrets = /changeme|xc3511|7ujMko0|Admin@123|Mat-khau-|password\s*[:=]\s*["']?\w+/i;

let service: Service;
let token: string;
/** Who set up the commune. */
let administrator: Caller;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'loa-first-run-'));
  // Nothing but ports and a directory differs from `npm start`.
  service = await Service.start({
    directory,
    env: { LOA_DEVICE_HTTP_HOST: '0.0.0.0', LOA_BROKER_HOST: '0.0.0.0' },
  });
  token = await service.setUpToken();
});

afterAll(async () => {
  await service.destroy();
});

describe('a fresh installation, before set-up', () => {
  test('has no account, no session and no commune', async () => {
    const found = await lookInto(service, async (client) => {
      const counts: Record<string, string | undefined> = {};
      for (const table of ['people', 'sessions', 'communes', 'loa_communes', 'sign_in_links', 'boxes']) {
        const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
        counts[table] = rows[0]?.n;
      }
      return counts;
    });
    expect(new Set(Object.values(found))).toEqual(new Set(['0']));
    expect(await new Caller(service.url).get<SetUpView>('/api/setup')).toEqual({ needed: true });
  });

  test('lets nobody in by a well-known name and password', async () => {
    const tried = { wrong: 0, waiting: 0 };
    for (const [loginName, password] of wellKnown) {
      const { status } = await new Caller(service.url).raw('POST', '/api/session', { loginName, password });
      if (status === 401) tried.wrong += 1;
      else if (status === 429) tried.waiting += 1;
      else throw new Error(`${loginName} / ${password}: ${status}`);
    }
    expect(tried.wrong).toBeGreaterThan(0);
    expect(tried.wrong + tried.waiting).toBe(wellKnown.length);
    // Guessing slows down for names that are nobody's just as well.
    expect(tried.waiting).toBeGreaterThan(0);
  });

  test('holds no well-known secret, and lets nobody else read its own', async () => {
    const secret: string[] = [];
    for (const path of await filesBelow(service.data)) {
      const text = await readFile(path, 'latin1').catch(() => '');
      const isBinary = text.includes('\0');
      if (!isBinary && defaultSecrets.test(text) && !path.endsWith('.conf') && !path.endsWith('.sample'))
        throw new Error(`${path} holds ${defaultSecrets.exec(text)?.[0] ?? ''}`);
      if (/setup-token|secrets\.json|credentials\.json|keys\/|tls\/.*key|service\.lock/.test(path)) {
        secret.push(relative(service.data, path));
        expect({ path, mode: (await stat(path)).mode & 0o077 }).toEqual({ path, mode: 0 });
      }
    }
    expect(secret).toEqual(expect.arrayContaining(['run/setup-token', 'postgres/secrets.json']));
    expect(secret.some((path) => path.startsWith('tls/'))).toBe(true);
  });

  test('tells nobody the token, in no answer and no log', async () => {
    for (const path of ['/api/setup', '/api/health', '/api/openapi.json', '/api/session', '/']) {
      const text = await (await fetch(service.url + path)).text();
      expect({ path, isTold: text.includes(token) || defaultSecrets.test(text) }).toEqual({
        path,
        isTold: false,
      });
    }
    // It is printed for the person at the terminal, once; no line of the log has it.
    const output = await readFile(service.program.logPath, 'utf8');
    const lines = output.split('\n').filter((line) => line.includes(token));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.startsWith('{')).toBe(false);
  });
});

describe('the set-up token', () => {
  const request = (given: string, loginName = 'ha.dang') => ({
    token: given,
    communeName: 'xã Ea Kmút',
    province: 'Đắk Lắk',
    displayName: 'Đặng Thu Hà',
    loginName,
    password: 'Mot-mat-khau-rieng-2026',
  });

  test('must be the right one', async () => {
    const near = (token.startsWith('A') ? 'B' : 'A') + token.slice(1);
    for (const wrong of ['', 'x', near, token.slice(0, -1), `${token}A`, token.toUpperCase()]) {
      const answer = await new Caller(service.url).raw('POST', '/api/setup', request(wrong));
      expect({ wrong, status: answer.status }).toEqual({ wrong, status: 403 });
      expect(await answer.json()).toMatchObject({ code: 'accounts.set-up-token' });
    }
  });

  test('works once, also for two who come at the same moment, and never again', async () => {
    const callers = ['ha.dang', 'ke-trom', 'ke-trom-2'].map((name) => ({
      name,
      caller: new Caller(service.url),
    }));
    const statuses = await Promise.all(
      callers.map(
        async ({ name, caller }) => (await caller.raw('POST', '/api/setup', request(token, name))).status,
      ),
    );
    expect(statuses.toSorted()).toEqual([201, 403, 403]);
    const again = await new Caller(service.url).raw('POST', '/api/setup', request(token, 'lan-nua'));
    expect(again.status).toBe(403);
    await expect(service.setUpToken()).rejects.toMatchObject({ code: 'ENOENT' });
    const people = await lookInto(service, (client) => client.query('SELECT FROM people'));
    expect(people.rowCount).toBe(1);
    administrator = callers[statuses.indexOf(201)]?.caller ?? new Caller(service.url);
    const { person } = await administrator.get<SessionView>('/api/session');
    expect(person.roles).toEqual(['administrator']);
  });

  test('is not printed again after a restart', async () => {
    await service.stop();
    service = await service.restart();
    expect(await new Caller(service.url).get<SetUpView>('/api/setup')).toEqual({ needed: false });
    await expect(service.setUpToken()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

const onLinux = where(isLinux, 'Linux', describe);
onLinux('the network doors of an installation', () => {
  test('are the documented ones; what is not encrypted is for this machine only', async () => {
    const { http, deviceHttps, mqtts, mqtt, pid } = service.ports;
    const postmaster = await service.postmasterPid();
    if (postmaster === undefined) throw new Error('No PostgreSQL');
    expect(commandOf(childOf(pid, 'broker.main') ?? 0)).toContain('broker.main');
    const sockets = listeningSockets([...familyOf(pid), ...familyOf(postmaster)]);
    expect(sockets.map(({ address, port }) => `${address}:${port}`).toSorted()).toEqual(
      [`127.0.0.1:${http}`, `127.0.0.1:${mqtt}`, `0.0.0.0:${mqtts}`, `0.0.0.0:${deviceHttps}`].toSorted(),
    );
    // PostgreSQL is reached by a socket in a directory of its own, not by any network.
    expect(listeningSockets(familyOf(postmaster))).toEqual([]);
    const directory = await stat(join(service.data, 'postgres', 'socket'));
    expect(directory.mode & 0o077).toBe(0);
  });

  test('stand as ports in the documented defaults', async () => {
    const text = await readFile(new URL('../../config/default.yaml', import.meta.url), 'utf8');
    expect(
      [...text.matchAll(/^ {2}(\w*[pP]ort): (\d+)$/gm)].map(([, name, port]) => `${name} ${port}`),
    ).toEqual(['port 7700', 'port 7743', 'tlsPort 8883', 'plainPort 1883']);
  });

  test.each(['deviceHttps', 'mqtts'] as const)(
    '%s speaks TLS 1.2 or newer, as the authority certified',
    async (door) => {
      const port = service.ports[door];
      const fingerprint = await promisedFingerprint(door);
      const ca = await readFile(join(service.data, 'tls', 'authority.pem'), 'utf8');
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        const { protocol, certificate, authorized } = await handshake(port, {
          ca,
          minVersion: version,
          maxVersion: version,
        });
        expect({ version, protocol, authorized }).toEqual({ version, protocol: version, authorized: true });
        const issuer = certificate.issuerCertificate;
        const root = new X509Certificate(issuer.raw);
        expect(root.verify(root.publicKey)).toBe(true);
        expect(root.ca).toBe(true);
        expect(root.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(fingerprint);
      }
      // With security level 0 our own OpenSSL offers what is old; who refuses is the service.
      const old = {
        ca,
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      } as const;
      await expect(handshake(port, old)).rejects.toMatchObject({
        code: expect.stringMatching(/PROTOCOL_VERSION|ECONNRESET/) as unknown,
      });
      await expect(handshake(port, {})).rejects.toMatchObject({
        code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/) as unknown,
      });
    },
  );
});

/** The authority that an enrolment link tells a new box to trust. */
async function promisedFingerprint(villageName: string): Promise<string> {
  const village = await administrator.post<{ id: string }>('/api/villages', {
    word: 'thôn',
    name: villageName,
  });
  const { id } = await administrator.post<LoudspeakerView>('/api/loudspeakers', {
    name: 'Cụm loa',
    villageId: village.id,
  });
  const { link } = await administrator.post<EnrolmentView>(`/api/loudspeakers/${id}/enrolment`);
  return readEnrolmentLink(link).authority;
}

function handshake(
  port: number,
  options: ConnectionOptions,
): Promise<{ protocol: string | null; certificate: DetailedPeerCertificate; authorized: boolean }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...options }, () => {
      const certificate = socket.getPeerCertificate(true);
      resolve({ protocol: socket.getProtocol(), certificate, authorized: socket.authorized });
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
