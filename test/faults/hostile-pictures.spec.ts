import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import type { CameraEventDetailView, CameraEventView } from '../../src/camera-events/camera-event.view.ts';
import type { CameraView } from '../../src/cameras/camera.view.ts';
import { openBrowser } from '../stage/browser.ts';
import { mutant } from '../stage/build.ts';
import type { Caller } from '../stage/caller.ts';
import { addCamera, SimulatedCamera } from '../stage/camera.ts';
import { childOf } from '../stage/processes.ts';
import { jsonLine, until } from '../stage/program.ts';
import { Screen } from '../stage/screen.ts';
import { Service } from '../stage/service.ts';
import { settle } from '../stage/village.ts';
import { hostilePicture, isLikeAPicture, kindsOfPictures, mark, page } from './hostile-pictures.ts';
import type { HostilePicture } from './hostile-pictures.ts';
import { isFull, pause, seed, suiteMs } from './seed.ts';

jest.setTimeout(suiteMs);

const pictures = isFull ? 200 : kindsOfPictures;
const cameraCount = 3;
/** The connector takes one picture a camera in two seconds. */
const betweenMs = 2_200;
const patienceMs = 60_000;

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

interface Given extends Pick<HostilePicture, 'name'> {
  readonly sha256: string;
  readonly isLikeAPicture: boolean;
  readonly event: CameraEventView;
  /** Why the connector did not take it; null where it is evidence. */
  readonly refusal: string | null;
}

interface Found {
  readonly pictures: number;
  readonly refused: number;
  /** Evidence that does not lie there byte for byte. */
  readonly lost: readonly string[];
  /** Neither evidence nor refused as it should be. */
  readonly mistaken: readonly string[];
  readonly shown: number;
  /** Evidence that no screen can show, and that says so. */
  readonly unreadable: number;
  /** What a screen got and must not. */
  readonly leaked: readonly string[];
  /** Scripts that ran in the browser, and what else no page may do there. */
  readonly ran: number;
  readonly faults: readonly string[];
  readonly crashes: number;
  readonly rssGrowthMb: number;
}

/** A browser in which somebody notices scripts that nobody meant to run. */
class Lookout {
  ran = 0;
  crashes = 0;

  private constructor(readonly screen: Screen) {}

  static async open(home: string): Promise<Lookout> {
    const screen = await Screen.open(browser, 'desktop', home);
    const lookout = new Lookout(screen);
    await screen.context.exposeFunction('ran', () => (lookout.ran += 1));
    screen.context.on('dialog', (dialog) => {
      lookout.ran += 1;
      void dialog.dismiss();
    });
    screen.page.on('crash', () => (lookout.crashes += 1));
    return lookout;
  }
}

/** What a camera gives goes the real way into evidence, and is looked at. */
class Viewing {
  private constructor(
    private readonly directory: string,
    private readonly service: Service,
    private readonly cameras: readonly { simulated: SimulatedCamera; view: CameraView }[],
    private readonly police: Caller,
    private readonly entry: { loginName: string; password: string },
  ) {}

  static async begin(count: number, built?: string): Promise<Viewing> {
    const directory = await mkdtemp(join(tmpdir(), 'loa-hostile-pictures-'));
    const [service, ...simulated] = await Promise.all([
      Service.start({ directory, built, env: { LOA_LOG_LEVEL: 'debug' } }),
      ...Array.from({ length: count }, (_, index) =>
        SimulatedCamera.start(`Cổng ${index + 1}`, 'quiet', directory, seed + index),
      ),
    ]);
    const { people, villages } = await settle(service);
    const [village] = villages;
    if (village === undefined) throw new Error('no village');
    const cameras = [];
    for (const [index, one] of simulated.entries()) {
      const view = await addCamera(people.technician.caller, village, {
        ...{ name: `Cổng ${index + 1}`, address: one.address, username: 'loalang', password: one.password },
      });
      cameras.push({ simulated: one, view });
    }
    await until(
      'the cameras to be held and described',
      async () => {
        const all = await people.technician.caller.get<CameraView[]>('/api/cameras');
        const isThere = all.every(
          ({ state, manufacturer }) => state === 'subscribed' && manufacturer !== null,
        );
        return isThere && all.length === count ? true : undefined;
      },
      { timeoutMs: patienceMs, everyMs: 300 },
    );
    const { caller, loginName, password } = people.policeChief;
    return new Viewing(directory, service, cameras, caller, { loginName, password });
  }

  /** @param isGood what is wrong with its logs is told only then: what went wrong first is told else */
  async end(isGood: boolean): Promise<void> {
    await this.service.stop();
    for (const { simulated } of this.cameras) await simulated.program.stop();
    await this.service.destroy().catch((error: unknown) => {
      if (isGood) throw error;
    });
  }

