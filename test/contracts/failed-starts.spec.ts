import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { commandOf } from '../stage/processes.ts';
import { Service } from '../stage/service.ts';
import { ConnectorProcess } from '../stories/cameras/camera-rig.ts';

const directory = mkdtempSync(join(tmpdir(), 'loa-failed-start-'));
const pidPath = join(directory, 'pid');

/** A build in which this program says who it is and then never ends by itself. */
function stuck(name: string, script: string, andThen = ''): string {
  const path = join(directory, name, script);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `require('node:fs').writeFileSync(${JSON.stringify(pidPath)}, String(process.pid)); ${andThen}; setInterval(() => {}, 1000);`,
  );
  return join(directory, name);
}

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

// A child that goes on running keeps Jest from ending, and nobody else knows of it.
const isGone = (): boolean => commandOf(Number(readFileSync(pidPath, 'utf8'))) === '';

test('a connector that never becomes ready is ended before it is told', async () => {
  const built = stuck('connector', 'devices/connector/connector.main.js');
  await expect(ConnectorProcess.start({}, built, {}, 1_000)).rejects.toThrow(/the connector is ready/);
  expect(isGone()).toBe(true);
});

test('a connector that ends instead is told at once', async () => {
  const built = stuck('ended', 'devices/connector/connector.main.js', 'process.exit(1)');
  await expect(ConnectorProcess.start({}, built)).rejects.toThrow(/ended before it was ready/);
});

test('a service that says what nobody understands is ended before it is told', async () => {
  const data = join(directory, 'data', 'run');
  const says = `require('node:fs').mkdirSync(${JSON.stringify(data)}, { recursive: true }); require('node:fs').writeFileSync(${JSON.stringify(join(data, 'ports.json'))}, '{}')`;
  const built = stuck('service', 'src/main.js', says);
  await expect(Service.start({ directory, built })).rejects.toThrow(/expected number/);
  expect(isGone()).toBe(true);
});
