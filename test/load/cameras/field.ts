import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { columns } from '../../../src/cameras/camera-table.ts';
import type { CameraTableView, CameraView } from '../../../src/cameras/camera.view.ts';
import type { VillageView } from '../../../src/villages/village.view.ts';
import { ApiError, type Caller } from '../../stage/caller.ts';
import { SimulatedCamera } from '../../stage/camera.ts';
import { until } from '../../stage/program.ts';
import type { RawData } from './raw.ts';
import { Stalls } from './watches.ts';

/** Ways that a camera has for good; one for each camera in turn. */
const ways = [
  '',
  'pull-does-not-renew',
  'pull-does-not-renew,renew-refused',
  'pull-does-not-renew,renew-refused,unsubscribe-kills-all',
  'start-only',
  'inverted',
  'pull-does-not-renew,renew-breaks',
  'http-digest',
  'choke-profiles',
  'initialized-true,epoch-initialized,no-zone',
  'foreign-address',
  'open-services,no-pictures',
  'holds-pulls,tells-nobody',
] as const;
/** Of every camera. A picture that was drawn once costs the machine on which all of them run less than a hundred do. */
const common = ['locks', 'picture-frozen'] as const;
/** What befalls one for a while; the first ones are done, not set. */
const ills = [
  ...['reboot', 'drop-subscriptions', 'clock', 'password'],
  ...['hang', 'drip', 'truncate', 'choke', 'unavailable', 'create-refused', 'pull-fault', 'empty', 'huge'],
  ...['wrong-encoding', 'redirect', 'deep', 'entity-bomb', 'external-entity'],
] as const;
/** Below those that the system gives away: another program's connection could take one while a camera is off. */
const ports = { from: 21_000, to: 32_000, block: 1_000 };
/** Wrong tries in a row that shut an account: the strictest that is known of shuts at three. */
const locksAt = 2;
const furthestClockMs = 180 * 86_400_000;
const dayMs = 86_400_000;
const stormEveryMs = 4_000;
const calmEveryMs = 20_000;
const startedAtOnce = 4;
/** It is held well again, or this run is broken. */
const longestBackMs = 120_000;
/** Beside it the longest pull, which a camera without news does not answer sooner. */
export const longestAloneSeconds = 60 + 15;

interface FieldCamera {
  readonly number: number;
  readonly simulated: SimulatedCamera;
  readonly way: string;
  readonly isPasswordKnown: boolean;
  readonly id: string;
  /** While something befalls it, and until it is held again. */
  isIll: boolean;
  /** Ms since 1970. */
  ableAt: number;
}

/** How the field is made. */
export interface FieldPlan {
  readonly cameras: number;
  readonly seed: number;
  readonly random: () => number;
  /** Where the cameras' logs lie. */
  readonly directory: string;
}

/** Simulated cameras, registered by one table as a technician does it, and what happens to them. */
export class Field {
  private constructor(
    readonly cameras: readonly FieldCamera[],
    private readonly technician: Caller,
    private readonly raw: RawData,
    private readonly random: () => number,
  ) {}

  /** Resolves when every camera whose password is right is held. */
  static async open(
    plan: FieldPlan,
    technician: Caller,
    villages: readonly VillageView[],
    raw: RawData,
  ): Promise<Field> {
    const planned = Array.from({ length: plan.cameras }, (_, number) => plannedCamera(plan, number));
    const firstPort = (await claimPorts(plan.cameras)) + 1;
    const simulated: SimulatedCamera[] = [];
    while (simulated.length < planned.length) {
      const some = planned.slice(simulated.length, simulated.length + startedAtOnce);
      simulated.push(...(await Promise.all(some.map((one) => startCamera(plan, one, firstPort)))));
    }
    const rows = planned.map(({ number, isPasswordKnown }) => ({
      ...{ name: nameOf(number), place: nameOf(number), username: 'loalang' },
      villageId: villages[number % villages.length]?.name ?? '',
      address: simulated[number]?.address ?? '',
      password: isPasswordKnown ? (simulated[number]?.password ?? '') : 'không-phải',
      purpose: 'Giữ gìn an ninh trật tự nơi công cộng',
      legalBasis: 'Luật 91/2025/QH15; kế hoạch của UBND xã',
      ...{ noticePosted: 'có', owner: 'Công an xã', retentionDays: '30' },
    }));
    const begunAt = Date.now();
    const table = (text: string, dryRun: boolean): Promise<CameraTableView> =>
      technician.post<CameraTableView>('/api/cameras/table', { text, dryRun });
    const wrong = Math.floor(plan.random() * rows.length);
    const spoiled = rows.map((row, at) => (at === wrong ? { ...row, villageId: 'Không Đâu' } : row));
    const judged = await table(csv(spoiled), true);
    const dryRunMs = Date.now() - begunAt;
    const added = await table(csv(rows), false);
    const addMs = Date.now() - begunAt - dryRunMs;
    const faults = added.rows.find((row) => row.faults.length > 0);
    if (faults !== undefined) throw new Error(`The table was refused: ${JSON.stringify(faults)}`);
    const standing = await technician.get<CameraView[]>('/api/cameras');
    const field = new Field(
      planned.map(({ number, way, isPasswordKnown }) => {
        const camera = simulated[number];
        const view = standing.find(({ name }) => name === nameOf(number));
        if (camera === undefined || view === undefined) throw new Error(`Camera ${number} is not registered`);
        const able = { isIll: false, ableAt: Date.now() };
        return { number, way, isPasswordKnown, simulated: camera, id: view.id, ...able };
      }),
      technician,
      raw,
      plan.random,
    );
    await until(
      'every camera with a right password to be held',
      async () => ((await field.notHeld()).length === 0 ? true : undefined),
      { timeoutMs: 600_000, everyMs: 1_000 },
    );
    raw.add({
      ...{ kind: 'registered', rows: added.added, dryRunMs, addMs, heldMs: Date.now() - begunAt },
      wrongRows: judged.rows.flatMap(({ faults }, at) => (faults.length === 0 ? [] : [at])),
    });
    if (judged.added !== 0 || judged.rows[wrong]?.faults.length !== 1)
      throw new Error('The dry run did not find the wrong row');
    return field;
  }