  async look(count: number): Promise<Found> {
    const pid = this.service.program.pid;
    const lookout = await Lookout.open(this.service.url);
    const { screen } = lookout;
    await screen.goTo('/events');
    await screen.signIn(this.entry.loginName, this.entry.password);
    await screen.page.getByRole('navigation').first().waitFor();
    // From here on the most that it ever holds is measured (Linux, proc(5)).
    const service = Memory.of(pid);
    const given = (
      await Promise.all(
        this.cameras.map((camera, index) =>
          this.give(camera, index, Math.ceil((count - index) / this.cameras.length)),
        ),
      )
    ).flat();
    await this.warm(given);
    const reader = Memory.of(childOf(pid, 'picture-anew.main') ?? -1);
    const looked = await this.lookAtAll(lookout, given);
    const rssGrowthMb = service.growthMb() + reader.growthMb();
    // It and its connector: both still what they were.
    await this.police.get('/api/session');
    const restarts = await this.logged('it is started again');
    // A picture that cannot be shown is answered by 404, and the browser says so.
    const faults = screen.faults.filter((fault) => !/status of 404 .*\/picture$/.test(fault));
    await screen.close();
    return {
      ...{ pictures: given.length, refused: given.filter(({ refusal }) => refusal !== null).length },
      lost: await this.lostOf(given),
      mistaken: given
        .filter((one) => one.isLikeAPicture !== (one.refusal === null))
        .map(({ name, refusal }) => `${name}: ${refusal ?? 'taken'}`),
      ...looked,
      ...{ ran: lookout.ran, crashes: lookout.crashes + restarts.length, faults, rssGrowthMb },
    };
  }

  /** One that does no harm is looked at: whoever reads pictures is there, until there is nothing to read for a minute. */
  private async warm(given: readonly Given[]): Promise<void> {
    const url = given.find(({ event }) => event.pictureUrl !== null)?.event.pictureUrl ?? '';
    await fetch(new URL(url, this.service.url), { headers: { cookie: this.police.cookies } });
  }

  /** One after the other, before one camera. */
  private async give(
    { simulated, view }: { simulated: SimulatedCamera; view: CameraView },
    first: number,
    count: number,
  ): Promise<Given[]> {
    const all: Given[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      const picture = await hostilePicture(first + turn * this.cameras.length);
      const { name, bytes, type } = picture;
      await simulated.tell({ do: 'give', base64: bytes.toString('base64'), type });
      const refusedBefore = (await this.refusals(view.id)).length;
      // A rule of its own: an event of its own.
      const topic = 'tns1:RuleEngine/LineDetector/Crossed';
      await simulated.tell({
        do: 'fire-raw',
        topic,
        source: [['Rule', `V${turn}`]],
        data: [['ObjectId', '1']],
      });
      const told = await until(
        `${name} to be evidence or refused`,
        async () => {
          const events = await this.police.get<CameraEventView[]>(
            `/api/camera-events?cameraId=${view.id}&limit=200`,
          );
          const [event, ...others] = events.filter(({ kind }) => kind === 'line-crossing');
          if (event === undefined || others.length < turn) return undefined;
          const refusal = (await this.refusals(view.id))[refusedBefore] ?? null;
          return event.pictureUrl === null && refusal === null ? undefined : { event, refusal };
        },
        { timeoutMs: patienceMs, everyMs: 500 },
      );
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      all.push({ name, sha256, isLikeAPicture: isLikeAPicture(picture), ...told });
      await pause(betweenMs);
    }
    return all;
  }

  private async lookAtAll(
    lookout: Lookout,
    given: readonly Given[],
  ): Promise<Pick<Found, 'shown' | 'unreadable' | 'leaked'>> {
    const { screen } = lookout;
    const leaked: string[] = [];
    let shown = 0;
    let unreadable = 0;
    const alone = await screen.context.newPage();
    alone.on('crash', () => (lookout.crashes += 1));
    for (const { name, sha256, event } of given) {
      if (event.pictureUrl === null) continue;
      const address = new URL(event.pictureUrl, this.service.url).href;
      const answer = await alone.goto(address);
      const [status, type] = [answer?.status(), answer?.headers()['content-type'] ?? ''];
      const body = (await answer?.body()) ?? Buffer.alloc(0);
      if (status === 200) {
        shown += 1;
        const wrong = type === 'image/jpeg' ? await wrongOf(body, sha256) : type;
        if (wrong !== '') leaked.push(`${name}: ${wrong}`);
      } else if (status === 404 && body.includes('camera-events.bad-picture')) unreadable += 1;
      else leaked.push(`${name}: status ${String(status)}`);
      await screen.page.evaluate(goTo(`/events/${event.id}`));
      await screen.page
        .locator('main img[src*="/picture"], main svg.tabler-icon-camera-off')
        .first()
        .waitFor();
      await screen.settle();
    }
    await alone.close();
    return { shown, unreadable, leaked };
  }

