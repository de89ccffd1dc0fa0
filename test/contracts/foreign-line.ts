import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { Connector } from '../../devices/connector/connector.core.ts';
import type { CameraReport } from '../../devices/connector/held-camera.ts';
import { ownMachine } from '../../devices/connector/connector.testing.ts';
import type { NoticeEntry } from '../../devices/connector/notice-entry.ts';
import { USUAL_TIMING } from '../../devices/connector/supervision.ts';
import type { SupervisorTiming } from '../../devices/connector/supervision.ts';
import { ForeignServer, motion, PASSWORD } from './foreign-server.ts';
import type { Answers } from './foreign-server.ts';

const PATIENCE_MS = 40_000;
const CAMERA = '00000000-0000-4000-8000-000000000001';

/** A foreign server and the connector's own parts that hold it, from the socket to the notice. */
export class Line {
  readonly notices: NoticeEntry[] = [];
  readonly states: CameraReport[] = [];
  readonly pictures: Buffer[] = [];
  private readonly watchers = new Set<() => void>();

  private constructor(
    readonly server: ForeignServer,
    readonly connector: Connector,
    private readonly directory: string,
  ) {}

  /** @param through what stands before the server; its address is the camera's then */
  static async open(
    answers: Answers,
    timing: Partial<SupervisorTiming> = {},
    through: (server: ForeignServer) => Promise<string> = (server) => Promise.resolve(server.url),
  ): Promise<Line> {
    const server = await ForeignServer.start(answers);
    const directory = await mkdtemp(join(tmpdir(), 'loa-foreign-'));
    const connector: Connector = new Connector({
      directory,
      ...ownMachine,
      timing: { ...USUAL_TIMING, pullSeconds: 1, pullGraceSeconds: 30, ...timing },
      random: () => 0,
      onNotices: (entries) => {
        line.notices.push(...entries);
        return line.changed();
      },
      onPicture: ({ bytes }) => {
        line.pictures.push(Buffer.from(bytes));
        return line.changed();
      },
      onNoPicture: () => undefined,
      onStatus: (report) => {
        line.states.push(report);
        void line.changed();
      },
      onTrouble: (error) => {
        throw error;
      },
    });
    const line: Line = new Line(server, connector, directory);
    server.onAsked = () => void line.changed();
    const desired = { camera: CAMERA, username: 'admin', password: PASSWORD, revision: 1, certificate: null };
    await connector.apply([{ ...desired, identity: null, address: await through(server) }]);
    return line;
  }

  /** Looks again at each question, notice, picture and state. */
  async until(what: string, holds: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.watchers.delete(look);
        const told = this.states.map(({ state, detail }) => `${state} ${detail}`).join('\n');
        reject(new Error(`not within ${String(PATIENCE_MS / 1_000)} s: ${what}\n${told}`));
      }, PATIENCE_MS);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  /** Something moves before it, and that is told. */
  async seesMotion(): Promise<void> {
    const already = this.notices.length;
    this.server.tell(motion(true));
    await this.until('the motion to be told', () => this.notices.length > already);
    expect(this.notices.at(-1)).toMatchObject({ kind: 'motion', phase: 'begin' });
  }

  async description(): Promise<NonNullable<CameraReport['passport']>> {
    await this.until('its description', () => this.states.at(-1)?.passport != null);
    const passport = this.states.at(-1)?.passport;
    if (passport == null) throw new Error('no description');
    return passport;
  }

  /** Every state that was told, one after another, without repeats. */
  get path(): string[] {
    const all = this.states.map(({ state }) => state);
    return all.filter((state, index) => state !== all[index - 1]);
  }

  async close(): Promise<void> {
    await Promise.all([this.connector.stop(), this.server.stop()]);
    await rm(this.directory, { recursive: true, force: true });
  }

  private changed(): Promise<void> {
    for (const look of [...this.watchers]) look();
    return Promise.resolve();
  }
}
