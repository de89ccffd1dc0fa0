import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { AiringView } from '../../src/broadcasts/broadcast.view.ts';
import type { JournalLineView } from '../../src/journal/journal.view.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import { openBrowser } from '../stage/browser.ts';
import { Caller } from '../stage/caller.ts';
import { addCamera, SimulatedCamera } from '../stage/camera.ts';
import { chapter } from '../stage/chapter.ts';
import { clearOfMidnight } from '../stage/midnight.ts';
import type { Pole } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { consoleRoutes, Screen } from '../stage/screen.ts';
import { Service } from '../stage/service.ts';
import { addPerson, putUpPoles } from '../stage/village.ts';

const title = 'Mời họp thôn';
const text =
  'Đ/c Chủ tịch UBND xã thông báo: 7h30 ngày 05/12/2027, mời bà con và TCNX đến nhà văn hóa. Chi tiết xin gọi 0900 000 101.';
const secret = (name: string): string => `Mat-khau-${name}-2026`;
const first = 'Doi-ngay-lan-dau-1';

let directory: string;
let service: Service;
let browser: Browser;
let administrator: Caller;
let villages: VillageView[];
let poles: Pole[] = [];
let camera: SimulatedCamera | undefined;
let shortLink: string;
const screens: Screen[] = [];
let desk: Screen;
let editor: Screen;
/** The approver has a telephone only. */
let phone: Screen;
let police: Screen;

async function open(size: 'desktop' | 'phone'): Promise<Screen> {
  const screen = await Screen.open(browser, size, service.url);
  screens.push(screen);
  return screen;
}

const onAir = (screen: Screen, pole?: Pole) =>
  screen.page.locator(
    pole === undefined ? '[data-pole][data-on-air]' : `[data-pole="${pole.id}"][data-on-air]`,
  );
const poleOf = (index: number): Pole => {
  const pole = poles[index];
  if (pole === undefined) throw new Error(`No pole ${index}`);
  return pole;
};

/** From the announcement that was approved: to which villages, now. */
async function broadcastNow(village: string | null): Promise<void> {
  const { page } = editor;
  await page.goto(new URL('/announcements', service.url).href);
  await page.getByRole('link', { name: title }).click();
  await page.getByRole('link', { name: 'Lên lịch phát' }).click();
  if (village !== null) {
    await editor.choose('Phát ở đâu', 'Theo thôn');
    await page.getByPlaceholder('Chọn thôn').click();
    await page.getByRole('option', { name: village }).click();
    // More than one may be chosen: the list stays open.
    await page.keyboard.press('Escape');
  }
  await editor.choose('Phát khi nào', 'Bây giờ');
  await editor.press('Phát ngay bây giờ');
  await page.waitForURL('**/today');
}

beforeAll(async () => {
  await clearOfMidnight(240_000);
  directory = await mkdtemp(join(tmpdir(), 'loa-console-'));
  browser = await openBrowser();
  service = await Service.start({ directory });
}, 600_000);

afterAll(async () => {
  await browser.close();
  await Promise.all([...poles.map((pole) => pole.stop()), camera?.program.stop()]);
  await service.destroy();
}, 60_000);

