import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { letGoOf } from '../../stage/program.ts';

const CAMERA = 'dist/devices/camera/camera.main.js';
/** Below a build. */
const CONNECTOR = 'devices/connector/connector.main.js';
const PATIENCE_MS = 30_000;
let started = 1_000;

export const USER = 'admin';
export const PASSWORD = 'mật-khẩu & <bí mật>';

export interface Told {
  readonly notice?: {
    readonly id: string;
    readonly camera: string;
    readonly receivedAt: number;
    readonly occurredAt: number;
    readonly cameraTimeText: string | null;
    readonly uncertaintyMs: number;
    readonly topic: string;
    readonly kind: string;
    readonly phase: string;
    readonly operation: string;
    readonly data: readonly { readonly name: string; readonly value: string }[];
    readonly raw: string;
  };
  readonly status?: {
    readonly camera: string;
    readonly state: string;
    readonly detail: string;
    readonly certificate: string | null;
    readonly moved: { readonly to: string; readonly same: readonly string[] } | null;
    readonly clockOffsetMs: number | null;
    readonly shed: { readonly sinceAt: number; readonly lastAt: number; readonly count: number } | null;
    readonly passport: {
      readonly profiles: readonly string[];
      readonly firmware: string;
      readonly macs: readonly string[];
      readonly streamAddress: string;
      readonly picturePath: string;
    } | null;
  };
  readonly picture?: {
    readonly notice: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly mime: string;
  };
}

export interface Tally {
  readonly requests: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly pullPoints: number;
  /** SHA-256 of each notice that went out in a whole and good answer. */
  readonly delivered: readonly string[];
  /** When the last such answer was asked for, ms since 1970; 0 before the first. */
  readonly pulledWellAt: number;
  /** When a pull point was last made, ms since 1970; 0 before the first. */
  readonly subscribedAt: number;
}

/** A simulated camera as a process of its own. */
export class CameraProcess {
  readonly id = randomUUID();

  private constructor(
    private readonly child: ChildProcess,
    public port: number,
    private readonly control: number,
  ) {}

  static async start(...options: readonly string[]): Promise<CameraProcess> {
    // Each with a serial number and hardware address of its own, where `options` say nothing else.
    const seed = String(++started);
    const child = spawnBuilt(CAMERA, ['--user', USER, '--password', PASSWORD, '--seed', seed, ...options]);
    const { port, control } = await firstLine(child);
    return new CameraProcess(child, port as number, control as number);
  }

  async do(command: Readonly<Record<string, unknown>>): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${String(this.control)}/control`, {
      method: 'POST',
      body: JSON.stringify(command),
    });
    if (!response.ok) throw new Error(`the camera’s control: ${await response.text()}`);
  }

  /** To another port, as when DHCP gives it another address. */
  async move(port = 0): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${String(this.control)}/control`, {
      method: 'POST',
      body: JSON.stringify({ do: 'move', port }),
    });
    this.port = ((await answer.json()) as { port: number }).port;
  }

  /** One crossing of a line, told apart by its object’s number. */
  cross(objectId: number): Promise<void> {
    return this.do({
      do: 'fire-raw',
      topic: 'tns1:RuleEngine/LineDetector/Crossed',
      source: [['Rule', 'MyLineDetectorRule']],
      data: [['ObjectId', String(objectId)]],
    });
  }

  async tally(): Promise<Tally> {
    return (await (await fetch(`http://127.0.0.1:${String(this.control)}/control`)).json()) as Tally;
  }

  end(): Promise<void> {
    return endChild(this.child, 'SIGTERM');
  }
}

/** The real connector, told its cameras by stdin. */
export class ConnectorProcess {
  readonly told: Told[] = [];
  /** Of `told`, by camera: a flood is looked through at every line. */
  private readonly toldNotices = new Map<string, NonNullable<Told['notice']>[]>();
  private readonly listeners = new Set<() => void>();
  private readonly cameras = new Map<string, object>();
  private child!: ChildProcess;

  private constructor(
    readonly directory: string,
    private readonly timing: object,
    private readonly built: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly patienceMs: number,
  ) {}