  /** Cameras with a right password that the service does not call held. */
  async notHeld(): Promise<FieldCamera[]> {
    const views = await this.technician.get<CameraView[]>('/api/cameras');
    const states = new Map(views.map(({ id, state }) => [id, state]));
    return this.cameras.filter(
      ({ id, isPasswordKnown }) => isPasswordKnown && states.get(id) !== 'subscribed',
    );
  }

  /** All that happens until then (ms since 1970); resolves when every camera is held again. */
  async live(untilAt: number, signal: AbortSignal): Promise<void> {
    const stalls = new Stalls(this.raw, signal);
    const able = this.cameras.filter(({ isPasswordKnown }) => isPasswordKnown);
    await Promise.all([
      ...able.map((camera) => this.tellNotices(camera, untilAt)),
      ...able.map((camera) => this.fallIll(camera, untilAt, stalls, signal)),
      this.watchSilence(able, untilAt, stalls, signal),
    ]);
  }

  /** Crossings of a line, each with a number of its own, and motion that goes on and off, as the camera's way has it. */
  private async tellNotices({ number, simulated }: FieldCamera, untilAt: number): Promise<void> {
    const everyMs = number % 10 === 0 ? stormEveryMs : calmEveryMs;
    for (let turn = 1; ; turn += 1) {
      const nextMs = everyMs * (0.5 + this.random());
      if (Date.now() + nextMs > untilAt) return;
      await pause(nextMs);
      if (turn % 4 === 0) await simulated.fire('motion', turn % 8 === 0 ? 'off' : 'on');
      else await simulated.cross(turn);
    }
  }

  /**
   * Ill for 5–20 seconds, well for half a minute to three (in a short run, for as much shorter); the last time early
   * enough to come back before the end.
   */
  private async fallIll(
    camera: FieldCamera,
    untilAt: number,
    stalls: Stalls,
    signal: AbortSignal,
  ): Promise<void> {
    const minutes = (untilAt - Date.now()) / 60_000;
    const lastAt = untilAt - Math.min(90_000, minutes * 20_000);
    for (;;) {
      const wellMs = (30_000 + this.random() * 150_000) * Math.min(1, minutes / 5);
      if (Date.now() + wellMs > lastAt) return;
      await pause(wellMs);
      const drawn = ills[Math.floor(this.random() * ills.length)] ?? 'reboot';
      // For a minute nobody can tell from outside whether such a camera holds a pull or has hung.
      const ill = drawn === 'hang' && camera.way.includes('holds-pulls') ? 'reboot' : drawn;
      camera.isIll = true;
      await this.befall(camera, ill, Math.round(5_000 + this.random() * 15_000));
      camera.ableAt = Date.now();
      const heldAt = await this.pulledAgain(camera, stalls, signal);
      camera.isIll = false;
      if (signal.aborted) return;
      const { number, ableAt } = camera;
      const stalledMs = stalls.between(ableAt, heldAt ?? Date.now());
      this.raw.add({ kind: 'illness', camera: number, ill, ableAt, heldAt, stalledMs });
    }
  }

  /** When what was first pulled well since it is able was asked for; null: not within `longestBackMs`. */
  private async pulledAgain(
    camera: FieldCamera,
    stalls: Stalls,
    signal: AbortSignal,
  ): Promise<number | null> {
    const { simulated, ableAt } = camera;
    while (!signal.aborted) {
      const at = await simulated.pulledWellAt();
      if (at > ableAt) return at;
      const now = Date.now();
      if (now - ableAt - stalls.between(ableAt, now) > longestBackMs) break;
      await pause(500);
    }
    return null;
  }

