import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { HandClock, SystemClock } from '../../base/clock.ts';
import { Authority } from './authority.ts';

const names = ['localhost', '127.0.0.1', 'loa.example'];
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-tls-'));
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

/** Whether a client that trusts only `ca` accepts the server under `name`. */
async function accepts(authority: Authority, name: string): Promise<boolean> {
  const server = createServer(authority.identity);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await new Promise((resolve) => {
      const { port } = server.address() as AddressInfo;
      const isAddress = /^[\d.]+$/.test(name);
      const socket = connect({
        host: '127.0.0.1',
        port,
        ca: authority.identity.ca,
        ...(isAddress ? {} : { servername: name }),
      });
      socket.once('secureConnect', () => resolve(socket.authorized)).once('error', () => resolve(false));
      socket.once('secureConnect', () => socket.destroy());
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('the private authority', () => {
  test('makes a certificate that a client accepts which trusts the authority, and no name beyond it', async () => {
    const authority = await Authority.open(directory, names, new SystemClock());
    expect(await accepts(authority, 'loa.example')).toBe(true);
    expect(await accepts(authority, '127.0.0.1')).toBe(true);
    expect(await accepts(authority, 'other.example')).toBe(false);
  });

  test('is the same after a restart, and says the fingerprint of its DER', async () => {
    const first = await Authority.open(directory, names, new SystemClock());
    const second = await Authority.open(directory, names, new SystemClock());
    expect(second.identity).toEqual(first.identity);
    const { raw } = new X509Certificate(first.identity.ca);
    expect(first.fingerprint()).toBe(createHash('sha256').update(raw).digest('hex'));
  });

  test('keeps its keys from other users', async () => {
    await Authority.open(directory, names, new SystemClock());
    for (const name of ['authority.key', 'server.key'])
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  });

  test('renews the server certificate in its last month, for a new name, and for a key that does not fit', async () => {
    const clock = new HandClock('2026-11-21T00:00:00Z');
    const serial = (authority: Authority) => new X509Certificate(authority.identity.cert).serialNumber;
    const first = await Authority.open(directory, names, clock);
    clock.advance(360 * 86_400_000);
    expect(serial(await Authority.open(directory, names, clock))).toBe(serial(first));
    clock.advance(10 * 86_400_000);
    const renewed = await Authority.open(directory, names, clock);
    expect(serial(renewed)).not.toBe(serial(first));
    expect(renewed.fingerprint()).toBe(first.fingerprint());
    const renamed = await Authority.open(directory, [...names, '192.168.1.5'], clock);
    expect(serial(renamed)).not.toBe(serial(renewed));
    await writeFile(join(directory, 'server.key'), await readFile(join(directory, 'authority.key')));
    const repaired = await Authority.open(directory, names, clock);
    expect(serial(repaired)).not.toBe(serial(renamed));
  });
});
