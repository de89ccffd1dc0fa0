import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Config } from '../platform/config/config.ts';
import { loadConfig } from '../platform/config/config.file.ts';
import { PasswordVault } from './password.vault.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-vault-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const vaultIn = (name: string): PasswordVault =>
  new PasswordVault(new Config({ ...loadConfig({}).values, dataDirectory: join(directory, name) }));

test('opens what it sealed, after a restart too, for that camera and under that key only', async () => {
  const sealed = await vaultIn('a').seal('mật khẩu', 'camera-1');
  expect(sealed).not.toBe(await vaultIn('a').seal('mật khẩu', 'camera-1'));
  expect(await vaultIn('a').open(sealed, 'camera-1')).toBe('mật khẩu');
  const lost = { code: 'cameras.password-lost' };
  await expect(vaultIn('a').open(sealed, 'camera-2')).rejects.toMatchObject(lost);
  await expect(vaultIn('b').open(sealed, 'camera-1')).rejects.toMatchObject(lost);
  await expect(vaultIn('a').open(`${sealed.slice(0, -4)}AAAA`, 'camera-1')).rejects.toMatchObject(lost);
  await expect(vaultIn('a').open('', 'camera-1')).rejects.toMatchObject(lost);
});

test('its key is readable by the owner alone', async () => {
  await vaultIn('c').seal('x', 'y');
  const { mode } = await stat(join(directory, 'c', 'keys', 'camera-passwords.key'));
  expect(mode & 0o777).toBe(0o600);
});

test('many at once on the first day share one key', async () => {
  const vault = vaultIn('d');
  const sealed = await Promise.all(Array.from({ length: 20 }, (_, i) => vault.seal(`p${i}`, `c${i}`)));
  const opened = await Promise.all(sealed.map((text, i) => vaultIn('d').open(text, `c${i}`)));
  expect(opened).toEqual(Array.from({ length: 20 }, (_, i) => `p${i}`));
});
