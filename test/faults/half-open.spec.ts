import { describe, expect, jest, test } from '@jest/globals';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import type { EmergencyView } from '../../src/broadcasts/broadcast.view.ts';
import type { Mutation } from '../stage/build.ts';
import { BadLine } from '../stage/bad-line.ts';
import { readFile } from 'node:fs/promises';
import { jsonLine, until } from '../stage/program.ts';
import { prepare } from './attack.ts';
import { Town } from './town.ts';

jest.setTimeout(600_000);

/** As the box asks for in its CONNECT (devices/link/box-link.ts), and how long a silent line may go unnoticed. */
const keepaliveMs = 30_000;
const noticedWithinMs = 1.5 * keepaliveMs + 5_000;

interface Found {
  readonly boxNoticedMs: number | null;
  readonly serviceNoticedMs: number | null;
  readonly shownDelivered: number;
  readonly heardMs: number | null;
}

/** A pole whose line swallows everything from one moment on; in that time an emergency is raised. */
async function swallow(town: Town): Promise<Found> {
  const [pole] = town.poles;
  if (pole === undefined) throw new Error('No pole');
  const line = await BadLine.open(town.service.ports.mqtt);
  try {
    await pole.stop();
    await line.leadTo(pole);
    const startedAt = Date.now();
    await pole.start();
    await town.allReady(startedAt);
    const prepared = await prepare(town);
    const disconnects = async (): Promise<number> =>
      (await readFile(pole.logPath, 'utf8'))
        .split('\n')
        .filter((each) => jsonLine(each)?.msg === 'not connected').length;
    const before = await disconnects();
    const link = async (): Promise<string | undefined> =>
      (await town.people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers'))[0]?.now.link;
    line.swallows = true;
    const swallowedAt = Date.now();
    const { id } = await town.people.editor.caller.post<EmergencyView>('/api/emergencies', {
      draftId: prepared.id,
      confirmation: prepared.confirmation,
      target: { kind: 'commune' },
      minutes: 5,
    });
    const patience = { timeoutMs: noticedWithinMs - (Date.now() - swallowedAt), everyMs: 250 };
    const [boxNoticedMs, serviceNoticedMs] = await Promise.all([
      until(
        'the box to notice',
        async () => ((await disconnects()) > before ? Date.now() - swallowedAt : undefined),
        patience,
      ).catch(() => null),
      until(
        'the service to notice',
        async () => ((await link()) === 'offline' ? Date.now() - swallowedAt : undefined),
        patience,
      ).catch(() => null),
    ]);
    const all = await town.people.editor.caller.get<EmergencyView[]>('/api/emergencies');
    const shownDelivered = all.find((each) => each.id === id)?.began ?? -1;
    line.swallows = false;
    const healedAt = Date.now();
    const heardMs = await until(
      'the emergency to be heard',
      async () => ((await pole.soundings()).length > 0 ? Date.now() - healedAt : undefined),
      {
        timeoutMs: 60_000,
      },
    ).catch(() => null);
    return { boxNoticedMs, serviceNoticedMs, shownDelivered, heardMs };
  } finally {
    line.close();
  }
}

describe('a line that is dead and does not say so', () => {
  test('is noticed on both ends within one and a half keepalives; nothing sent meanwhile counts as delivered', async () => {
    const town = await Town.found('half-open', 1);
    let isGood = false;
    try {
      const found = await swallow(town);
      process.stdout.write(`${JSON.stringify({ suite: 'half-open', keepaliveMs, ...found })}\n`);
      expect(found.boxNoticedMs).not.toBeNull();
      expect(found.serviceNoticedMs).not.toBeNull();
      expect(found.shownDelivered).toBe(0);
      // What it missed is in its next programme.
      expect(found.heardMs).not.toBeNull();
      isGood = true;
    } finally {
      await town.leave(isGood);
    }
  });

  test('turns red where the box asks nobody whether the line still lives', async () => {
    const deaf: Mutation = { file: 'devices/link/box-link.js', from: 'keepalive: 30,', to: 'keepalive: 0,' };
    const town = await Town.found('half-open-mutant', 1, { mutations: [deaf] });
    try {
      const found = await swallow(town);
      process.stdout.write(`${JSON.stringify({ suite: 'half-open, mutant', ...found })}\n`);
      expect(found.boxNoticedMs).toBeNull();
    } finally {
      await town.leave(true);
    }
  });
});
