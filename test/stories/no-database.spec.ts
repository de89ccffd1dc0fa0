import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { mkdtemp, readFile, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { SafetyView } from '../../src/broadcasts/broadcast.view.ts';
import type { JournalCheckView } from '../../src/journal/journal.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { openBrowser } from '../stage/browser.ts';
import { Caller } from '../stage/caller.ts';
import { chapter } from '../stage/chapter.ts';
import { lookInto } from '../stage/database.ts';
import type { Pole, Sounding } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { Screen } from '../stage/screen.ts';
import { Service } from '../stage/service.ts';
import { approved, putUpPoles, settle } from '../stage/village.ts';
import type { People } from '../stage/village.ts';

const title = 'Nước lên';
const text = 'Nước đang lên nhanh. Mời bà con rời khỏi bờ sông, đến nhà văn hóa, và mang theo nước uống.';

let service: Service;
let people: People;
let pole: Pole;
let browser: Browser;
let desk: Screen;
let phone: Screen;
let sounding: Sounding;

/** Without this file PostgreSQL does not start, and says so; with it back, it recovers as after any crash. */
const control = () => join(service.data, 'postgres', 'cluster', 'global', 'pg_control');

/** `kill -9` of service and database; then the service alone is started. */
async function startWithoutDatabase(): Promise<void> {
  await service.kill();
  const postmaster = await service.postmasterPid();
  if (postmaster !== undefined) process.kill(postmaster, 'SIGKILL');
  await rename(control(), `${control()}.away`).catch(() => undefined);
  service = await service.restart();
}

const safety = (): Promise<SafetyView> => people.editor.caller.get<SafetyView>('/api/safety');

/** By its key, which stands in the database: an order would else go out before it listens. */
async function poleIsHeard(): Promise<void> {
  await until('the pole to be heard', async () => ((await safety()).online === 1 ? true : undefined), {
    timeoutMs: 45_000,
  });
}

async function silentAgain(from: Sounding): Promise<Sounding> {
  return until(
    'the pole to fall silent',
    async () => (await pole.soundings()).find((each) => each.path === from.path && each.complete),
    { timeoutMs: 30_000, everyMs: 50 },
  );
}

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'loa-no-database-'));
  service = await Service.start({ directory });
  const settled = await settle(service);
  people = settled.people;
  const { editor, approver, technician } = people;
  const [first] = await putUpPoles(technician.caller, settled.villages.slice(0, 1), 1, directory);
  if (first === undefined) throw new Error('No pole');
  pole = first;
  const { id } = await approved(editor.caller, approver.caller, { title, text, priority: 'emergency' });
  await approver.caller.post(`/api/announcements/${id}/prepared`, { prepared: true });
  await until(
    'the pole to have its sound',
    async () => {
      const [held] = await technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
      const isReady =
        held?.now.programmeHeld === true && held.now.audioNeeded === 1 && held.now.audioReady === 1;
      return (isReady && (await safety()).prepared.length === 1) || undefined;
    },
    { timeoutMs: 30_000 },
  );
  browser = await openBrowser();
  desk = await Screen.open(browser, 'desktop', service.url);
  phone = await Screen.open(browser, 'phone', service.url);
  for (const screen of [desk, phone]) {
    await screen.goTo('/sign-in');
    await screen.signIn(editor.loginName, editor.password);
    await screen.page.waitForURL('**/today');
    await screen.settle();
  }
}, 300_000);

afterAll(async () => {
  await browser.close();
  await pole.stop();
  await service.destroy();
}, 60_000);

