import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const run = promisify(execFile);

/** Names under which distributions install it. */
const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
/** Where it lies on a Mac. */
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
/** No sandbox, because tests often run as root; the rest keeps a browser from talking to its maker. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/**
 * A headless Chromium with a profile of its own, found in this order: LOA_BROWSER or CHROME_PATH (unusable is an
 * error), the system's, the one that Playwright downloaded before, the distribution's package where we are root, and
 * a download, for at most a minute (where there is no network it hangs).
 * @throws with what to do when there is none
 */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: await findBrowser(),
    headless: true,
    args: [...flags, ...more],
  });
}

async function findBrowser(): Promise<string> {
  const configured = process.env.LOA_BROWSER ?? process.env.CHROME_PATH ?? '';
  if (configured !== '') {
    if (await isProgram(configured)) return configured;
    throw new Error(
      `LOA_BROWSER or CHROME_PATH names ${configured}, which is no program that can be started`,
    );
  }
  const found = await firstProgram(usualPlaces());
  if (found !== undefined) return found;
  const failures: string[] = [];
  for (const [what, install] of installs()) {
    process.stderr.write(`No browser was found; trying ${what}…\n`);
    try {
      await install();
      const installed = await firstProgram(usualPlaces());
      if (installed !== undefined) return installed;
      failures.push(`${what}: no browser afterwards`);
    } catch (error) {
      failures.push(
        `${what}: ${(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''}`,
      );
    }
  }
  throw new Error(
    `No Chromium was found. Install one (Debian, Ubuntu: apt-get install chromium) or name one by CHROME_PATH. ` +
      `Tried: ${failures.join('; ')}`,
  );
}

function usualPlaces(): string[] {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return [
    ...programs.flatMap((name) => directories.map((directory) => join(directory, name))),
    ...applications,
    chromium.executablePath(),
  ];
}

function installs(): [what: string, install: () => Promise<unknown>][] {
  const playwright = join(dirname(createRequire(import.meta.url).resolve('playwright-core')), 'cli.js');
  const all: [string, () => Promise<unknown>][] = [
    ['a download', () => run(process.execPath, [playwright, 'install', 'chromium'], { timeout: 60_000 })],
  ];
  if (process.getuid?.() === 0) {
    all.unshift([
      'apt-get install chromium',
      () => run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { timeout: 240_000 }),
    ]);
  }
  return all;
}

async function firstProgram(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isProgram(path)) return path;
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