  private async lostOf(given: readonly Given[]): Promise<string[]> {
    const lost: string[] = [];
    const [commune = ''] = await readdir(join(this.service.data, 'snapshots'));
    for (const { name, sha256, event, refusal } of given) {
      if (refusal !== null) continue;
      const detail = await this.police.get<CameraEventDetailView>(`/api/camera-events/${event.id}`);
      const path = join(this.service.data, 'snapshots', commune, sha256.slice(0, 2), sha256);
      const kept = await readFile(path).catch(() => Buffer.alloc(0));
      const keptSha256 = createHash('sha256').update(kept).digest('hex');
      if (detail.snapshotSha256 !== sha256 || keptSha256 !== sha256) lost.push(name);
    }
    return lost;
  }

  /** Why its pictures were refused, in order. */
  private async refusals(camera: string): Promise<string[]> {
    return (await this.logged('a picture was refused')).flatMap((line) => {
      const told = jsonLine(String(jsonLine(line)?.msg));
      return told?.camera === camera ? [String(told.reason)] : [];
    });
  }

  /** Lines of the service's log with these words. */
  private async logged(words: string): Promise<string[]> {
    const lines = (await readFile(join(this.directory, 'service.log'), 'utf8')).split('\n');
    return lines.filter((line) => line.includes(words));
  }
}

/** The router of the console looks at the address again. */
const goTo = (path: string): string =>
  `history.pushState({}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`;

/** What a process holds at the most from now on, over what it holds now; it may not be replaced meanwhile. */
class Memory {
  private constructor(
    private readonly pid: number,
    private readonly beforeKb: number,
  ) {}

  static of(pid: number): Memory {
    const beforeKb = memoryKb(pid, 'VmRSS');
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return new Memory(pid, beforeKb);
  }

  growthMb(): number {
    return Math.round((memoryKb(this.pid, 'VmHWM') - this.beforeKb) / 1_024);
  }
}

/** @throws where there is no such process (any more) */
function memoryKb(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1]);
}

/** What is wrong with bytes that a screen got; empty where they are a picture made anew. */
async function wrongOf(bytes: Buffer, receivedSha256: string): Promise<string> {
  if (createHash('sha256').update(bytes).digest('hex') === receivedSha256) return 'the received bytes';
  if (bytes.includes(mark)) return 'holds a script';
  const { format, width, height, exif, xmp } = await sharp(bytes).metadata();
  if (format !== 'jpeg' || Math.max(width, height) > 1_280) return `${format}, ${width} × ${height}`;
  return exif === undefined && xmp === undefined ? '' : 'holds metadata';
}

/** What is wrong; empty where nothing is. */
function wrongs(found: Found): string[] {
  return [
    ...(found.lost.length === 0 ? [] : ['evidence lost']),
    ...(found.mistaken.length === 0 ? [] : ['mistaken']),
    ...(found.leaked.length === 0 ? [] : ['what no screen may get']),
    ...(found.ran === 0 && found.faults.length === 0 ? [] : ['scripts']),
    ...(found.crashes === 0 ? [] : ['crashes']),
    ...(found.rssGrowthMb <= 128 ? [] : ['memory']),
    ...(found.shown > 0 && found.unreadable + found.shown + found.refused === found.pictures
      ? []
      : ['not all were looked at']),
  ];
}

describe('C6: what a camera gives for a picture', () => {
  test(`${String(pictures)} of them, made to harm: kept or refused, shown anew or not at all, and nothing runs`, async () => {
    process.stdout.write(`hostile-pictures: LOA_SEED=${String(seed)}\n`);
    const viewing = await Viewing.begin(cameraCount);
    let isGood = false;
    try {
      const found = await viewing.look(pictures);
      process.stdout.write(`${JSON.stringify({ suite: 'hostile-pictures', seed, ...found })}\n`);
      expect(wrongs(found)).toEqual([]);
      expect(found.pictures).toBe(pictures);
      isGood = true;
    } finally {
      await viewing.end(isGood);
    }
  });

  test('turns red where what was received is shown', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'loa-hostile-pictures-'));
    const built = await mutant(directory, [
      {
        file: 'src/camera-events/camera-event.service.js',
        from: 'await pictureForScreen(received)',
        to: 'received',
      },
    ]);
    const viewing = await Viewing.begin(1, built);
    let isGood = false;
    try {
      // The fifth and those behind it are pictures that end otherwise than they begin.
      expect(wrongs(await viewing.look(6))).toContain('what no screen may get');
      isGood = true;
    } finally {
      await viewing.end(isGood);
      await rm(directory, { recursive: true, force: true });
    }
  });

  test('turns red where a script runs', async () => {
    const open = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end(page);
    });
    await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve));
    const home = `http://127.0.0.1:${String((open.address() as AddressInfo).port)}`;
    const lookout = await Lookout.open(home);
    await lookout.screen.page.goto(home);
    await until('the script to run', () => (lookout.ran > 0 ? true : undefined), { timeoutMs: patienceMs });
    await lookout.screen.close();
    open.close();
  });
});
