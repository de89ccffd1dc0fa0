import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import type { AiringView, TodayView } from '../../src/broadcasts/broadcast.view.ts';
import type { AlarmView } from '../../src/loudspeakers/alarm.view.ts';
import { openBrowser } from '../stage/browser.ts';
import { ownMistakesIn } from '../stage/own-mistakes.ts';
import { Pole } from '../stage/pole.ts';
import { commandOf, familyOf } from '../stage/processes.ts';
import { Program, until } from '../stage/program.ts';
import { Screen } from '../stage/screen.ts';
import { noteSecret } from '../stage/secrets.ts';

const poleCount = 8;
/** As the demonstration promises (s). */
const patienceSeconds = 120;
/** Before the end of what sounds: the poles must report while nobody can hear them (ms). */
const beforeTheEndMs = 8_000;

const lastLine = z.object({
  airings: z.int().positive(),
  played: z.int(),
  cameraEvents: z.int().positive(),
  forgedRefused: z.literal(poleCount),
  seconds: z.number().max(patienceSeconds),
  sounds: z.string(),
});

let scratch: string;
/** Where the demonstrations kept their data and sounds. */
const directories: string[] = [];
let demonstration: Program | undefined;
let browser: Browser | undefined;

const start = (name: string, args: readonly string[]): Promise<Program> =>
  Program.start(name, 'test/demo/demo.main.js', [...args, '--port', '0'], {
    logPath: join(scratch, `${name}.log`),
  });

/** Every process that works on a demonstration's data, whoever its parent is by now. */
const workingOn = (directory: string): string[] =>
  familyOf(1)
    .map(commandOf)
    .filter((command) => command.includes(directory));

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'loa-demonstration-'));
});

afterAll(async () => {
  await browser?.close();
  await demonstration?.stop();
  for (const directory of [scratch, ...directories]) await rm(directory, { recursive: true, force: true });
}, 60_000);

