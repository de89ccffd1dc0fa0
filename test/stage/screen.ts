import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { built, until } from './program.ts';
import { secretsIn } from './secrets.ts';

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } } as const;
/** Patience with a loaded machine (ms). */
const patienceMs = 30_000;

const usable = ['button', 'link', 'textbox', 'combobox', 'checkbox', 'switch', 'radio', 'slider'] as const;

/** A refusal that the browser itself tells of: asking who is signed in, and a wrong password, are answered by 401. */
const ordinary = [/status of 401 .*\/api\/session$/];
/** What a browser says of a service that is away or just coming back. */
const ofOutage = [/net::ERR_/, /status of (400|50[0-9])/];

/**
 * One person at the console: a window with cookies of its own. Writes down what no page may do: errors of its own,
 * requests to other hosts, secrets in what is asked for, and things that stick out of the window.
 */
export class Screen {
  /** Empty where all is well. */
  readonly faults: string[] = [];
  /** Paths below /api and /audio that were asked for, in order. */
  readonly asked: string[] = [];
  private isOutage = false;

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    private readonly width: number,
    private readonly home: string,
  ) {}

  static async open(browser: Browser, size: keyof typeof sizes, home: string): Promise<Screen> {
    const context = await browser.newContext({
      viewport: sizes[size],
      locale: 'vi-VN',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
      ...(size === 'phone' ? { isMobile: true, hasTouch: true } : {}),
    });
    context.setDefaultTimeout(patienceMs);
    const screen = new Screen(await context.newPage(), context, sizes[size].width, home);
    screen.watch();
    return screen;
  }

  private watch(): void {
    const { port } = new URL(this.home);
    const own = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    this.page.on('pageerror', (error) => this.faults.push(`error: ${error.stack ?? error.message}`));
    this.page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const text = `${message.text()} ${message.location().url}`;
      const expected = this.isOutage ? [...ordinary, ...ofOutage] : ordinary;
      if (!expected.some((pattern) => pattern.test(text))) this.faults.push(`console: ${text}`);
    });
    this.page.on('request', (request) => {
      const { protocol, host, pathname, search } = new URL(request.url());
      if (['data:', 'blob:', 'about:'].includes(protocol)) return;
      if (!own.has(host)) this.faults.push(`foreign request: ${request.url()}`);
      // Whoever stands between writes addresses into a log; what follows a `#` is sent to nobody.
      for (const what of secretsIn(pathname + search)) this.faults.push(`a secret in an address: ${what}`);
      if (/^\/(api|audio)\//.test(pathname)) this.asked.push(pathname);
    });
  }

  /** While the service is away, a browser's own words about that are no fault. */
  async throughAnOutage(story: () => Promise<void>): Promise<void> {
    this.beginOutage();
    await story();
    this.isOutage = false;
  }

  /** From now on; also for what the service is meant to refuse. */
  beginOutage(): void {
    this.isOutage = true;
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.home).href);
    await this.settle();
  }

  /** When nothing is being loaded any more. */
  async settle(): Promise<void> {
    await until(
      `${this.page.url()} to be there`,
      async () => ((await this.page.evaluate<boolean>(isThere).catch(() => false)) ? true : undefined),
      { timeoutMs: patienceMs },
    );
  }

  async signIn(loginName: string, password: string): Promise<void> {
    await this.fill('Tên đăng nhập', loginName);
    await this.fill('Mật khẩu', password);
    await this.press('Đăng nhập');
  }

  /** As the first sign-in demands. */
  async changePassword(current: string, next: string): Promise<void> {
    await this.fill('Mật khẩu hiện tại', current);
    await this.fill('Mật khẩu mới', next);
    await this.fill('Nhập lại mật khẩu', next);
    await this.press('Đổi mật khẩu');
  }

  async fill(label: string, value: string): Promise<void> {
    await this.field(label).fill(value);
  }

  /** A field alone: a step of a wizard may bear the same name. */
  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true }).and(this.page.locator('input, textarea'));
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  /** One of a segmented control's. */
  async choose(group: string, name: string): Promise<void> {
    await this.page.getByRole('radiogroup', { name: group }).getByText(name, { exact: true }).click();
  }

  /** Waits until these words stand somewhere. */
  async sees(words: string | RegExp): Promise<void> {
    await this.page.getByText(words).filter({ visible: true }).first().waitFor();
  }

  /** Waits until a picture is not only there, but loaded. */
  async seesPicture(selector: string): Promise<void> {
    const isLoaded = `document.querySelector(${JSON.stringify(selector)})?.naturalWidth > 0`;
    await until(
      `the picture at ${selector}`,
      async () => ((await this.page.evaluate<boolean>(isLoaded)) ? true : undefined),
      { timeoutMs: 60_000 },
    );
  }

  /** What reaches beyond the window without a part of the page that scrolls; empty where it all fits. */
  async stickingOut(): Promise<string[]> {
    return this.page.evaluate<string[]>(tooWide(this.width));
  }

  /** What can be used, and yet has no name for who does not see it, by its classes; empty where all have one. */
  async nameless(): Promise<string[]> {
    const [button, ...others] = usable.map((role) => this.page.getByRole(role, { name: /^$/ }));
    if (button === undefined) return [];
    const found = await others.reduce((all, each) => all.or(each), button).all();
    return Promise.all(found.map(async (each) => (await each.getAttribute('class')) ?? ''));
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** Every route of the console's own map, as `/events/:id`. */
export async function consoleRoutes(): Promise<string[]> {
  const map = await readFile(join(built, '..', 'web', 'src', 'app.tsx'), 'utf8');
  return [...map.matchAll(/\b(?:page|openPage)\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

const isThere = `document.querySelector('main, form') !== null &&
  document.querySelector('[aria-busy="true"], .mantine-Skeleton-root, main .mantine-Loader-root') === null &&
  document.fonts.status === 'loaded'`;

/** A phone zooms out where a page is too wide: only the width that was asked for counts. */
const tooWide = (width: number): string => `(() => {
  const scrolls = (node) => {
    for (let each = node.parentElement; each !== null && each !== document.body; each = each.parentElement) {
      if (getComputedStyle(each).overflowX !== 'visible') return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')].filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > ${width + 1} && !scrolls(node);
  });
  const { scrollWidth } = document.documentElement;
  return [
    ...(scrollWidth > ${width} ? ['the page: ' + scrollWidth] : []),
    ...wide.map((node) => node.outerHTML.slice(0, 160)),
  ];
})()`;
