import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Output } from '../../devices/loudspeaker/pins.ts';
import type { Switched } from '../../devices/loudspeaker/pins.simulated.ts';
import { restartExitCode } from '../../devices/loudspeaker/tasks.ts';
import type { WavNote } from '../../devices/loudspeaker/wav-note.ts';
import type { Programme } from '../../devices/protocol/pole-messages.ts';
import type { EnrolmentView } from '../../src/loudspeakers/loudspeaker.view.ts';
import type { Caller } from './caller.ts';
import { jsonLine, Program } from './program.ts';

export type Sounding = WavNote & { readonly path: string };

const wavHeaderBytes = 44;

/** The agent at one pole, as a process that plays into WAV files. */
export class Pole {
  private program: Program | null = null;
  /** Files that are known to hold more than silence. */
  private readonly heard = new Set<string>();

  constructor(
    readonly id: string,
    readonly name: string,
    private readonly directory: string,
    private readonly extra: readonly string[] = [],
    /** Another build than the one under test: a mutant. */
    private readonly built?: string,
    private readonly env: NodeJS.ProcessEnv = {},
  ) {}

  /** Enrols a new box at this pole and starts it. */
  async enrol(technician: Caller): Promise<void> {
    const { link } = await technician.post<EnrolmentView>(`/api/loudspeakers/${this.id}/enrolment`);
    await this.start(['--enrol', link]);
  }

  /** Another box for the same pole, with its data elsewhere. */
  another(directory: string): Pole {
    return new Pole(this.id, this.name, directory, this.extra);
  }

  async start(more: readonly string[] = []): Promise<void> {
    this.program = await Program.start(
      `pole ${this.name}`,
      'devices/loudspeaker/loudspeaker.main.js',
      ['--data', this.box, '--sink', `wav:${this.soundDirectory}`, ...this.extra, ...more],
      { logPath: this.logPath, built: this.built, env: this.env },
    );
    await this.program.ready(this.program.line((line) => jsonLine(line), 60_000));
    // As systemd does: a technician ordered it.
    void this.program.exited.then((code) => (code === restartExitCode ? this.start() : undefined));
  }

  /** The box's data directory. */
  get box(): string {
    return join(this.directory, 'box');
  }

  get logPath(): string {
    return join(this.directory, 'agent.log');
  }

  get soundDirectory(): string {
    return join(this.directory, 'sound');
  }

  /** What its simulated wires were switched to, the oldest first; of a box with `--pins sim:` in its own directory. */
  async switched(output: Output): Promise<Switched[]> {
    const lines = await readFile(join(this.directory, 'pins', 'outputs.jsonl'), 'utf8').catch(() => '');
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Switched)
      .filter((each) => each.output === output);
  }

  /** The programme that it keeps on its disk; null where it keeps none yet. */
  async keptProgramme(): Promise<Programme | null> {
    const text = await readFile(join(this.box, 'programme.json'), 'utf8').catch(() => null);
    if (text === null) return null;
    const kept = JSON.parse(text) as { envelope: string };
    const { payload } = JSON.parse(kept.envelope) as { payload: string };
    return JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as Programme;
  }

  /** Whether these sounds lie on its disk, each whole and proved. */
  async holds(sha256s: readonly string[]): Promise<boolean> {
    const names = new Set(await readdir(join(this.box, 'audio')).catch(() => []));
    return sha256s.every((sha256) => names.has(`${sha256}.json`));
  }

  /** What this pole really played, by its sink's own clock, the oldest first. */
  async soundings(): Promise<Sounding[]> {
    const names = await readdir(this.soundDirectory).catch(() => []);
    const notes = await Promise.all(
      names
        .filter((name) => name.endsWith('.json'))
        .map(async (name) => JSON.parse(await readFile(join(this.soundDirectory, name), 'utf8')) as WavNote),
    );
    const all = notes.map((note) => ({ ...note, path: join(this.soundDirectory, note.file) }));
    const heard = await Promise.all(all.map(({ path }) => this.isHeard(path)));
    return all.filter((_, index) => heard[index]).sort((a, b) => a.startedAt - b.startedAt);
  }

  /** A sink opens a little ahead: where the order is taken back by then, it has heard nothing. */
  private async isHeard(path: string): Promise<boolean> {
    if (this.heard.has(path)) return true;
    const samples = (await readFile(path).catch(() => Buffer.alloc(0))).subarray(wavHeaderBytes);
    if (samples.some((byte) => byte !== 0)) this.heard.add(path);
    return this.heard.has(path);
  }

  signal(signal: NodeJS.Signals): void {
    this.program?.kill(signal);
  }

  get isRunning(): boolean {
    return this.program?.isRunning === true;
  }

  /** The power is cut. */
  async kill(): Promise<void> {
    this.program?.kill('SIGKILL');
    await this.program?.exited;
  }

  async stop(): Promise<void> {
    await this.program?.stop();
  }
}
