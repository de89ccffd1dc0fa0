import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { codeOf, messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { programBeside } from '../base/program.ts';
import { BoxService } from '../boxes/box.service.ts';
import { EnrolmentService } from '../boxes/enrolment.service.ts';
import { Addresses } from '../platform/addresses.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { CameraStore } from './camera.store.ts';

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A program that ran this long was well: its next fault is not part of the last one. */
const wellAfterMs = 60_000;
const stopPatienceMs = 2_000;

interface Running {
  readonly communeId: string;
  child: ChildProcess | undefined;
  pauseMs: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * The service's own connectors, for the cameras that this machine can reach: one process for each commune that needs
 * one, in `connectors/{commune}/{connector}` of the data directory. ONVIF stays out of the service's process: a
 * camera's answer has been seen to freeze it for minutes. Each is enrolled like any box, by a code that no person sees.
 */
@Injectable()
export class ConnectorProcess implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Connector');
  private readonly directory: string;
  private readonly running = new Map<string, Running>();
  private stopping = false;

  constructor(
    private readonly config: Config,
    private readonly addresses: Addresses,
    private readonly database: Database,
    private readonly store: CameraStore,
    private readonly boxes: BoxService,
    private readonly enrolments: EnrolmentService,
    private readonly events: Events,
  ) {
    this.directory = join(config.values.dataDirectory, 'connectors');
  }

  /** Begins; the programs themselves start once the service listens, which is after this. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.values.connector.start) return;
    this.events.on('connector.wanted', ({ communeId, connectorId }) => this.start(communeId, connectorId));
    for (const communeId of await namesIn(this.directory)) {
      for (const connectorId of await namesIn(join(this.directory, communeId)))
        this.start(communeId, connectorId);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.running.values()].map((one) => this.stop(one)));
  }

  /** Process numbers, for those who want to see them die. */
  pids(): number[] {
    return [...this.running.values()].flatMap(({ child }) => child?.pid ?? []);
  }

  private start(communeId: string, connectorId: string): void {
    if (this.running.has(connectorId) || this.stopping) return;
    const running: Running = { communeId, child: undefined, pauseMs: firstPauseMs, timer: undefined };
    this.running.set(connectorId, running);
    this.plan(connectorId, running, 0);
  }

  private plan(connectorId: string, running: Running, afterMs: number): void {
    if (this.stopping) return;
    running.timer = setTimeout(() => {
      this.run(connectorId, running).catch((error: unknown) => {
        this.log.warn(`The connector ${connectorId} does not start yet: ${messageOf(error)}`);
        this.again(connectorId, running);
      });
    }, afterMs);
  }

  private again(connectorId: string, running: Running): void {
    this.plan(connectorId, running, running.pauseMs);
    running.pauseMs = Math.min(longestPauseMs, running.pauseMs * 2);
  }

  private async run(connectorId: string, running: Running): Promise<void> {
    const { communeId } = running;
    await this.addresses.settled;
    const directory = join(this.directory, communeId, connectorId);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const box = await this.boxes.find(communeId, connectorId);
    const own = await enrolledBox(directory);
    // Identifiers sort by time. A younger box at this connector was put there by a person: this one is out.
    if (box !== null && own !== null && box.id > own) {
      this.log.log(`The connector ${connectorId} was replaced by a box elsewhere`);
      return;
    }
    const isOwn = box !== null && box.id === own;
    const link = isOwn ? null : await this.enrolmentLink(communeId, connectorId);
    // The note of an enrolment that the service does not know (its database is an older copy) would be believed.
    if (!isOwn) await rm(join(directory, 'enrolment.json'), { force: true });
    if (this.stopping) return;
    const { file, execArgv } = programBeside(import.meta.url, '../../devices/connector/connector.main');
    const { http, deviceHttps, mqtts, mqtt } = this.addresses.ports;
    const ownPorts = [http, deviceHttps, mqtts, mqtt].filter((port) => port !== 0);
    const options = [
      ...['--data', directory, '--log', this.config.values.log.level],
      ...this.config.values.cameras.allowedRanges.flatMap((range) => ['--allow', asNetwork(range)]),
      ...ownPorts.flatMap((port) => ['--own-port', String(port)]),
    ];
    const child = fork(file, options, {
      execArgv,
      // Nothing of the service's environment: it holds secrets that the connector has no use for. The link goes this
      // way because arguments can be read by everybody on the machine.
      env: { PATH: process.env.PATH, ...(link === null ? {} : { LOA_LANG_ENROL: link }) },
      // The connector ends when the channel does, however the service ended.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    running.child = child;
    const startedAt = Date.now();
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null)
        createInterface({ input: stream }).on('line', (line) => this.log.debug(line.slice(0, 2_000)));
    let isOver = false;
    const over = (why: string): void => {
      if (isOver) return;
      isOver = true;
      running.child = undefined;
      if (this.stopping) return;
      if (Date.now() - startedAt > wellAfterMs) running.pauseMs = firstPauseMs;
      this.log.warn(`The connector ${connectorId} ended (${why}); it is started again`);
      this.again(connectorId, running);
    };
    child.once('error', (error) => over(error.message));
    child.once('exit', (code, signal) => over(signal ?? `code ${code ?? '?'}`));
    this.log.log(`Started the connector ${connectorId} (process ${child.pid ?? 0})`);
  }

  private async enrolmentLink(communeId: string, connectorId: string): Promise<string> {
    const connector = await this.database.inCommune(communeId, (em) =>
      this.store.connector(em, communeId, connectorId),
    );
    const { link } = await this.enrolments.makeCode(communeId, {
      kind: 'connector',
      assetId: connectorId,
      assetName: connector.name,
      madeBy: null,
    });
    return link;
  }

  private async stop(running: Running): Promise<void> {
    clearTimeout(running.timer);
    const { child } = running;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const patience = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
    child.kill('SIGTERM');
    await gone;
    clearTimeout(patience);
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Which box the program in this directory is, by its own note; null before its enrolment. */
async function enrolledBox(directory: string): Promise<string | null> {
  try {
    const note = JSON.parse(await readFile(join(directory, 'enrolment.json'), 'utf8')) as { box?: unknown };
    return typeof note.box === 'string' ? note.box : null;
  } catch {
    return null;
  }
}

/** The connector takes networks only: one address is the network of itself. */
function asNetwork(range: string): string {
  return range.includes('/') ? range : `${range}/${isIPv6(range) ? 128 : 32}`;
}