  /** Resolves when it is over. */
  private async befall(camera: FieldCamera, ill: string, forMs: number): Promise<void> {
    const { simulated, id, number } = camera;
    switch (ill) {
      case 'reboot':
        return simulated.tell({ do: 'reboot', awayMs: forMs });
      case 'drop-subscriptions':
        return simulated.tell({ do: 'drop-subscriptions' });
      case 'clock':
        return simulated.tell({ do: 'clock', offsetMs: Math.round((this.random() - 0.5) * 2 * dayMs) });
      case 'password': {
        // Somebody sets it at the camera; what is known of it then is wrong until a person says the new one.
        const password = `mới-${number}-${forMs}`;
        await simulated.tell({ do: 'password', password });
        await pause(forMs);
        await this.tellPassword(id, password);
        return;
      }
      default:
        await simulated.tell({ do: 'faults', names: [...simulated.faults, ill] });
        await pause(forMs);
        return simulated.tell({ do: 'faults', names: simulated.faults });
    }
  }

  /** As a browser does, a second time where a kept connection was shut just as it was used again. */
  private async tellPassword(id: string, password: string): Promise<void> {
    const tell = (): Promise<unknown> => this.technician.patch(`/api/cameras/${id}`, { password });
    await tell().catch((error: unknown) => {
      if (error instanceof ApiError) throw error;
      return tell();
    });
  }

  /** Of cameras that nothing befell. */
  private async watchSilence(
    cameras: readonly FieldCamera[],
    untilAt: number,
    stalls: Stalls,
    signal: AbortSignal,
  ): Promise<void> {
    const told = new Map<number, number>();
    while (Date.now() < untilAt && !signal.aborted) {
      for (const { number, simulated, isIll, ableAt } of cameras) {
        const sinceAt = Math.max(ableAt, await simulated.pulledWellAt());
        const now = Date.now();
        const aloneSeconds = (now - sinceAt - stalls.between(sinceAt, now)) / 1_000;
        if (isIll || aloneSeconds < longestAloneSeconds || told.get(number) === sinceAt) continue;
        told.set(number, sinceAt);
        this.raw.add({ kind: 'silence', camera: number, sinceAt });
      }
      await pause(5_000, undefined, { signal }).catch(() => undefined);
    }
  }
}

interface PlannedCamera {
  readonly number: number;
  readonly way: string;
  readonly isPasswordKnown: boolean;
  readonly clockOffsetMs: number;
}

/** The first two have the worst clocks, one before and one behind; of the others two in five are wrong by anything. */
function plannedCamera({ cameras, random }: FieldPlan, number: number): PlannedCamera {
  const wrongBy = random() < 0.4 ? (random() - 0.5) * 2 * furthestClockMs : 0;
  return {
    number,
    way: ways[number % ways.length] ?? '',
    isPasswordKnown: number % 34 !== 33 && (cameras > 33 || number < cameras - 1),
    clockOffsetMs: Math.round([furthestClockMs, -furthestClockMs][number] ?? wrongBy),
  };
}

/**
 * Claims a block of ports for as long as this program runs, by listening at its first one: two of these benches at once
 * must not take each other's cameras for their own, rebooting ones among them.
 *
 * @returns the first port; the cameras' follow it
 */
async function claimPorts(count: number): Promise<number> {
  if (count >= ports.block) throw new Error('a block of ports has room for 999 cameras');
  for (let port = ports.from; port < ports.to; port += ports.block) {
    const claim = createServer().unref();
    const isFree = await new Promise<boolean>((resolve) => {
      claim.once('error', () => resolve(false)).listen({ port, host: '127.0.0.1' }, () => resolve(true));
    });
    if (isFree) return port;
  }
  throw new Error('no block of ports is free');
}

function startCamera(
  { directory, seed }: FieldPlan,
  planned: PlannedCamera,
  firstPort: number,
): Promise<SimulatedCamera> {
  const { number, way, clockOffsetMs } = planned;
  const faults = [...common, ...way.split(',')].filter((name) => name !== '');
  return SimulatedCamera.start(nameOf(number), 'quiet', directory, seed * 1_000 + number, [
    ...['--port', String(firstPort + number), '--faults', faults.join(',')],
    ...['--locks-at', String(locksAt)],
    `--clock-offset=${clockOffsetMs}`,
  ]);
}

function nameOf(number: number): string {
  return `Điểm ${number + 1}`;
}

function csv(rows: readonly Readonly<Record<keyof typeof columns, string>>[]): string {
  const keys = Object.keys(columns) as (keyof typeof columns)[];
  return stringify([keys.map((one) => columns[one]), ...rows.map((row) => keys.map((one) => row[one]))]);
}
