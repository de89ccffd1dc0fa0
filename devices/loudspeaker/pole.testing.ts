import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { v7 } from 'uuid';
import { programBeside } from '../../src/base/program.ts';
import { StandInService } from '../link/service.testing.ts';
import { airingId } from '../protocol/airing-id.ts';
import type { AudioRef, Programme, Receipt } from '../protocol/pole-messages.ts';
import type { Switched } from './pins.simulated.ts';
import type { WavNote } from './wav-note.ts';

const require = createRequire(import.meta.url);
const { path: ffmpeg } = require('@ffmpeg-installer/ffmpeg') as { path: string };

/** A stand-in service, and the real agent as a process with simulated wires, in a directory of its own. */
export class TestPole {
  agent: ChildProcess | null = null;
  /** What is started: the agent of this tree, unless told. */
  program = programBeside(import.meta.url, './loudspeaker.main');
  private lastNumber = 0;

  private constructor(
    readonly directory: string,
    readonly service: StandInService,
  ) {}

  static async set(): Promise<TestPole> {
    return new TestPole(await mkdtemp(join(tmpdir(), 'pole-')), await StandInService.start());
  }

  get wires(): string {
    return join(this.directory, 'wires');
  }

  async clear(): Promise<void> {
    await this.end('SIGKILL');
    await this.service.stop();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** @returns the agent's first line */
  async start(words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
    const { file, execArgv } = this.program;
    const all = [
      ...['--data', join(this.directory, 'data'), '--sink', `wav:${join(this.directory, 'wavs')}`],
      ...['--pins', `sim:${this.wires}`, ...words],
    ];
    const child = spawn(process.execPath, [...execArgv, file, ...all], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', process.env['SHOW_LOG'] === undefined ? 'ignore' : 'inherit'],
    });
    this.agent = child;
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return JSON.parse(line) as Record<string, unknown>;
  }

  /** Waits until the agent is gone. @param signal null where it ends by itself @returns its exit code */
  async end(signal: NodeJS.Signals | null): Promise<number | null> {
    const { agent } = this;
    this.agent = null;
    if (agent === null || agent.exitCode !== null || agent.signalCode !== null)
      return agent?.exitCode ?? null;
    const closed = once(agent, 'close');
    if (signal !== null) agent.kill(signal);
    const [code] = (await closed) as [number | null];
    return code;
  }

  /** As Opus. */
  tone(seconds: number): AudioRef {
    const path = join(this.directory, `${seconds}.opus`);
    const tone = `sine=frequency=600:duration=${seconds}`;
    execFileSync(ffmpeg, [
      '-y',
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      tone,
      '-c:a',
      'libopus',
      '-b:a',
      '32k',
      path,
    ]);
    const bytes = execFileSync('cat', [path]);
    return this.service.addAudio(bytes, seconds);
  }

  programme(items: Programme['items']): Programme {
    const now = Date.now();
    this.lastNumber = Math.max(this.lastNumber + 1, now);
    return {
      ...{ v: 1, commune: this.service.commune, pole: this.service.asset, number: this.lastNumber },
      ...{ issuedAt: now, untilAt: now + 7 * 86_400_000, offsetMs: 0, items },
      volume: { regular: 100, priority: 100, emergency: 100 },
      ...{ emergencies: [], orderNumber: 0, silencedAt: 0, revokedKeys: [], prepared: [] },
    };
  }

  /** Waits until the pole has these, decoded: what is scheduled next need not be fetched first, however slow the machine. */
  async hold(...prepared: AudioRef[]): Promise<void> {
    const programme = { ...this.programme([]), prepared };
    await this.service.publishProgramme(programme);
    await this.service.untilReceipt(
      (each) => each.state === 'held' && each.number === programme.number && each.ready === each.of,
    );
  }

  item(startAt: number, audio: AudioRef): Programme['items'][number] {
    const broadcast = v7();
    const airing = airingId(broadcast, String(startAt), 0, this.service.asset);
    return {
      ...{ airing, broadcast, priority: 'regular', startAt, startBy: startAt + 60_000, audio },
      ...{ cutsAt: null, endBy: startAt + 120_000, afterCut: 'drop', after: null },
    };
  }

  /** Resolves with the receipt that says this of the airing. */
  untilAiring(airing: string, state: Receipt['state']): Promise<Receipt> {
    return this.service.untilReceipt(
      (receipt) => receipt.kind === 'airing' && receipt.airing === airing && receipt.state === state,
    );
  }

  async switched(output: Switched['output']): Promise<Switched[]> {
    const text = await readFile(join(this.wires, 'outputs.jsonl'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Switched).filter((each) => each.output === output);
  }

  /** What a sink has heard to its end, in order; waits until there are so many. */
  async sounds(directory: 'wavs' | 'monitor', atLeast = 0): Promise<WavNote[]> {
    const path = join(this.directory, directory);
    for (;;) {
      const names = (await readdir(path).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
      const notes = await Promise.all(
        names.map(async (name) => JSON.parse(await readFile(join(path, name), 'utf8')) as WavNote),
      );
      const whole = notes.filter(({ complete }) => complete);
      if (whole.length >= atLeast) return whole;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
