import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { RecoverySheetView } from '../../src/accounts/account.view.ts';
import type { JournalLineView } from '../../src/journal/journal.view.ts';
import type { LoudspeakerDetailView, LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { openBrowser } from '../stage/browser.ts';
import { Caller } from '../stage/caller.ts';
import { chapter } from '../stage/chapter.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { Screen } from '../stage/screen.ts';
import { Service } from '../stage/service.ts';
import { addPerson, approved, putUpPoles, scheduleAt, settle } from '../stage/village.ts';

const secret = 'Mat-khau-moi-2026';

let directory: string;
let service: Service;
let poles: readonly Pole[];
let before: readonly LoudspeakerView[];
/** What somebody set at the first pole after its box had been enrolled. */
const set = {
  volumeHours: [{ from: '21:00', until: '05:00', volume: { regular: 30, priority: 40, emergency: 90 } }],
  emergencyFloor: 80,
  sim: { number: '0981 234 567', expiresOn: '2099-03-01', monthlyMegabytes: 2_000 },
};
let sheet: RecoverySheetView;
let browser: Browser;
let screen: Screen;
let administrator: Caller;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-lost-server-'));
  service = await Service.start({ directory });
  const settled = await settle(service);
  sheet = settled.recoverySheet;
  const technician = settled.people.technician.caller;
  poles = await putUpPoles(technician, settled.villages.slice(0, 2), 2, directory);
  const [first] = poles;
  if (first === undefined) throw new Error('No pole');
  await technician.patch(`/api/loudspeakers/${first.id}`, set);
  await until(
    'its box to carry what was set',
    async () => {
      const { membership } = JSON.parse(await readFile(join(first.box, 'enrolment.json'), 'utf8')) as {
        membership: string;
      };
      const { payload } = JSON.parse(membership) as { payload: string };
      return Buffer.from(payload, 'base64').toString().includes(set.sim.number) ? true : undefined;
    },
    { timeoutMs: 30_000 },
  );
  before = await until(
    'the poles to hold their programmes',
    async () => {
      const held = await technician.get<LoudspeakerView[]>('/api/loudspeakers');
      return held.every(({ now }) => now.programmeHeld) ? held : undefined;
    },
    { timeoutMs: 30_000 },
  );
  browser = await openBrowser();
}, 300_000);

afterAll(async () => {
  await browser.close();
  await Promise.all(poles.map((pole) => pole.stop()));
  await service.destroy();
}, 60_000);

describe('The server is lost with its disk', () => {
  chapter(
    'another machine at the same address takes the sheet; a slip in copying is told by its line',
    async () => {
      await service.kill();
      const postmaster = await service.postmasterPid();
      if (postmaster !== undefined) process.kill(postmaster, 'SIGKILL');
      await rename(service.data, `${service.data}-lost`);
      await rm(`${service.data}-lost`, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      service = await service.restart();

      screen = await Screen.open(browser, 'phone', service.url);
      await screen.goTo(`/setup#${await service.setUpToken()}`);
      await screen.press('Tiếp tục');
      await screen.fill('Tên xã, phường, đặc khu', 'Xã Tân Hòa Lộc');
      await screen.page.getByLabel('Máy chủ này thay cho máy chủ đã mất').check();
      for (const [index, line] of sheet.lines.entries())
        await screen.fill(`Dòng ${index + 1} của phiếu`, index === 2 ? slipIn(line) : line.toLowerCase());
      expect(await screen.stickingOut()).toEqual([]);
      await screen.press('Tiếp tục');
      await screen.fill('Họ và tên', 'Đặng Thu Hà');
      await screen.fill('Tên đăng nhập', 'quantri');
      await screen.fill('Mật khẩu', secret);
      await screen.fill('Nhập lại mật khẩu', secret);
      // From now on the browser tells of what was refused.
      screen.beginOutage();
      await screen.press('Tạo hệ thống');
      await screen.sees('Có dòng chép chưa đúng với phiếu khôi phục. Hãy xem lại từng chữ.');
      await screen.fill('Dòng 3 của phiếu', sheet.lines[2] ?? '');
      await screen.press('Tiếp tục');
      await screen.press('Tạo hệ thống');
      await screen.sees('Phiếu khôi phục của xã');
      // The same sheet is good for the next time.
      for (const line of sheet.lines) await screen.sees(line);
      administrator = await new Caller(service.url).signIn('quantri', secret);
    },
  );

  chapter('the boxes, which nobody touched, come back with their poles and villages', async () => {
    const after = await until(
      'the poles to be back',
      async () => {
        const found = await administrator.get<LoudspeakerView[]>('/api/loudspeakers');
        return found.length === 2 && found.every(({ now }) => now.link === 'online' && now.programmeHeld)
          ? found
          : undefined;
      },
      { timeoutMs: 120_000, everyMs: 300 },
    );
    const asKnown = ({ id, number, name, villageName, place, latitude, horns }: LoudspeakerView) => ({
      ...{ id, number, name, villageName, place, latitude, horns },
    });
    expect(after.map(asKnown)).toEqual(before.map(asKnown));
    for (const pole of poles) expect(pole.isRunning).toBe(true);
    const first = await administrator.get<LoudspeakerDetailView>(`/api/loudspeakers/${poles[0]?.id ?? ''}`);
    const { settings, sim } = first;
    expect({ volumeHours: settings.hours, emergencyFloor: settings.emergencyFloor, sim }).toEqual(set);
    const lines = await (await signedIn('approver')).get<JournalLineView[]>('/api/journal');
    const actions = lines.map(({ action }) => action);
    expect(actions).toContain('accounts.commune-recovered');
    expect(actions.filter((action) => action === 'boxes.returned')).toHaveLength(2);
  });

  chapter('and play what the new server tells them', async () => {
    await administrator.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
    const [editor, approver] = [await signedIn('editor'), await signedIn('approver')];
    const { id } = await approved(editor, approver, { title: 'Họp', text: 'Mời bà con đi họp.' });
    const counts = await Promise.all(poles.map(async (pole) => (await pole.soundings()).length));
    await scheduleAt(editor, id, Date.now() + 8_000, { kind: 'commune' });
    for (const [index, pole] of poles.entries())
      await until(`${pole.name} to sound`, async () => (await pole.soundings())[counts[index] ?? 0], {
        timeoutMs: 60_000,
      });
    expect(screen.faults).toEqual([]);
  });
});

const callers = new Map<string, Caller>();

async function signedIn(role: 'editor' | 'approver'): Promise<Caller> {
  const known = callers.get(role) ?? (await addPerson(service, administrator, role, role, [role])).caller;
  callers.set(role, known);
  return known;
}

/** Two letters beside each other, the other way round. */
function slipIn(line: string): string {
  const at = Array.from(line).findIndex(
    (letter, index) => index > 4 && letter !== ' ' && ![' ', letter].includes(line[index + 1] ?? ' '),
  );
  return `${line.slice(0, at)}${line[at + 1] ?? ''}${line[at] ?? ''}${line.slice(at + 2)}`;
}
