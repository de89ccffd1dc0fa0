import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { isLinux, isRoot, where } from '../../src/platform/process/machine.testing.ts';
import { Attack, silent } from './attack.ts';
import { pause } from './seed.ts';
import { reckon } from './town.ts';

jest.setTimeout(600_000);

const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1_000 + seconds) * 1_000;
const filler = (box: string): string => join(box, 'filler');

/** Writes until not a byte is free. */
async function fill(box: string): Promise<void> {
  for (const chunkBytes of [1_048_576, 65_536, 4_096, 512]) {
    for (let isRoom = true; isRoom;) {
      isRoom = await writeFile(filler(box), Buffer.alloc(chunkBytes, 1), { flag: 'a' }).then(
        () => true,
        () => false,
      );
    }
  }
}

const asRoot = where(isLinux && isRoot, 'root on Linux, to mount a small disk', describe);
asRoot("a pole's disk is full (needs root, to mount a small one)", () => {
  test('it plays on what it holds, an emergency sounds, what it cannot keep is named; with room all is well again', async () => {
    const attack = await Attack.begin('full-disk', 1);
    const { town } = attack;
    const [pole] = town.poles;
    if (pole === undefined) throw new Error('No pole');
    let isMounted = false;
    let isGood = false;
    try {
      // The box moves onto a small disk, with all that it has.
      await pole.stop();
      const moved = `${pole.box}-moved`;
      execFileSync('mv', [pole.box, moved]);
      await mkdir(pole.box);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', pole.box]);
      isMounted = true;
      execFileSync('cp', ['-a', `${moved}/.`, pole.box]);
      let since = Date.now();
      await pole.start();
      await town.allReady(since);
      const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
      const known = await town.scheduleSurely(spoken.id, () => inSeconds(20));
      await town.allReady();
      await fill(pole.box);

      // New sound cannot be kept: its airing ends with that reason, or it is fetched in time.
      const unknown = await town.approve('Khác', 'Mời bà con đến nhà văn hóa xem phim vào tối mai.');
      const tooBig = await town.scheduleSurely(unknown.id, () => known.at + 45_000);
      await pause(Math.max(0, known.at + 2_000 - Date.now()));
      await silent(pole);
      await attack.genuine();
      await pause(Math.max(0, tooBig.at + 3_000 - Date.now()));
      const isRunning = pole.isRunning;

      await rm(filler(pole.box));
      const freedAt = Date.now();
      const again = await town.scheduleSurely(spoken.id, () => inSeconds(12));
      await pause(Math.max(0, again.at + 1_000 - Date.now()));
      const lines = await town.settledLedger(200_000);
      const routine = [known.id, tooBig.id, again.id];
      const emergencies = lines
        .filter(({ broadcastId }) => !routine.includes(broadcastId))
        .map(({ broadcastId }) => broadcastId);
      const found = await reckon(town, lines, [...new Set([...routine, ...emergencies])]);
      since = Date.now();
      await pole.stop();
      await pole.start();
      await town.allReady(since);
      const [shown] = await town.people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
      const stateOf = (id: string): string | undefined =>
        lines.find(({ broadcastId }) => broadcastId === id)?.state;
      const figures = {
        suite: 'full-disk',
        ...found,
        isRunning,
        known: stateOf(known.id),
        tooBig: stateOf(tooBig.id),
        again: stateOf(again.id),
        normalAfterMs: again.at - freedAt,
        link: shown?.now.link,
      };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures).toMatchObject({
        isRunning: true,
        lost: 0,
        doubled: 0,
        open: 0,
        again: 'played',
        link: 'online',
      });
      expect(figures.known).toBe('played');
      expect(['played', 'missed']).toContain(figures.tooBig);
      expect(emergencies.length).toBeGreaterThan(0);
      isGood = true;
    } finally {
      await pole.kill();
      if (isMounted) execFileSync('umount', ['-l', pole.box]);
      await attack.leave(isGood);
    }
  });
});
