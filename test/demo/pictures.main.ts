/**
 * The pictures and the film of the README, taken from the running demonstration: `npm run pictures`. The film's sound is
 * what the sink of a pole wrote while the film was taken, at the instant at which it sounded.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import type { WavNote } from '../../devices/loudspeaker/wav-note.ts';
import { openBrowser } from '../stage/browser.ts';
import { corpus } from '../stage/corpus.ts';
import { built, Program, until } from '../stage/program.ts';
import { Film } from './pictures.film.ts';

const target = join(built, '..', 'docs', 'pictures');
const desktop = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };
/** The first pole speaks in the film. */
const filmedPole = 1;
const poleCount = 8;
/** Of film before the first sound. */
const leadSeconds = 3;
const filmMaximumBytes = 1_400_000;
const pictureMaximumBytes = 400_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'loa-lang-film-'));
  await mkdir(target, { recursive: true });
  const browser = await openBrowser();
  const demonstration = await Program.start('demonstration', 'test/demo/demo.main.js', ['--port', '0'], {
    logPath: join(scratch, 'demonstration.log'),
  });
  try {
    const directory = await demonstration.line((line) => /\((\/[^)]+)\)$/.exec(line)?.[1], 60_000);
    const link = await demonstration.line((line) => /https?:\/\/\S+\/sign-in#\S+/.exec(line)?.[0], 120_000);
    const context = await browser.newContext({ viewport: desktop, locale: 'vi-VN' });
    const page = await context.newPage();
    await page.goto(link);
    await page.waitForURL('**/today', { timeout: 60_000 });
    await demonstration.line((line) => (line.includes('lên lịch') ? true : undefined), 180_000);

    const small = await phoneBeside(context);
    const film = await takeFilm(page, context, small, scratch);
    await takePictures(page);
    await takePhonePictures(small, new URL(link).origin);

    await film.save(join(target, 'first-minute.mp4'), await soundOf(directory, film.beginsAt));
    for (const language of ['vi', 'en'] as const) {
      await writeFile(join(target, `first-minute.${language}.vtt`), film.track(language));
    }
    await weigh();
  } finally {
    await browser.close();
    await demonstration.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function takeFilm(page: Page, context: BrowserContext, small: Page, scratch: string): Promise<Film> {
  await page
    .locator('[data-pole]')
    .nth(poleCount - 1)
    .waitFor();
  // The pictures of Today are taken in windows of their own, without the film's captions.
  const beside = await context.newPage();
  await Promise.all([beside.goto(page.url()), small.goto(page.url())]);
  const firstAt = await page.evaluate<string>(
    `fetch('/api/today').then((answer) => answer.json()).then((today) => today.occurrences[0].at)`,
  );
  // By the sound's clock, so that a slow machine makes a film of the same length.
  const soundReaches = (seconds: number): Promise<void> =>
    page.waitForTimeout(Math.max(0, Date.parse(firstAt) + seconds * 1_000 - Date.now()));
  await soundReaches(-leadSeconds);
  const film = await Film.start(page, scratch);
  await film.caption(
    'Một xã: 4 thôn buôn, 8 cụm loa. Bản tin đã duyệt nằm sẵn tại từng cột.',
    'A commune: 4 villages, 8 poles. What was approved lies on each pole already.',
  );
  await page.waitForSelector('[data-on-air]', { timeout: 60_000 });
  await film.caption(
    'Đúng giờ, từng cột tự phát. Tiếng đang nghe là do cột số 1 phát ra.',
    'On the second, the poles speak. What you hear is what pole 1 really played.',
  );
  await beside
    .locator('[data-on-air]')
    .nth(poleCount - 1)
    .waitFor();
  await picture(beside, 'today');
  await beside.close();
  await picture(small, 'phone-today');
  await soundReaches(10);

  await page.locator('a[href="/events"]:visible').first().click();
  await page.waitForSelector('main img');
  await film.caption(
    'Camera báo tin, công an thấy ngay trên màn hình, kèm ảnh.',
    'A camera’s notice reaches the police’s screen, with its picture.',
  );
  await soundReaches(17);

  await page.locator('a[href="/today"]:visible').first().click();
  const forge = page.getByRole('button', { name: 'Thử giả lệnh' });
  await page.mouse.wheel(0, ((await forge.boundingBox())?.y ?? 0) - 360);
  await film.caption(
    'Có kẻ vào được broker, gửi lệnh giả và phát lại lệnh cũ tới cả 8 cột…',
    'Somebody is inside the broker and sends all 8 poles a forged and a replayed order…',
  );
  await soundReaches(20);
  await forge.click();
  const result = page.getByText(`${poleCount}/${poleCount} cụm loa đã từ chối`);
  await result.waitFor({ timeout: 30_000 });
  await page.mouse.wheel(0, ((await result.boundingBox())?.y ?? 0) - 180);
  await film.caption(
    'Cả 8 cột đều từ chối, nói rõ lý do, và vẫn phát tiếp.',
    'All eight refuse, say why, and speak on.',
  );
  await page.waitForTimeout(5_500);
  await film.end();
  return film;
}

async function takePictures(page: Page): Promise<void> {
  await page.reload();
  await page.locator('a[href="/events"]:visible').first().click();
  await page.waitForSelector('main img');
  await picture(page, 'events');

  const text = corpus().get('TB-007');
  if (text === undefined) throw new Error('No announcement TB-007');
  await page.locator('a[href="/announcements"]:visible').first().click();
  await page.locator('a[href="/announcements/new"]:visible').first().click();
  await page.getByRole('heading', { name: 'Bản tin mới' }).waitFor();
  await page.getByLabel('Tiêu đề').fill(text.title);
  const written = page.getByLabel('Nội dung văn bản');
  await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/api/speech/reading')),
    written.fill(text.text),
  ]);
  await picture(page, 'announcement');
}

