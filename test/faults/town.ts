import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AnnouncementView } from '../../src/announcements/announcement.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { mutant } from '../stage/build.ts';
import type { Mutation } from '../stage/build.ts';
import { lookInto } from '../stage/database.ts';
import type { Pole, Sounding } from '../stage/pole.ts';
import { until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import { approved, putUpPoles, settle } from '../stage/village.ts';
import type { People } from '../stage/village.ts';

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

const openStates = ['planned', 'started'];
/** A sink's clock and the agent's are one machine's; what lies between is the way to the sink. */
const sameStartMs = 2_500;
/** Amplifier on before and after, pauses in between. A second play of the shortest sound is longer. */
const slackSeconds = 4;
/** These say by themselves why an airing was not whole: something of higher rank, or a person. */
const reasonsThemselves = ['played', 'cut', 'stopped', 'cancelled'];

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

  static async found(
    name: string,
    poleCount: number,
    mutations: readonly Mutation[] = [],
    env: Record<string, string> = {},
  ): Promise<Town> {
    const directory = await mkdtemp(join(tmpdir(), `loa-${name}-`));
    const built = mutations.length === 0 ? undefined : await mutant(directory, mutations);
    const service = await Service.start({ directory, built, env });
    const { people, villages } = await settle(service);
    // Whenever this runs, it is day.
    await people.administrator.caller.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
    const poles = await putUpPoles(
      people.technician.caller,
      villages.slice(0, poleCount),
      poleCount,
      directory,
      [],
      built,
    );
    return new Town(service, people, poles);
  }

  approve(
    title: string,
    text: string,
    priority: 'regular' | 'emergency' = 'regular',
  ): Promise<AnnouncementView> {
    return approved(this.people.editor.caller, this.people.approver.caller, { title, text, priority });
  }

  /** Every pole holds its newest programme and all sounds that are in it. */
  async allReady(): Promise<void> {
    await until(
      'the poles to hold their programmes',
      async () => {
        const poles = await this.people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
        const isReady = poles.every(
          ({ now }) => now.link === 'online' && now.programmeHeld && now.audioReady === now.audioNeeded,
        );
        return isReady || undefined;
      },
      { timeoutMs: 60_000, everyMs: 200 },
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
      process.stdout.write(`Left as it is: ${dirname(this.service.data)}\n`);
    }
  }
}

export interface Reckoning {
  readonly airings: number;
  readonly played: number;
  /** Ended otherwise, with a reason. */
  readonly endedWithReason: number;
  readonly open: number;
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
  for (const pole of town.poles) {
    const own = lines.filter(({ loudspeakerId }) => loudspeakerId === pole.id);
    for (const id of broadcastIds) {
      const times = own.filter(({ broadcastId }) => broadcastId === id).length;
      if (times !== 1) faults.push(`${id} stands ${times} times in the ledger of ${pole.name}`);
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
      if (held.length === 0) faults.push(`${pole.name} sounded at ${at(sound.startedAt)} for no airing`);
      else if (soundedSeconds(sound) > due)
        faults.push(`${pole.name} sounded ${sound.seconds} s at ${at(sound.startedAt)} for ${due} s`);
    }
    for (const { broadcastId, startedAt, state } of left)
      if (state === 'played')
        faults.push(`${pole.name} says it played ${broadcastId} at ${at(startedAt ?? 0)}, silently`);
  }
  for (const { broadcastId, state, reason } of lines)
    if (!reasonsThemselves.includes(state) && !openStates.includes(state) && reason === null)
      faults.push(`${broadcastId} is ${state} without a reason`);
  const open = lines.filter(({ state }) => openStates.includes(state)).length;
  const played = lines.filter(({ state }) => state === 'played').length;
  return { airings: lines.length, played, endedWithReason: lines.length - played - open, open, faults };
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
  return startedAt > sound.startedAt - sameStartMs && startedAt < sound.startedAt + sound.seconds * 1_000;
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