describe('The database does not come up, and the service was killed', () => {
  chapter(
    'the service starts all the same, knows who was signed in, and says what it cannot do',
    async () => {
      for (const screen of [desk, phone]) screen.beginOutage();
      await startWithoutDatabase();
      const { editor, police } = people;
      const health = await (await new Caller(service.url).raw('GET', '/api/health')).json();
      expect(health).toMatchObject({ status: 'degraded', database: 'down' });
      expect(await editor.caller.get('/api/session')).toMatchObject({ person: { id: editor.id } });
      expect((await safety()).prepared).toMatchObject([{ title }]);
      // Who may not raise is offered nothing, and is refused.
      expect((await police.caller.get<SafetyView>('/api/safety')).prepared).toEqual([]);
      expect((await police.caller.raw('POST', '/api/stop', { target: { kind: 'commune' } })).status).toBe(
        403,
      );
      for (const path of ['/api/today', '/api/broadcasts', '/api/people']) {
        const caller = path === '/api/people' ? people.administrator.caller : editor.caller;
        const answer = await caller.raw('GET', path);
        expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'platform.database-down' }]);
      }
      const signIn = await new Caller(service.url).raw('POST', '/api/session', {
        loginName: editor.loginName,
        password: editor.password,
      });
      expect([signIn.status, await signIn.json()]).toMatchObject([503, { code: 'platform.database-down' }]);
      const stranger = await fetch(`${service.url}/api/safety`, {
        headers: { cookie: 'loa_session=nobody' },
      });
      expect([401, 503]).toContain(stranger.status);
    },
  );

  chapter('what lies on the disk opens no session, and is for nobody else to read', async () => {
    const path = join(service.data, 'safety', 'sessions.json');
    const kept = await readFile(path, 'utf8');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    for (const { caller } of Object.values(people)) {
      const token = /loa_session=([^;]+)/.exec(caller.cookies)?.[1] ?? '';
      expect(token).not.toBe('');
      expect(kept).not.toContain(token);
    }
  });

  chapter(
    'a console opened now offers the stop and the prepared emergencies, and the pole sounds',
    async () => {
      for (const screen of [desk, phone]) {
        await screen.page.goto(new URL('/', service.url).href);
        await screen.sees('Cơ sở dữ liệu chưa trả lời.');
        await screen.sees(title);
        expect(await screen.stickingOut()).toEqual([]);
      }
      await poleIsHeard();
      await phone.page.getByRole('button', { name: title }).click();
      await phone.fill('Gõ đúng “PHÁT KHẨN CẤP” để xác nhận', 'PHÁT KHẨN CẤP');
      await phone.page.getByRole('button', { name: 'PHÁT KHẨN CẤP NGAY' }).click();
      sounding = await until('the pole to sound', async () => (await pole.soundings())[0], {
        timeoutMs: 30_000,
        everyMs: 50,
      });
      await phone.sees('Hủy khẩn cấp');
    },
  );

  chapter('killed once more, it still knows the emergency, and ends it', async () => {
    await startWithoutDatabase();
    const { editor } = people;
    const [emergency] = (await safety()).inForce;
    expect(emergency).toMatchObject({ title });
    await poleIsHeard();
    await editor.caller.post(`/api/emergencies/${emergency?.id ?? ''}/cancel`);
    await silentAgain(sounding);
    expect(await editor.caller.post('/api/stop', { target: { kind: 'commune' } })).toEqual({ poles: 1 });
    expect((await safety()).inForce).toEqual([]);
  });

  chapter(
    'the database is back: everything works by itself, and each order is in the books once',
    async () => {
      await rename(`${control()}.away`, control());
      const { editor, approver } = people;
      await until(
        'the database to be there',
        async () => ((await editor.caller.raw('GET', '/api/today')).ok ? true : undefined),
        { timeoutMs: 60_000 },
      );
      const orders = await until(
        'the orders to be booked',
        () =>
          lookInto(service, async (client) => {
            const { rows } = await client.query<{ kind: string; lines: number }>(
              `SELECT kind, (SELECT count(*)::int FROM journal j WHERE j.facts->>'orderId' = o.id::text) AS lines
             FROM orders o ORDER BY number`,
            );
            return rows.length >= 3 ? rows : undefined;
          }),
        { timeoutMs: 30_000 },
      );
      expect(orders).toEqual([
        { kind: 'emergency', lines: 1 },
        { kind: 'cancel', lines: 1 },
        { kind: 'stop', lines: 1 },
      ]);
      expect(await approver.caller.post<JournalCheckView>('/api/journal/check', {})).toMatchObject({
        firstFaultAt: null,
      });
      await until(
        'the console to find out by itself',
        async () =>
          (await desk.page.getByText('Cơ sở dữ liệu chưa trả lời.').count()) === 0 ? true : undefined,
        { timeoutMs: 30_000 },
      );
      expect([...desk.faults, ...phone.faults]).toEqual([]);
    },
  );
});
