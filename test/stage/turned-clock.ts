/**
 * Turns every clock of the process that loads it (`node --import`) before anything else runs: its wall clock is off,
 * its crystal too fast or too slow. TURNED_CLOCK names a JSON file `{ offsetMs, ppm }`; SIGUSR2 has it read again, which
 * is somebody setting the clock, or hours that go by (`passedMs`). What this process starts has true clocks.
 */
import { readFileSync } from 'node:fs';

export interface Turned {
  /** Added to the wall clock (ms). */
  readonly offsetMs: number;
  /** How much faster than true time both clocks run, in millionths. */
  readonly ppm: number;
  /** Time that has gone by while nothing ran (ms), on both clocks. Timers do not fall due by it. */
  readonly passedMs?: number;
}

const path = process.env.TURNED_CLOCK ?? '';
delete process.env.TURNED_CLOCK;
delete process.env.NODE_OPTIONS;

const read = (): Turned => JSON.parse(readFileSync(path, 'utf8')) as Turned;
let turned = read();

const TrueDate = Date;
const trueNow = Date.now.bind(Date);
const trueCounter = process.hrtime.bigint.bind(process.hrtime);
const truePerformance = performance.now.bind(performance);
const begun = { wall: trueNow(), counter: trueCounter(), performance: truePerformance() };

const passedMs = (): number => turned.passedMs ?? 0;
const wall = (): number =>
  Math.floor(begun.wall + (trueNow() - begun.wall) * (1 + turned.ppm / 1e6) + turned.offsetMs + passedMs());
process.hrtime.bigint = () => {
  const passed = trueCounter() - begun.counter;
  return (
    begun.counter + passed + BigInt(Math.round((Number(passed) * turned.ppm) / 1e6) + passedMs() * 1_000_000)
  );
};
performance.now = () =>
  begun.performance + (truePerformance() - begun.performance) * (1 + turned.ppm / 1e6) + passedMs();
globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args: unknown[]) =>
    Reflect.construct(target, args.length === 0 ? [wall()] : args) as Date,
  get: (target, name, receiver) => (name === 'now' ? wall : (Reflect.get(target, name, receiver) as unknown)),
});
process.on('SIGUSR2', () => {
  turned = read();
});
