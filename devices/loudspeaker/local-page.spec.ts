import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';
import { TestPole } from './pole.testing.ts';

let pole: TestPole;
beforeEach(async () => {
  pole = await TestPole.set();
});
afterEach(() => pole.clear());

test('a phone under the pole reads why it is silent, and lets it speak on the monitor, not on the horns', async () => {
  const monitor = join(pole.directory, 'monitor');
  const words = ['--enrol', pole.service.link, '--local-port', '0', '--monitor', `wav:${monitor}`];
  const { localPort } = await pole.start(words);
  const url = `http://127.0.0.1:${String(localPort)}`;
  const read = async (): Promise<string> => (await request(url)).body.text();
  await pole.service.until((heard) => (heard.message === 'status' ? true : undefined));
  expect(await read()).toContain('Chưa có lịch phát');
  const programme = pole.programme([pole.item(Date.now() + 3_600_000, pole.tone(2))]);
  await pole.service.publishProgramme(programme);
  await pole.service.untilReceipt((each) => each.state === 'held' && each.ready === 1);
  const page = await read();
  expect(page).toContain('Sẵn sàng');
  expect(page).toContain('1 tin');
  expect(page).toMatch(/Giờ của loa<\/dt><dd>\d\d:\d\d:\d\d \d\d\/\d\d</);
  for (const secret of [pole.service.code, 'PRIVATE', 'mqttSecret']) expect(page).not.toContain(secret);

  const abroad = await request(`${url}/speak`, { method: 'POST', headers: { origin: 'http://elsewhere' } });
  expect(abroad.statusCode).toBe(403);
  expect((await request(`${url}/speak`, { method: 'POST' })).statusCode).toBe(303);
  const [note] = await pole.sounds('monitor', 1);
  // "Loa sẵn sàng, còn một tin": about three seconds with its pauses.
  expect(note?.seconds).toBeGreaterThan(2);
  expect(await pole.sounds('wavs')).toEqual([]);
  expect(await pole.switched('relay')).toEqual([]);
  await writeFile(join(pole.wires, 'button'), '1');
  expect(await pole.sounds('monitor', 2)).toHaveLength(2);
  expect(await pole.switched('relay')).toEqual([]);
}, 60_000);
