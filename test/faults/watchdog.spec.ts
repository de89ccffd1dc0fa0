import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { BadLine } from '../stage/bad-line.ts';
import type { Mutation } from '../stage/build.ts';
import { jsonLine, until } from '../stage/program.ts';
import { Town } from './town.ts';

jest.setTimeout(300_000);

/** As WatchdogSec tells it, thirty times as impatient (µs). */
const watchdogMicroseconds = 2_000_000;
/** For how long nothing may be heard before systemd would act (ms). */
const unfedMs = 4_000;

/**
 * A box that has lost what else would wake it: it asks nobody whether the line lives, so that only the watchdog is left.
 * It says hello every second, as a sign of life to lose, and is as much less patient as the watchdog above.
 */
const onlyTheWatchdog: readonly Mutation[] = [
  { file: 'devices/link/box-link.js', from: 'keepalive: 30,', to: 'keepalive: 0,' },
  {
    file: 'devices/link/box-link.js',
    from: 'const soon = uncertaintyMs > 3 && this.hellosHere < 4;',
    to: 'const soon = true;',
  },
  {
    file: 'devices/loudspeaker/watchdog.js',
    from: 'const linkStuckMs = 150_000;',
    to: 'const linkStuckMs = 6_000;',
  },
];

test('a link that stands still and does not fail leaves the watchdog unfed; the box that systemd starts anew is there again', async () => {
  const town = await Town.found('watchdog', 1, {
    mutations: onlyTheWatchdog,
    poleEnv: (_index, directory) => ({
      PATH: `${directory}:${process.env.PATH ?? ''}`,
      NOTIFY_SOCKET: join(directory, 'nobody-listens'),
      WATCHDOG_USEC: String(watchdogMicroseconds),
    }),
  });
  const [pole] = town.poles;
  if (pole === undefined) throw new Error('No pole');
  const line = await BadLine.open(town.service.ports.mqtt);
  let isGood = false;
  try {
    // What systemd hears: one line for each word.
    const directory = join(pole.box, '..', '..');
    const heard = join(directory, 'heard');
    const said = async (): Promise<string[]> =>
      (await readFile(heard, 'utf8').catch(() => '')).split('\n').filter((word) => word !== '');
    await writeFile(join(directory, 'systemd-notify'), `#!/bin/sh\necho "$@" >> '${heard}'\n`);
    await chmod(join(directory, 'systemd-notify'), 0o755);
    await pole.stop();
    await line.leadTo(pole);
    const startedAt = Date.now();
    await pole.start();
    await town.allReady(startedAt);
    const fed = async (more: number): Promise<void> => {
      const before = (await said()).length;
      await until(
        `${more} words to systemd`,
        async () => ((await said()).length >= before + more ? true : undefined),
        { timeoutMs: 60_000, everyMs: 100 },
      );
    };
    await fed(3);
    expect(await said()).toContain('--ready WATCHDOG=1');

    const told = async (isIt: (line: Record<string, unknown>) => boolean): Promise<number> =>
      (await readFile(pole.logPath, 'utf8'))
        .split('\n')
        .map((each) => jsonLine(each))
        .filter((each) => each !== undefined && isIt(each)).length;
    const breaks = () => told(({ msg }) => msg === 'not connected');
    const breaksBefore = await breaks();
    line.swallows = true;
    const swallowedAt = Date.now();
    let last = { count: (await said()).length, at: Date.now() };
    await until(
      'systemd to hear nothing any more',
      async () => {
        const { length: count } = await said();
        if (count !== last.count) last = { count, at: Date.now() };
        const isNamed = (await told(({ what }) => what === 'the link')) > 0;
        return isNamed && Date.now() - last.at > unfedMs ? true : undefined;
      },
      { timeoutMs: 60_000, everyMs: 100 },
    );
    const unfedAfterMs = last.at - swallowedAt;
    expect(await breaks()).toBe(breaksBefore);

    // As systemd does; the modem has dialled again meanwhile.
    await pole.kill();
    line.swallows = false;
    const healedAt = Date.now();
    await pole.start();
    await town.allReady(healedAt);
    await fed(2);
    const [view] = await town.people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
    expect(view?.now.link).toBe('online');
    process.stdout.write(`${JSON.stringify({ suite: 'watchdog', unfedAfterMs })}\n`);
    isGood = true;
  } finally {
    line.close();
    await town.leave(isGood);
  }
});
