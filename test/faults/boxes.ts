import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnrolAnswer } from '../../devices/protocol/enrolment-messages.ts';
import { Crowd } from '../load/poles/crowd.ts';
import { turnClock, turnedEnvironment } from '../stage/clock-turner.ts';
import { jsonLine, Program, until } from '../stage/program.ts';
import type { HeardByBox } from './boxes.main.ts';
import type { Town } from './town.ts';

/** Real boxes, many to a process: for figures that would take hours with one process each. */
export class Boxes {
  private constructor(
    private readonly programs: readonly Program[],
    private readonly clockPaths: readonly string[],
  ) {}

  /**
   * Written into the books as enrolled ones, beside a pole of the town that is one. The service starts anew for it.
   * @param mqttPort where their lines lead; the broker's own where it is left out
   */
  static async put(town: Town, count: number, processes: number, mqttPort?: number): Promise<Boxes> {
    const [pole] = town.poles;
    if (pole === undefined) throw new Error('A town with a pole is needed');
    const { boxes } = await Crowd.found(town, count);
    const model = JSON.parse(await readFile(join(pole.box, 'enrolment.json'), 'utf8')) as EnrolAnswer;
    const directories: string[] = [];
    for (const { asset, box, secret, keyId, publicKey, privateKey } of boxes) {
      const directory = join(town.directory, 'boxes', asset);
      await mkdir(directory, { recursive: true });
      const keys = { kind: 'loudspeaker', keyId, publicKey, privateKey, sealing: null };
      const mqtt = mqttPort === undefined ? model.mqtt : `mqtt://127.0.0.1:${mqttPort}`;
      const enrolment: EnrolAnswer = { ...model, asset, box, mqttSecret: secret, mqtt, membership: '' };
      await writeFile(join(directory, 'keys.json'), JSON.stringify(keys));
      await writeFile(join(directory, 'enrolment.json'), JSON.stringify(enrolment));
      directories.push(directory);
    }
    const share = Math.ceil(count / processes);
    const clockPaths: string[] = [];
    const programs: Program[] = [];
    for (let index = 0; index < processes; index += 1) {
      const path = (what: string): string => join(town.directory, 'boxes', `${index}.${what}`);
      await writeFile(path('json'), JSON.stringify(directories.slice(index * share, (index + 1) * share)));
      turnClock(path('clock'), { offsetMs: 0, ppm: 0 });
      clockPaths.push(path('clock'));
      const options = { logPath: path('log'), env: turnedEnvironment(path('clock')) };
      programs.push(
        await Program.start(`boxes ${index}`, 'test/faults/boxes.main.js', [path('json')], options),
      );
    }
    const isRunning = (line: string): true | undefined => jsonLine(line)?.event === 'running' || undefined;
    await Promise.all(programs.map((program) => program.line(isRunning, 300_000)));
    return new Boxes(programs, clockPaths);
  }

  get processes(): number {
    return this.programs.length;
  }

  /** Somebody sets the clock of a machine, and with it of all its boxes, by so much from true time. */
  setClock(index: number, offsetMs: number): void {
    turnClock(this.clockPaths[index] ?? '', { offsetMs, ppm: 0 });
    this.programs[index]?.kill('SIGUSR2');
  }

  /** What their sinks have heard so far, and what they refused. */
  async heard(): Promise<HeardByBox[]> {
    const all = await Promise.all(
      this.programs.map((program) => {
        const before = program.printed.length;
        const told = until(
          'boxes to tell what they heard',
          () =>
            program.printed
              .slice(before)
              .map((line) => jsonLine(line))
              .find((line) => line?.event === 'heard')?.boxes as HeardByBox[] | undefined,
          { timeoutMs: 60_000 },
        );
        program.kill('SIGUSR1');
        return told;
      }),
    );
    return all.flat();
  }

  async stop(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.stop()));
  }
}