/** The same person on a telephone. */
async function phoneBeside(context: BrowserContext): Promise<Page> {
  const browser = context.browser();
  if (browser === null) throw new Error('The browser is gone');
  const small = await browser.newContext({
    viewport: phone,
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'vi-VN',
    reducedMotion: 'reduce',
    storageState: await context.storageState(),
  });
  return small.newPage();
}

async function takePhonePictures(page: Page, origin: string): Promise<void> {
  for (const [path, sign] of [
    ['emergency', 'main textarea'],
    ['events', 'main img'],
  ] as const) {
    await page.goto(`${origin}/${path}`);
    await page.waitForSelector(sign);
    await picture(page, `phone-${path}`);
  }
}

/** Pictures below the screen load when somebody gets there. */
const isWhole = `document.fonts.status === 'loaded' &&
  [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight) &&
  document.querySelector('.mantine-Skeleton-root') === null`;

/** When nothing is loading any more; as a palette, which a screen hardly shows and a repository likes. */
async function picture(page: Page, name: string): Promise<void> {
  // Asked again from here: the console's content security policy forbids the page to do it.
  await until(
    `the page of ${name} to be whole`,
    async () => ((await page.evaluate<boolean>(isWhole)) ? true : undefined),
    { timeoutMs: 30_000 },
  );
  await page.waitForTimeout(600);
  const png = await page.screenshot();
  await sharp(png)
    .png({ palette: true, quality: 92, effort: 9, dither: 0 })
    .toFile(join(target, `${name}.png`));
}

/** The sound that was on the air when the film began to be taken, whole. */
async function soundOf(directory: string, from: number): Promise<{ path: string; startedAt: number }> {
  const sounds = join(directory, `pole-${filmedPole}`, 'sound');
  return until(
    `the sound of pole ${filmedPole} to be whole`,
    async () => {
      for (const name of (await readdir(sounds)).filter((each) => each.endsWith('.json'))) {
        const note = JSON.parse(await readFile(join(sounds, name), 'utf8')) as WavNote;
        if (note.complete && note.startedAt > from) {
          return { path: join(sounds, note.file), startedAt: note.startedAt };
        }
      }
      return undefined;
    },
    { timeoutMs: 180_000, everyMs: 1_000 },
  );
}

/** Tells the sizes. @throws when something is too heavy for a repository */
async function weigh(): Promise<void> {
  for (const name of (await readdir(target)).sort()) {
    const { size } = await stat(join(target, name));
    say(`${String(size).padStart(9)}  docs/pictures/${name}`);
    const most = name.endsWith('.mp4') ? filmMaximumBytes : pictureMaximumBytes;
    if (size > most) throw new Error(`${name} has ${size} bytes; at most ${most}`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