describe('The console', () => {
  chapter(
    'the first run: the token, the commune, the administrator, and the recovery sheet on paper',
    async () => {
      desk = await open('desktop');
      await desk.goTo('/');
      await desk.page.waitForURL('**/setup');
      await desk.fill('Mã thiết lập', await service.setUpToken());
      await desk.press('Tiếp tục');
      await desk.fill('Tên xã, phường, đặc khu', 'Xã Tân Hòa Lộc');
      await desk.fill('Tỉnh, thành phố', 'Đắk Lắk');
      await desk.press('Tiếp tục');
      await desk.fill('Họ và tên', 'Đặng Thu Hà');
      await desk.fill('Tên đăng nhập', 'quantri');
      await desk.fill('Mật khẩu', secret('quantri'));
      await desk.fill('Nhập lại mật khẩu', secret('quantri'));
      await desk.press('Tạo hệ thống');
      await desk.sees('Phiếu khôi phục của xã');
      const go = desk.page.getByRole('button', { name: 'Vào hệ thống' });
      expect(await go.isDisabled()).toBe(true);
      await desk.page.getByLabel('Tôi đã in phiếu và sẽ niêm phong cất giữ').check();
      await go.click();
      await desk.page.waitForURL('**/today');
      await desk.sees('Xã chưa có cụm loa nào');
      administrator = await new Caller(service.url).signIn('quantri', secret('quantri'));
      await administrator.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
    },
  );

  chapter('the administrator adds villages and people', async () => {
    await desk.goTo('/settings');
    for (const name of ['Tân Tiến', 'Hòa Bình']) {
      await desk.press('Thêm thôn');
      await desk.fill('Tên', name);
      await desk.page.getByRole('dialog').getByRole('button', { name: 'Lưu' }).click();
      await desk.sees(`thôn ${name}`);
      await desk.page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    villages = await administrator.get<VillageView[]>('/api/villages');
    expect(villages.map(({ name }) => name).sort()).toEqual(['Hòa Bình', 'Tân Tiến']);

    await desk.page.getByRole('link', { name: 'Tài khoản' }).click();
    for (const [name, loginName, role] of [
      ['Nguyễn Thị Lan', 'lan', 'Biên tập viên'],
      ['Trần Văn Minh', 'minh', 'Người phê duyệt'],
      ['Lê Quốc Hùng', 'hung', 'Công an xã'],
    ] as const) {
      await desk.press('Thêm tài khoản');
      await desk.fill('Họ và tên', name);
      await desk.fill('Tên đăng nhập', loginName);
      await desk.fill('Mật khẩu ban đầu', first);
      await desk.page.getByRole('dialog').getByLabel(role, { exact: true }).check();
      await desk.page.getByRole('dialog').getByRole('button', { name: 'Lưu' }).click();
      await desk.page.getByRole('dialog').waitFor({ state: 'detached' });
      await desk.page.getByRole('article').filter({ hasText: name }).getByText(role).waitFor();
    }
    poles = await putUpPoles(administrator, villages, 2, directory);
  });

  chapter('a wrong password is told; a role sees its own pages alone; whoever signs out is out', async () => {
    police = await open('desktop');
    await police.goTo('/today');
    await police.page.waitForURL('**/sign-in?**');
    await police.signIn('hung', 'khong-phai-mat-khau');
    await police.sees('Tên đăng nhập hoặc mật khẩu không đúng.');
    await police.signIn('hung', first);
    await police.sees('Đây là mật khẩu do người khác đặt.');
    await police.changePassword(first, secret('hung'));
    await police.page.waitForURL('**/today');
    const items = await police.page.getByRole('navigation').first().getByRole('link').allInnerTexts();
    expect(items.map((item) => item.trim())).toEqual([
      'Hôm nay',
      'Lịch phát',
      'Cụm loa',
      'Cảnh báo',
      'Sổ phát thanh',
      'Sự kiện camera',
      'Camera',
    ]);
    await police.goTo('/people');
    await police.sees('Tài khoản của anh/chị không được vào trang này');

    await police.page.getByRole('button', { name: /Lê Quốc Hùng/ }).click();
    await police.page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
    await police.page.waitForURL('**/sign-in');
    await police.goTo('/events');
    await police.page.waitForURL('**/sign-in?**');
    await police.signIn('hung', secret('hung'));
    await police.page.waitForURL('**/events');
  });

  chapter('an announcement is written, read, heard, submitted, and its link copied', async () => {
    editor = await open('desktop');
    await editor.goTo('/announcements');
    await editor.signIn('lan', first);
    await editor.changePassword(first, secret('lan'));
    await editor.page.waitForURL('**/announcements');
    await editor.page.getByRole('link', { name: 'Soạn bản tin' }).click();
    // A form says at once what it says so far, and asks for what is missing only when it is saved.
    await editor.page.getByRole('link', { name: 'Tin bão, lũ' }).click();
    await editor.fill('Cơ quan phát hành bản tin', 'Đài Khí tượng Thủy văn');
    await editor.page.getByRole('combobox', { name: 'Cấp độ rủi ro thiên tai' }).click();
    await editor.page.getByRole('option', { name: 'Cấp 3: da cam' }).click();
    await editor.sees('Mẫu đề nghị mức: Khẩn cấp');
    await editor.page.locator('main [role="button"]').getByText('ba', { exact: true }).waitFor();
    await editor.choose('Mức độ ưu tiên', 'Khẩn cấp');
    await editor.press('Lưu bản nháp');
    await editor.sees('Mục này cần được điền');
    await editor.page.getByRole('link', { name: 'Chọn mẫu khác' }).click();
    await editor.fill('Tiêu đề', title);
    await editor.fill('Nội dung văn bản', text);
    const marked = (side: string) =>
      editor.page.locator('main [role="button"]').filter({ hasText: new RegExp(`^${side}$`, 'i') });
    for (const [written, spoken] of [
      ['Đ/c', 'đồng chí'],
      ['7h30', 'bảy giờ (ba mươi|rưỡi).*'],
      ['0900 000 101', 'không chín không không.*'],
    ] as const) {
      await marked(written).waitFor();
      await marked(spoken).waitFor();
    }
    await editor.press('Lưu bản nháp');
    await editor.page.waitForURL(/\/announcements\/[0-9a-f-]{36}$/);
    await editor.sees('Chỗ máy chưa chắc cách đọc');
    await editor.press('Tạo âm thanh');
    await editor.page.getByRole('button', { name: 'Nghe', exact: true }).waitFor({ timeout: 90_000 });
    // Recorded, and yet nobody may put it forward: it is not known what the loudspeaker is to say.
    expect(await editor.page.getByRole('button', { name: 'Trình duyệt', exact: true }).count()).toBe(0);
    await editor.page.getByLabel('Tự ghi cách đọc').fill('tổ công nghệ');
    await editor.press('Dùng');
    await editor.press('Luôn đọc như vậy trong xã');
    await editor.sees('Cả xã đọc như vậy');
    await editor.press('Lưu bản nháp');
    await editor.page.getByText('Chỗ máy chưa chắc cách đọc').waitFor({ state: 'detached' });
    await editor.press('Tạo âm thanh');
    await editor.page.getByRole('button', { name: 'Nghe', exact: true }).click({ timeout: 90_000 });
    await editor.page.getByRole('button', { name: 'Tạm dừng nghe' }).waitFor();
    await editor.press('Trình duyệt');
    await editor.press('Sao chép liên kết');
    await editor.sees('Đã sao chép');
    shortLink = await editor.page.evaluate<string>('navigator.clipboard.readText()');
    expect(new URL(shortLink).pathname).toMatch(/^\/b\/\w+$/);
  });

  chapter('a place’s name is respelt, heard, weighed against what is written, and kept', async () => {
    const drafts = await new Caller(service.url).signIn('lan', secret('lan'));
    await drafts.post('/api/announcements', {
      title: 'Họp chợ phiên',
      text: 'Mời bà con đến chợ phiên Krông Búk.',
    });
    await editor.page.getByRole('navigation').first().getByRole('link', { name: 'Từ điển' }).click();
    // What was picked in the announcement is the commune's now.
    await editor.page.locator('[data-entry="TCNX"]').getByText('tổ công nghệ').waitFor();
    await editor.press('Thêm mục');
    await editor.fill('Chữ viết', 'Krông Búk');
    await editor.fill('Đọc là', 'crông búc');
    const answered = editor.page.waitForResponse('**/api/lexicon/hear');
    await editor.press('Nghe thử');
    const sound = await answered;
    expect([sound.status(), sound.headers()['content-type']]).toEqual([200, 'audio/wav']);
    await editor.page.getByRole('button', { name: 'Dừng nghe' }).waitFor();
    await editor.sees('1 bản tin đã lưu sẽ đổi lời đọc');
    await editor.page.getByRole('link', { name: 'Họp chợ phiên' }).waitFor();
    await editor.sees('Mời bà con đến chợ phiên crông búc.');
    await editor.press('Lưu');
    const entry = editor.page.locator('[data-entry="Krông Búk"]');
    await entry.getByText('crông búc').waitFor();
    await editor.press('Lịch sử');
    await editor.press('Trở lại bản này: Bản 1');
    await editor.page.getByRole('button', { name: 'Trở lại bản này', exact: true }).last().click();
    await entry.waitFor({ state: 'detached' });
    await editor.page.goBack();
  });

  chapter('the approver opens the link on a phone, and approves what was heard, not before', async () => {
    phone = await open('phone');
    await phone.goTo(shortLink);
    await phone.signIn('minh', first);
    await phone.changePassword(first, secret('minh'));
    await phone.page.waitForURL(shortLink);
    const approve = phone.page.getByRole('button', { name: 'Duyệt bản tin' });
    await approve.waitFor();
    expect(await approve.isDisabled()).toBe(true);
    expect(await phone.stickingOut()).toEqual([]);
    await phone.press('Nghe bản tin trước khi duyệt');
    await phone.sees(/^Đã nghe /);
    await approve.click();
    await phone.sees('Người soạn có thể lên lịch phát ngay.');
    // The editor's screen tells it by itself.
    await editor.page.getByRole('link', { name: 'Lên lịch phát' }).waitFor();
  });

  chapter('now, in one village: its pole lights up, can be listened to, and has played', async () => {
    await broadcastNow('thôn Tân Tiến');
    const tanTien = poles.findIndex((pole) => pole.name.startsWith('Tân Tiến'));
    await onAir(editor, poleOf(tanTien)).waitFor();
    expect(await onAir(editor, poleOf(1 - tanTien)).count()).toBe(0);
    await editor.press('Nghe cụm loa này');
    await editor.sees(/^Đang nghe · /);
    await onAir(editor).first().waitFor({ state: 'detached', timeout: 60_000 });
    await editor.sees(/^Đã phát\s1$/);
    // The pole's word arrives before its sink has closed the file.
    await until(
      'the sound to be whole',
      async () => {
        const [sound, more] = await poleOf(tanTien).soundings();
        return sound?.complete === true && more === undefined ? true : undefined;
      },
      { timeoutMs: 30_000 },
    );
    expect(await poleOf(1 - tanTien).soundings()).toEqual([]);
  });

  chapter('one tap on the phone silences every pole', async () => {
    await phone.goTo('/today');
    await broadcastNow(null);
    await onAir(phone).nth(1).waitFor();
    await phone.press('Dừng tất cả');
    await onAir(phone).first().waitFor({ state: 'detached', timeout: 30_000 });
    await phone.sees(/^Đã dừng\s2$/);
  });

  chapter('an emergency takes two steps and the typed words, and lasts until it is cancelled', async () => {
    await phone.goTo('/emergency');
    await phone.fill('Tên tình huống', 'Nước lên nhanh');
    await phone.fill('Nội dung sẽ đọc', 'Nước sông đang lên nhanh. Bà con đi ngay đến nhà văn hóa.');
    await phone.press('Tạo và nghe thử');
    const raise = phone.page.getByRole('button', { name: 'PHÁT KHẨN CẤP NGAY' });
    await raise.waitFor({ timeout: 60_000 });
    const confirmation = phone.page.getByLabel('Gõ đúng “PHÁT KHẨN CẤP” để xác nhận');
    await confirmation.fill('phát');
    await phone.sees('Chưa đúng');
    expect(await raise.isDisabled()).toBe(true);
    expect(await onAir(phone).count()).toBe(0);
    await confirmation.fill('PHÁT KHẨN CẤP');
    await raise.click();
    await phone.page.waitForURL('**/today');
    await phone.sees('Đang phát khẩn cấp ở 2 cụm loa');
    await phone.page.locator('[data-on-air="emergency"]').nth(1).waitFor();
    expect(await phone.stickingOut()).toEqual([]);
    await phone.press('Hủy khẩn cấp');
    await onAir(phone).first().waitFor({ state: 'detached', timeout: 30_000 });
    await phone.page.getByRole('button', { name: 'Hủy khẩn cấp' }).waitFor({ state: 'detached' });
  });

  chapter('a pole’s volume is set and read back; its tone and its log are ordered and answered', async () => {
    await desk.goTo(`/loudspeakers/${poleOf(0).id}`);
    const applied = desk.page.locator('[data-volume="applied"]');
    await applied.waitFor();
    await desk.press('Sửa âm lượng');
    await desk.press('Thêm khung giờ');
    await desk.press('Lưu');
    // The new hours stand there as soon as they are read again, beside the pole's own word of the newest.
    await desk.sees('21:00–05:00');
    await applied.waitFor();
    const done = (kind: string) =>
      desk.page.locator(`[data-task="${kind}"][data-task-state="done"]`).first().waitFor();
    await desk.press('Thử loa');
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Thử loa' }).click();
    await done('test-tone');
    await desk.press('Lấy nhật ký');
    await done('send-logs');
    await desk.page.getByRole('button', { name: /^Xem nhật ký lấy lúc/ }).click();
    await desk.sees(/test-tone/);
    await desk.page.keyboard.press('Escape');
  });

  chapter(
    'a camera’s event comes to the police by itself, with its picture, and is marked seen',
    async () => {
      const gate = await SimulatedCamera.start('Cổng UBND xã', 'quiet', directory, 1, ['--turns']);
      camera = gate;
      const [village] = villages;
      if (village === undefined) throw new Error('No village');
      await addCamera(administrator, village, {
        name: 'Cổng UBND xã',
        address: gate.address,
        username: 'loalang',
        password: gate.password,
      });
      await police.goTo('/cameras');
      await police.page.getByText('Đang theo dõi').waitFor({ timeout: 60_000 });
      await police.sees('Luồng hình');
      await police.page.getByRole('link', { name: 'Cổng UBND xã' }).click();
      await police.sees('Sức khỏe camera');
      await police.goTo('/cameras/sheet');
      await police.sees('Theo thôn');
      await police.goTo('/events?kind=line-crossing');
      await police.sees('Không có sự kiện nào phù hợp');
      await gate.fire('line-crossing');
      const card = police.page.locator('[data-event]');
      await card.getByText('Vượt vạch').waitFor();
      await police.seesPicture('[data-event] img');
      await card.getByRole('button', { name: 'Đánh dấu đã xem' }).click();
      await card.getByText(/^Lê Quốc Hùng đã xem lúc/).waitFor();
    },
  );

  chapter(
    'the police watch the camera live and turn it; a picture that stands still is never taken for it, and it is written down',
    async () => {
      const gate = camera;
      if (gate === undefined) throw new Error('No camera');
      await police.goTo('/cameras');
      await police.page.getByRole('link', { name: 'Cổng UBND xã' }).click();
      await police.press('Xem trực tiếp');
      const shown = (worth: string) => police.page.locator(`[data-worth="${worth}"]`);
      await shown('live').waitFor({ timeout: 60_000 });
      await police.sees(/^hình cách đây \d+,\d giây$/);
      const answers = async (): Promise<number> => Number(await shown('live').getAttribute('data-number'));
      const before = await answers();
      await until('more pictures', async () => ((await answers()) > before + 2 ? true : undefined), {
        timeoutMs: 30_000,
      });
      const turned = async (): Promise<number> => (await gate.tally()).turned.pan;
      await police.page.getByRole('button', { name: 'Quay sang phải' }).click();
      await until('the camera to turn', async () => ((await turned()) > 0 ? true : undefined), {
        timeoutMs: 30_000,
      });
      await police.page.getByRole('button', { name: 'Cổng chính' }).click();
      await until('it to look at its place', async () => ((await turned()) < 0 ? true : undefined), {
        timeoutMs: 30_000,
      });
      await gate.tell({ do: 'faults', names: ['picture-frozen'] });
      await shown('still').waitFor({ timeout: 60_000 });
      await police.sees('Hình đứng');
      await gate.tell({ do: 'faults', names: [] });
      await shown('live').waitFor({ timeout: 60_000 });
      await police.press('Dừng xem');
      await police.page.getByRole('button', { name: 'Xem trực tiếp' }).waitFor();
      await until(
        'the viewing to stand in the journal',
        async () => {
          const lines = await administrator.get<JournalLineView[]>('/api/journal?limit=50');
          const own = lines
            .filter(({ actorName }) => actorName === 'Lê Quốc Hùng')
            .map(({ action }) => action);
          const told = ['viewings.started', 'viewings.turned', 'viewings.ended'];
          return told.every((action) => own.includes(action)) ? true : undefined;
        },
        { timeoutMs: 30_000 },
      );
    },
  );

  chapter(
    'Today tells of events without showing anybody: a picture is looked at on purpose, and written down',
    async () => {
      const watcher = await open('desktop');
      await addPerson(service, administrator, 'truong', 'Phạm Đình Tuấn', ['policeChief']);
      await watcher.goTo('/today');
      await watcher.signIn('truong', secret('truong'));
      await watcher.page.waitForURL('**/today');
      const strip = watcher.page.getByRole('region', { name: 'Sự kiện camera mới' });
      await strip.getByText('có ảnh').first().waitFor();
      expect(watcher.asked.filter((path) => path.endsWith('/picture'))).toEqual([]);
      await strip.getByRole('link', { name: /Vượt vạch/ }).click();
      await watcher.page.locator('main img').waitFor();
      const chief = await new Caller(service.url).signIn('truong', secret('truong'));
      await until(
        'the look to stand in the journal',
        async () => {
          const lines = await chief.get<JournalLineView[]>('/api/journal?limit=50');
          return lines.some(
            ({ action, actorName }) => action === 'camera-events.looked' && actorName === 'Phạm Đình Tuấn',
          )
            ? true
            : undefined;
        },
        { timeoutMs: 30_000 },
      );
    },
  );

  /** Every route of the console's own map, by somebody who may do everything. */
  async function walk(size: 'desktop' | 'phone'): Promise<void> {
    const everybody = await open(size);
    await addPerson(service, administrator, `moi-viec-${size}`, 'Người Làm Mọi Việc Của Xã', [
      'administrator',
      'editor',
      'approver',
      'policeChief',
      'technician',
    ]);
    const caller = await new Caller(service.url).signIn(`moi-viec-${size}`, secret(`moi-viec-${size}`));
    const ids: Record<string, string> = Object.fromEntries(
      await Promise.all(
        ['announcements', 'loudspeakers', 'cameras', 'camera-events'].map(async (what) => {
          const [one] = await caller.get<{ id: string }[]>(`/api/${what}`);
          return [what === 'camera-events' ? 'events' : what, one?.id ?? ''] as const;
        }),
      ),
    );
    const [from, before] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const airings = await administrator.get<AiringView[]>(`/api/airings?from=${from}&until=${before}`);
    ids.broadcasts = airings.find(({ priority }) => priority !== 'emergency')?.broadcastId ?? '';
    ids.heard = ids.broadcasts;
    const routes = await consoleRoutes();
    expect(routes.length).toBeGreaterThan(20);
    await everybody.goTo('/sign-in');
    expect([size, await everybody.stickingOut()]).toEqual([size, []]);
    await everybody.signIn(`moi-viec-${size}`, secret(`moi-viec-${size}`));
    await everybody.page.waitForURL('**/today');
    for (const route of routes) {
      const room = route.split('/')[1] ?? '';
      const path = route
        .replace(':id', ids[room] ?? '')
        .replace('/b/:shortCode', new URL(shortLink).pathname);
      expect(path).not.toMatch(/:|\/$/);
      await everybody.goTo(path);
      expect([size, path, await everybody.stickingOut()]).toEqual([size, path, []]);
      // The same elements at both sizes, but for the menu.
      if (size === 'phone') expect([path, await everybody.nameless()]).toEqual([path, []]);
    }
    await everybody.goTo('/no-such-page');
    await everybody.sees('Không có trang này');
    // The measures can fail.
    await everybody.page.evaluate(
      `document.querySelector('main').insertAdjacentHTML('beforeend', '<hr style="width: 150vw"><button>')`,
    );
    expect(await everybody.stickingOut()).not.toEqual([]);
    expect(await everybody.nameless()).toHaveLength(1);
  }

  chapter('every page is whole on a desktop, and beside it on a phone', async () => {
    await Promise.all([walk('desktop'), walk('phone')]);
  });

  chapter('a service that is away is told at once, and its coming back as well', async () => {
    const lost = 'Mất kết nối với máy chủ, đang thử lại…';
    await editor.goTo('/today');
    expect(await editor.page.getByText(lost).count()).toBe(0);
    await editor.throughAnOutage(async () => {
      for (const screen of screens) if (screen !== editor) await screen.page.goto('about:blank');
      await service.stop();
      await editor.sees(lost);
      service = await service.restart();
      await editor.page.getByText(lost).waitFor({ state: 'detached', timeout: 60_000 });
      await editor.page.locator(`[data-pole="${poleOf(0).id}"]`).waitFor();
    });
  });

  chapter('through all of it no page erred, and none asked another host for anything', () => {
    expect(screens.length).toBeGreaterThan(5);
    expect(screens.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
