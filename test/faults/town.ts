import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readPrivateKey } from '../../devices/protocol/envelope.ts';
import type { SigningKey } from '../../devices/protocol/envelope.ts';
import type { AnnouncementView } from '../../src/announcements/announcement.view.ts';
import type { BroadcastView } from '../../src/broadcasts/broadcast.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { mutant } from '../stage/build.ts';
import type { Mutation } from '../stage/build.ts';
import { lookInto } from '../stage/database.ts';
import type { Pole, Sounding } from '../stage/pole.ts';
import { childOf } from '../stage/processes.ts';
import { until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import { ApiError } from '../stage/caller.ts';
import { approved, putUpPoles, scheduleAt, settle } from '../stage/village.ts';
import type { People } from '../stage/village.ts';
import { pause } from './seed.ts';

/** One line of the ledger, as it stands in the database. */
export interface LedgerLine {
  readonly id: string;
  readonly broadcastId: string;
  readonly loudspeakerId: string;
  readonly nominalAt: number;
  readonly state: string;
  readonly reason: string | null;
  readonly startedAt: number | null;
  readonly plannedSeconds: number;
}

/** What somebody who has stolen the service's disk knows. */
export interface CommuneIdentity {
  readonly commune: string;
  readonly rootPublicKey: string;
  readonly signing: SigningKey & { readonly certificate: string };
}

const openStates = ['planned', 'started'];
/** A sink's clock and the agent's are one machine's; what lies between is the way to the sink. */
const sameStartMs = 2_500;
/** A stream runs silently for a moment before its first sample; a box that dies then has made a sound of nothing. */
const warmUpMs = 250;
/** Amplifier on before and after, pauses in between. A second play of the shortest sound is longer. */
const slackSeconds = 4;
/** These say by themselves why an airing was not whole: something of higher rank, a person, or the end of the box. */
const reasonsThemselves = ['played', 'cut', 'stopped', 'cancelled', 'interrupted'];

export interface TownOptions {
  readonly mutations?: readonly Mutation[];
  /** The service's. */
  readonly env?: Record<string, string> | ((directory: string) => Record<string, string>);
  /** Further words for each agent. */
  readonly extra?: readonly string[];
  readonly poleEnv?: (index: number, directory: string) => NodeJS.ProcessEnv;
}

/** A commune with some poles that play, for something to be killed in. */
export class Town {
  service: Service;

  private constructor(
    service: Service,
    readonly people: People,
    readonly poles: readonly Pole[],
  ) {
    this.service = service;
  }

  static async found(name: string, poleCount: number, options: TownOptions = {}): Promise<Town> {
    const { mutations = [], env = {}, extra = [], poleEnv = () => ({}) } = options;
    const directory = await mkdtemp(join(tmpdir(), `loa-${name}-`));
    const built = mutations.length === 0 ? undefined : await mutant(directory, mutations);
    const service = await Service.start({
      directory,
      built,
      env: typeof env === 'function' ? env(directory) : env,
    });
    const { people, villages } = await settle(service);
    // Whenever this runs, it is day.
    await people.administrator.caller.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
    const poles = await putUpPoles(
      people.technician.caller,
      villages.slice(0, poleCount),
      poleCount,
      directory,
      () => extra,
      built,
      (index) => poleEnv(index, directory),
    );
    return new Town(service, people, poles);
  }

  get directory(): string {
    return dirname(this.service.data);
  }

  /** The broker's process, child of the service. */
  get brokerPid(): number | undefined {
    return childOf(this.service.program.pid, 'broker.main');
  }

  /** Kills the broker whenever it comes up, until it is let be. @returns lets it be, and says how often it was killed */
  holdBrokerDown(): () => Promise<number> {
    const hold = { isOn: true, times: 0 };
    const holding = (async () => {
      while (hold.isOn) {
        const pid = this.brokerPid;
        if (pid !== undefined) {
          process.kill(pid, 'SIGKILL');
          hold.times += 1;
        }
        await pause(40);
      }
    })();
    return async () => {
      hold.isOn = false;
      await holding;
      return hold.times;
    };
  }

  /** How many final words of each airing its pole has said. */
  async finalWords(): Promise<Map<string, number>> {
    return lookInto(this.service, async (client) => {
      const { rows } = await client.query<{ airing: string; count: number }>(
        `SELECT body->>'airing' AS airing, count(*)::int AS count FROM receipts
         WHERE body->>'kind' = 'airing' AND body->>'state' <> 'started' GROUP BY 1`,
      );
      return new Map(rows.map(({ airing, count }) => [airing, count]));
    });
  }

  async identity(): Promise<CommuneIdentity> {
    const [file = ''] = await readdir(join(this.service.data, 'keys'));
    const text = await readFile(join(this.service.data, 'keys', file), 'utf8');
    const { communeId, rootPublicKey, online, certificate } = JSON.parse(text) as {
      communeId: string;
      rootPublicKey: string;
      online: { keyId: string; privateKey: string };
      certificate: string;
    };
    const privateKey = readPrivateKey(online.privateKey);
    return { commune: communeId, rootPublicKey, signing: { keyId: online.keyId, privateKey, certificate } };
  }

  approve(
    title: string,
    text: string,
    priority: 'regular' | 'emergency' = 'regular',
  ): Promise<AnnouncementView> {
    return approved(this.people.editor.caller, this.people.approver.caller, { title, text, priority });
  }

  /**
   * Schedules for the commune, however often the service dies meanwhile: asks what stands in the books before it asks
   * again, as a person does after an error.
   * @param dueAt asked at each try (ms)
   */
  async scheduleSurely(announcementId: string, dueAt: () => number): Promise<{ id: string; at: number }> {
    const editor = this.people.editor.caller;
    const tried = new Set<number>();
    return until(
      'a broadcast to be taken',
      async () => {
        try {
          if (tried.size > 0) {
            const taken = await editor.get<BroadcastView[]>('/api/broadcasts');
            const found = taken.find(
              (each) => each.announcementId === announcementId && tried.has(instantOf(each)),
            );
            if (found !== undefined) return { id: found.id, at: instantOf(found) };
          }
          const at = dueAt();
          tried.add(at);
          const { id } = await scheduleAt(editor, announcementId, at, { kind: 'commune' });
          return { id, at };
        } catch (error) {
          if (error instanceof ApiError && error.status < 500 && error.code !== 'broadcasts.never')
            throw error;
          return undefined;
        }
      },
      { timeoutMs: 120_000, everyMs: 150 },
    );
  }

  /**
   * Every pole holds its newest programme and all sounds that are in it.
   * @param heardSince and was heard since then (ms): after something was killed
   */
  async allReady(heardSince = 0): Promise<void> {
    await until(
      'the poles to hold their programmes',
      async () => {
        const poles = await this.people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
        const isReady = poles.every(
          ({ now }) =>
            now.link === 'online' &&
            Date.parse(now.heardAt ?? '') >= heardSince &&
            now.programmeHeld &&
            now.audioReady === now.audioNeeded,
        );
        return isReady || undefined;
      },
      { timeoutMs: 120_000, everyMs: 200 },
    );
  }

  async ledger(): Promise<LedgerLine[]> {
    return lookInto(this.service, async (client) => {
      const { rows } = await client.query<LedgerLine>(
        `SELECT id, broadcast_id AS "broadcastId", loudspeaker_id AS "loudspeakerId", state, reason,
                planned_seconds AS "plannedSeconds",
                (extract(epoch FROM nominal_at) * 1000)::float8 AS "nominalAt",
                (extract(epoch FROM started_at) * 1000)::float8 AS "startedAt"
         FROM airings ORDER BY nominal_at`,
      );
      return rows;
    });
  }

  /** The ledger once nothing in it is open any more. */
  async settledLedger(timeoutMs: number): Promise<LedgerLine[]> {
    return until(
      'every airing to end',
      async () => {
        const lines = await this.ledger();
        return lines.some(({ state }) => openStates.includes(state)) ? undefined : lines;
      },
      { timeoutMs, everyMs: 500 },
    );
  }

  /** @param isGood else the logs and sounds stay, for whoever looks for the cause */
  async leave(isGood = false): Promise<void> {
    await Promise.all(this.poles.map((pole) => pole.stop()));
    if (isGood) await this.service.destroy();
    else {
      await this.service.stop();
      process.stdout.write(`Left as it is: ${this.directory}\n`);
    }
  }
}

export interface Reckoning {
  readonly airings: number;
  readonly played: number;
  /** Ended otherwise, with a reason. */
  readonly endedWithReason: number;
  readonly open: number;
  /** Airings that nobody accounts for: not in the ledger, still open, or said to be played and silent. */
  readonly lost: number;
  /** Sounds that no airing accounts for. */
  readonly doubled: number;
  /** Lost, doubled, silent, unexplained, in the ledger twice or never: what must not be. */
  readonly faults: readonly string[];
}

/**
 * Holds what the poles' sinks wrote against the ledger.
 * @param broadcastIds each of which should have exactly one airing at each pole
 */
export async function reckon(
  town: Town,
  lines: readonly LedgerLine[],
  broadcastIds: readonly string[],
): Promise<Reckoning> {
  const faults: string[] = [];
  let lost = 0;
  let doubled = 0;
  for (const pole of town.poles) {
    const own = lines.filter(({ loudspeakerId }) => loudspeakerId === pole.id);
    for (const id of broadcastIds) {
      const times = own.filter(({ broadcastId }) => broadcastId === id).length;
      if (times === 1) continue;
      faults.push(`${id} stands ${times} times in the ledger of ${pole.name}`);
      if (times === 0) lost += 1;
      else doubled += 1;
    }
    for (const { broadcastId } of own)
      if (!broadcastIds.includes(broadcastId))
        faults.push(`nobody scheduled ${broadcastId} for ${pole.name}`);
    const left = new Set(own.filter(({ startedAt }) => startedAt !== null));
    for (const sound of await completeSoundings(pole)) {
      // One sounding holds several airings where a late one ends as the next begins.
      const held = [...left].filter(({ startedAt }) => isWithin(startedAt ?? 0, sound));
      for (const line of held) left.delete(line);
      const due = held.reduce((sum, { plannedSeconds }) => sum + plannedSeconds + slackSeconds, 0);
      if (soundedSeconds(sound) <= due) continue;
      doubled += 1;
      faults.push(
        held.length === 0
          ? `${pole.name} sounded at ${at(sound.startedAt)} for no airing`
          : `${pole.name} sounded ${sound.seconds} s at ${at(sound.startedAt)} for ${due} s`,
      );
    }
    for (const { broadcastId, startedAt, state } of left) {
      if (state !== 'played') continue;
      lost += 1;
      faults.push(`${pole.name} says it played ${broadcastId} at ${at(startedAt ?? 0)}, silently`);
    }
  }
  for (const { broadcastId, state, reason } of lines)
    if (!reasonsThemselves.includes(state) && !openStates.includes(state) && reason === null)
      faults.push(`${broadcastId} is ${state} without a reason`);
  const open = lines.filter(({ state }) => openStates.includes(state)).length;
  const played = lines.filter(({ state }) => state === 'played').length;
  const endedWithReason = lines.length - played - open;
  return { airings: lines.length, played, endedWithReason, open, lost: lost + open, doubled, faults };
}

function instantOf({ schedule }: BroadcastView): number {
  if (schedule.kind !== 'once') throw new Error('It was scheduled once');
  return Date.parse(`${schedule.date}T${schedule.time}+07:00`);
}

/** A sink tells how long it sounded when it is over, which is a moment after the pole has reported. */
function completeSoundings(pole: Pole): Promise<Sounding[]> {
  return until(
    `${pole.name} to be silent`,
    async () => {
      const sounds = await pole.soundings();
      return sounds.every(({ complete }) => complete) ? sounds : undefined;
    },
    { timeoutMs: 60_000 },
  );
}

/** Without the silence of a player that ran dry. */
function soundedSeconds({ seconds, underruns }: Sounding): number {
  return seconds - underruns.reduce((sum, each) => sum + each.seconds, 0);
}

function isWithin(startedAt: number, sound: Sounding): boolean {
  const until = sound.startedAt + sound.seconds * 1_000 + warmUpMs;
  return startedAt > sound.startedAt - sameStartMs && startedAt < until;
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