describe('The demonstration', () => {
  test('ends by itself when all that was planned was played and proved', async () => {
    const program = await start('once', ['--once']);
    expect(await program.exited).toBe(0);
    const lines = (await readFile(program.logPath, 'utf8')).trimEnd().split('\n');
    const told = lastLine.parse(JSON.parse(lines.at(-1) ?? ''));
    directories.push(told.sounds);
    expect(told.played).toBe(told.airings);
    expect(workingOn(told.sounds)).toEqual([]);
    expect(await ownMistakesIn(join(told.sounds, 'service.log'))).toEqual([]);
  }, 180_000);

  test('shows what convinces, in a browser, and ends whole', async () => {
    const program = await start('shown', []);
    demonstration = program;
    const directory = await program.line((line) => /\((\/[^)]+)\)$/.exec(line)?.[1], 60_000);
    directories.push(directory);
    const link = await program.line((line) => /https?:\/\/\S+\/sign-in#\S+/.exec(line)?.[0], 60_000);
    noteSecret('the sign-in link', link.slice(link.indexOf('#') + 1));
    browser = await openBrowser();
    const screen = await Screen.open(browser, 'desktop', link);
    const { page } = screen;
    await page.goto(link);
    await page.waitForURL('**/today');
    await program.line((line) => (line.includes('lên lịch') ? true : undefined), 90_000);
    const ask = <T>(path: string): Promise<T> =>
      page.evaluate<T>(`fetch('${path}').then((answer) => answer.json())`);
    const airings = (): Promise<AiringView[]> => {
      const [from, before] = [-1, 1].map((day) => new Date(Date.now() + day * 86_400_000).toISOString());
      return ask<AiringView[]>(`/api/airings?from=${from}&until=${before}`);
    };

    await screen.press('Thử giả lệnh');
    await screen.sees(`${poleCount}/${poleCount} cụm loa đã từ chối`);
    const refusals = await page.getByRole('status').getByRole('row').allInnerTexts();
    expect(refusals).toHaveLength(poleCount);
    for (const refusal of refusals) {
      expect(refusal).toMatch(/Lệnh giả: chứng thư không do khóa gốc của xã cấp/);
      expect(refusal).toMatch(/Lệnh cũ phát lại: phát lại một lệnh cũ đã dùng/);
    }

    await page
      .locator('[data-pole][data-on-air]')
      .nth(poleCount - 1)
      .waitFor({ timeout: 60_000 });
    const onAir = (await airings()).filter(({ state }) => state === 'started');
    expect(onAir).toHaveLength(poleCount);
    const shortest = Math.min(
      ...onAir.map(({ nominalAt, plannedSeconds }) => Date.parse(nominalAt) + plannedSeconds * 1_000),
    );
    // Two tries at every pole have one cause: they are one alarm, and no pole's own.
    const attempt = await until(
      'the alarm of all poles',
      async () => {
        const refusals = (await ask<AlarmView[]>('/api/alarms')).filter(
          ({ kind, clearedAt }) => clearedAt === null && /^(refusals|forged-many|refused-many)$/.test(kind),
        );
        return refusals.some(({ count }) => count === poleCount) ? refusals : undefined;
      },
      { timeoutMs: 40_000, everyMs: 500 },
    );
    expect(attempt).toMatchObject([{ kind: 'forged-many', about: '', acknowledgedAt: null }]);
    expect(new Set(attempt[0]?.poles.map(({ id }) => id))).toEqual(
      new Set(onAir.map(({ loudspeakerId }) => loudspeakerId)),
    );

    await until('the end to come near', () => (Date.now() > shortest - beforeTheEndMs ? true : undefined), {
      timeoutMs: 120_000,
    });
    await screen.press('Rút phích broker');
    await screen.sees('Kênh liên lạc với cụm loa đang bị ngắt');
    const unheard = (await airings()).filter(
      ({ id, state }) => state === 'started' && onAir.some((each) => each.id === id),
    );
    expect(unheard.length).toBeGreaterThan(0);
    const sounds = onAir.map(
      ({ loudspeakerId }, index) => new Pole(loudspeakerId, '', join(directory, `pole-${index + 1}`)),
    );
    // Each sink closes its file: whole, though nobody could tell a pole anything.
    await until(
      'every pole to have played to the end',
      async () => {
        const all = await Promise.all(sounds.map((pole) => pole.soundings()));
        return all.every(([first]) => first?.complete === true) ? true : undefined;
      },
      { timeoutMs: 60_000 },
    );
    expect((await ask<TodayView>('/api/today')).brokerUp).toBe(false);
    await screen.sees('Kênh liên lạc đã trở lại.');

    const ended = await until(
      'every receipt',
      async () => {
        const told = (await airings()).filter(({ id }) => onAir.some((each) => each.id === id));
        return told.every(({ state }) => state !== 'started') ? told : undefined;
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    expect(ended.map(({ state }) => state)).toEqual(Array.from({ length: poleCount }, () => 'played'));
    expect(new Set(ended.map(({ loudspeakerId }) => loudspeakerId)).size).toBe(poleCount);
    for (const { actualSeconds, plannedSeconds } of ended) {
      expect(Math.abs((actualSeconds ?? 0) - plannedSeconds)).toBeLessThan(0.5);
    }

    await page.goto(await program.line((line) => /https?:\S+\/announcements\/\S+/.exec(line)?.[0], 5_000));
    const marks = page.locator('main [role="button"]');
    for (const written of [/^Đ\/c$/, /^7h30$/, /\d\d\/\d\d\/\d{4}$/, /^0912 345 678$/]) {
      await marks.filter({ hasText: written }).waitFor();
    }
    for (const spoken of ['đồng chí', 'bảy giờ ba mươi phút', 'không chín một hai ba bốn năm sáu bảy tám']) {
      await marks.filter({ hasText: new RegExp(`^${spoken}$`, 'i') }).waitFor();
    }
    expect(screen.faults).toEqual([]);
    await screen.close();

    expect(workingOn(directory).length).toBeGreaterThan(poleCount);
    program.kill('SIGTERM');
    await program.exited;
    expect(workingOn(directory)).toEqual([]);
    expect(await ownMistakesIn(join(directory, 'service.log'))).toEqual([]);
  }, 240_000);
});
