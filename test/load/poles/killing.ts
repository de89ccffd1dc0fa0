import { pause } from '../../faults/seed.ts';
import { reckon, Town } from '../../faults/town.ts';
import type { LoudspeakerView } from '../../../src/loudspeakers/loudspeaker.view.ts';
import type { Pole } from '../../stage/pole.ts';
import { until } from '../../stage/program.ts';
import type { RawData } from './raw.ts';

/** Between two airings of one pole: the amplifier, and time to be killed in. */
const breathMs = 2_500;
const leadMs = 15_000;
/** Whom it hits: a pole's box mostly, the broker one time in ten, the service one in twenty. */
const brokerShare = 0.1;
const serviceShare = 0.05;
/** So long may a box that is dead still be believed alive. */
const ghostsMs = 60_000;

/** `kill -9` of service, broker and agents at seeded instants while planned airings go on; then who is still believed alive. */
export async function killing(
  raw: RawData,
  sizes: { kills: number; airings: number; poles: number; ghosts: 'after-a-minute' | 'once-back' },
  draw: () => number,
): Promise<void> {
  const town = await Town.found('bench-killing', sizes.poles);
  let isGood = false;
  try {
    const spoken = await town.approve('Họp', 'Mời bà con đi họp.');
    const count = Math.ceil(sizes.airings / sizes.poles);
    const stepMs = Math.ceil(((spoken.recording?.seconds ?? 0) * 1_000 + breathMs) / 1_000) * 1_000;
    const evening = { isOver: false };
    const killer = new Killer(town, raw, draw);
    const killed = killer.run(sizes.kills, (count * stepMs) / sizes.kills, evening);
    killed.catch(() => undefined);
    const broadcastIds: string[] = [];
    let freeAt = Math.ceil((Date.now() + leadMs) / 1_000) * 1_000;
    for (let index = 0; index < count; index += 1) {
      const { id, at } = await town.scheduleSurely(spoken.id, () =>
        Math.max(freeAt, Math.ceil((Date.now() + 5_000) / 1_000) * 1_000),
      );
      broadcastIds.push(id);
      freeAt = at + stepMs;
      await pause(Math.max(0, freeAt - leadMs - Date.now()));
    }
    await killed;
    await pause(Math.max(0, freeAt - Date.now()));
    const lines = await town.settledLedger(300_000);
    for (const { id, loudspeakerId, state, reason } of lines)
      raw.add({ kind: 'airing', id, pole: loudspeakerId, state, reason });
    const { lost, doubled, faults } = await reckon(town, lines, broadcastIds);
    raw.add({ kind: 'reckoning', lost, doubled, faults });
    await ghosts(raw, town, sizes.ghosts);
    isGood = lost + doubled === 0;
  } finally {
    await town.leave(isGood);
  }
}

class Killer {
  private readonly busy = new Set<Pole>();
  private serviceIsBusy = false;
  private readonly mending: Promise<void>[] = [];

  constructor(
    private readonly town: Town,
    private readonly raw: RawData,
    private readonly draw: () => number,
  ) {}

  async run(kills: number, everyMs: number, evening: { isOver: boolean }): Promise<void> {
    for (let done = 0; done < kills && !evening.isOver;) {
      // Exponential pauses: two kills may fall together, and none knows of another.
      await pause(-Math.log(1 - this.draw()) * everyMs);
      if (this.killOne()) done += 1;
    }
    await Promise.all(this.mending);
  }

  private killOne(): boolean {
    const { town } = this;
    const lot = this.draw();
    if (lot < serviceShare) {
      if (this.serviceIsBusy) return false;
      this.serviceIsBusy = true;
      const mended = async (): Promise<void> => {
        await town.service.kill();
        town.service = await town.service.restart();
        this.serviceIsBusy = false;
      };
      this.mending.push(mended());
      return this.note('service');
    }
    if (lot < serviceShare + brokerShare) {
      const pid = this.serviceIsBusy ? undefined : town.brokerPid;
      if (pid === undefined) return false;
      process.kill(pid, 'SIGKILL');
      return this.note('broker');
    }
    const pole = town.poles[Math.floor(this.draw() * town.poles.length)];
    if (pole === undefined || this.busy.has(pole)) return false;
    this.busy.add(pole);
    const mended = async (): Promise<void> => {
      await pole.kill();
      await pole.start();
      this.busy.delete(pole);
    };
    this.mending.push(mended());
    return this.note('agent');
  }

  private note(who: string): true {
    this.raw.add({ kind: 'kill', who, at: Date.now() });
    return true;
  }
}

/**
 * Half of the boxes die with the broker: a minute later nobody may say that they are online.
 * @param when after that whole minute; or within it, as soon as the others are heard through the new broker
 */
async function ghosts(raw: RawData, town: Town, when: 'after-a-minute' | 'once-back'): Promise<void> {
  await town.allReady(Date.now());
  const dead = town.poles.slice(0, Math.floor(town.poles.length / 2));
  await Promise.all(dead.map((pole) => pole.kill()));
  const broker = town.brokerPid;
  if (broker !== undefined) process.kill(broker, 'SIGKILL');
  const killedAt = Date.now();
  const list = (): Promise<LoudspeakerView[]> => town.people.technician.caller.get('/api/loudspeakers');
  const isDead = (id: string): boolean => dead.some((pole) => pole.id === id);
  const othersAreBack = async (): Promise<true | undefined> => {
    const others = (await list()).filter(({ id }) => !isDead(id));
    const isBack = ({ now }: LoudspeakerView): boolean =>
      now.link === 'online' && Date.parse(now.heardAt ?? '') > killedAt;
    return others.every(isBack) || undefined;
  };
  if (when === 'after-a-minute') await pause(ghostsMs);
  else await until('the others to be heard again', othersAreBack, { timeoutMs: ghostsMs, everyMs: 200 });
  const seen = await list();
  const online = seen.filter(({ now }) => now.link === 'online');
  const ghostsOnline = online.filter(({ id }) => isDead(id)).length;
  raw.add({
    kind: 'ghosts',
    dead: dead.length,
    online: ghostsOnline,
    alive: town.poles.length - dead.length,
    aliveOnline: online.length - ghostsOnline,
  });
}
