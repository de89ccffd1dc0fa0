import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ownMistakesIn } from './own-mistakes.ts';
import { commandOf } from './processes.ts';
import { Program, until } from './program.ts';
import { betrayedBelow, noteSecret } from './secrets.ts';

const portsShape = z.object({
  http: z.int(),
  deviceHttps: z.int(),
  mqtts: z.int(),
  mqtt: z.int(),
  pid: z.int(),
  readyAt: z.string(),
});
export type Ports = z.infer<typeof portsShape>;

export interface ServiceOptions {
  /** Where data, logs and WAVs lie. */
  readonly directory: string;
  readonly env?: Record<string, string>;
  /** Another build than the one under test: a mutant. */
  readonly built?: string | undefined;
}

/** The built service as a process, on free ports, with its data in a directory of its own. */
export class Service {
  private constructor(
    readonly program: Program,
    readonly ports: Ports,
    private readonly options: ServiceOptions,
    /** From the start of the process until it said that it was ready (ms). */
    readonly readyMs: number,
  ) {}

  static async start(options: ServiceOptions, ports?: Ports): Promise<Service> {
    const data = join(options.directory, 'data');
    await rm(join(data, 'run', 'ports.json'), { force: true });
    const begun = Date.now();
    const program = await Program.start('service', 'src/main.js', [], {
      logPath: join(options.directory, 'service.log'),
      built: options.built,
      env: {
        LOA_DATA_DIRECTORY: data,
        LOA_HTTP_PORT: String(ports?.http ?? 0),
        LOA_DEVICE_HTTP_HOST: '127.0.0.1',
        LOA_DEVICE_HTTP_PORT: String(ports?.deviceHttps ?? 0),
        LOA_BROKER_HOST: '127.0.0.1',
        LOA_BROKER_TLS_PORT: String(ports?.mqtts ?? 0),
        LOA_BROKER_PLAIN_PORT: String(ports?.mqtt ?? 0),
        LOA_PUBLIC_ADDRESS: 'localhost',
        LOA_CAMERAS_ALLOWED_RANGES: '[127.0.0.0/8]',
        ...options.env,
      },
    });
    const found = await program.ready(
      until(
        `the service to be ready (${program.logPath})`,
        async () => {
          if (!program.isRunning) throw new Error(`The service ended early; see ${program.logPath}`);
          const text = await readFile(join(data, 'run', 'ports.json'), 'utf8').catch(() => undefined);
          return text === undefined ? undefined : portsShape.parse(JSON.parse(text));
        },
        { timeoutMs: 180_000, everyMs: 30 },
      ),
    );
    return new Service(program, found, options, Date.now() - begun);
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  get data(): string {
    return join(this.options.directory, 'data');
  }

  async setUpToken(): Promise<string> {
    const token = (await readFile(join(this.data, 'run', 'setup-token'), 'utf8')).trim();
    noteSecret('the set-up token', token);
    return token;
  }

  /** The same data and the same ports, in a new process. */
  async restart(): Promise<Service> {
    return Service.start(this.options, this.ports);
  }

  /** `kill -9`: the service, and whatever ends with it. */
  async kill(): Promise<void> {
    this.program.kill('SIGKILL');
    await this.program.exited;
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }

  /** The database's process: it outlives a service that is killed. */
  async postmasterPid(): Promise<number | undefined> {
    const path = join(this.data, 'postgres', 'cluster', 'postmaster.pid');
    const pid = Number((await readFile(path, 'utf8').catch(() => '')).split('\n')[0]);
    return pid > 1 && commandOf(pid).includes('postgres') ? pid : undefined;
  }

  /**
   * Stopped, whatever state it is in, with its database, and its directory gone.
   * @throws where its log tells of a mistake of its own (on no screen, and yet not right), or a log beside it of a secret
   */
  async destroy(): Promise<void> {
    await this.stop();
    const postmaster = await this.postmasterPid();
    if (postmaster !== undefined) process.kill(postmaster, 'SIGKILL');
    const mistakes = await ownMistakesIn(this.program.logPath);
    const betrayed = await betrayedBelow(this.options.directory);
    await rm(this.options.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    if (mistakes.length > 0)
      throw new Error(`The service warned of mistakes of its own:\n  ${mistakes.join('\n  ')}`);
    if (betrayed.length > 0) throw new Error(`Secrets stand in logs:\n  ${betrayed.join('\n  ')}`);
  }
}