  /**
   * @param built another build than the one under test: a mutant
   * @param env beside that of this process, as for clocks that are turned
   */
  static async start(
    timing: object,
    built = 'dist',
    env = {},
    patienceMs = PATIENCE_MS,
  ): Promise<ConnectorProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'loa-lang-connector-'));
    const connector = new ConnectorProcess(directory, timing, built, env, patienceMs);
    await connector.begin();
    return connector;
  }

  /** Once more, on the same directory. */
  async begin(): Promise<void> {
    this.child = spawnBuilt(
      join(this.built, CONNECTOR),
      [
        ...['--data', this.directory, '--stdin', '--allow', '127.0.0.0/8', '--log', 'error'],
        ...['--timing', JSON.stringify(this.timing)],
      ],
      this.env,
    );
    const { stdout } = this.child;
    if (stdout === null) throw new Error('no stdout');
    createInterface({ input: stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Told;
      this.told.push(said);
      if (said.notice !== undefined) this.noticesOf(said.notice.camera).push(said.notice);
      for (const listener of this.listeners) listener();
    });
    this.child.once('exit', () => {
      for (const listener of this.listeners) listener();
    });
    const before = this.told.length;
    try {
      await this.until(
        () => hasEnded(this.child) || this.told.slice(before).some((one) => 'ready' in one),
        'the connector is ready',
      );
    } catch (error) {
      await this.end('SIGKILL');
      throw error;
    }
    if (hasEnded(this.child)) throw new Error('the connector ended before it was ready');
  }

  hold(
    camera: CameraProcess,
    settings: {
      address?: string;
      username?: string;
      password?: string;
      revision?: number;
      certificate?: string;
    } = {},
  ): void {
    this.cameras.set(camera.id, {
      camera: camera.id,
      address: `127.0.0.1:${String(camera.port)}`,
      username: USER,
      password: PASSWORD,
      revision: 1,
      ...settings,
    });
    this.sayCameras();
  }

  letGo(camera: CameraProcess): void {
    this.cameras.delete(camera.id);
    this.sayCameras();
  }

  sayCameras(): void {
    this.child.stdin?.write(`${JSON.stringify([...this.cameras.values()])}\n`);
  }

  notices(camera: CameraProcess): readonly NonNullable<Told['notice']>[] {
    return this.noticesOf(camera.id);
  }

  private noticesOf(camera: string): NonNullable<Told['notice']>[] {
    const known = this.toldNotices.get(camera);
    if (known !== undefined) return known;
    const none: NonNullable<Told['notice']>[] = [];
    this.toldNotices.set(camera, none);
    return none;
  }

  /** Numbers of the crossings that were told, in their order. */
  crossings(camera: CameraProcess): number[] {
    return this.notices(camera).flatMap(({ kind, data }) =>
      kind === 'line-crossing' ? [Number(data.find(({ name }) => name === 'ObjectId')?.value)] : [],
    );
  }

  states(camera: CameraProcess): NonNullable<Told['status']>[] {
    return this.told.flatMap(({ status }) => (status?.camera === camera.id ? [status] : []));
  }

  async untilState(camera: CameraProcess, state: string): Promise<NonNullable<Told['status']>> {
    await this.until(() => this.states(camera).at(-1)?.state === state, `the camera is ${state}`);
    const last = this.states(camera).at(-1);
    if (last === undefined) throw new Error('no state');
    return last;
  }

  async untilCrossed(camera: CameraProcess, objectId: number): Promise<void> {
    await this.until(() => this.crossings(camera).includes(objectId), `crossing ${String(objectId)} is told`);
  }

  /** Looks again at every line that the connector writes. */
  async until(holds: () => boolean, what: string): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.listeners.delete(look);
        const last = this.told.slice(-12).map((one) => JSON.stringify(one).slice(0, 300));
        reject(new Error(`not within ${String(this.patienceMs / 1_000)} s: ${what}\n${last.join('\n')}`));
      }, this.patienceMs);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.listeners.delete(look);
        resolve();
      };
      this.listeners.add(look);
    });
  }

  /** The most memory that the process has ever held, in MB. */
  async peakMemoryMb(): Promise<number> {
    const status = await readFile(`/proc/${String(this.child.pid)}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    return endChild(this.child, signal);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

function spawnBuilt(
  program: string,
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  if (!existsSync(program)) throw new Error(`${program} is missing: npm run build:service`);
  // The IPC channel ends the child with this process, whatever happens to it.
  const child = spawn(process.execPath, [program, ...options], {
    ...{ stdio: ['pipe', 'pipe', 'inherit', 'ipc'], env: { ...process.env, ...env } },
  });
  letGoOf(child);
  return child;
}

function firstLine(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const { stdout } = child;
    if (stdout === null) {
      reject(new Error('no stdout'));
      return;
    }
    createInterface({ input: stdout }).once('line', (line) =>
      resolve(JSON.parse(line) as Record<string, unknown>),
    );
    child.once('exit', (code) => reject(new Error(`ended with ${String(code)} before it was ready`)));
  });
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
