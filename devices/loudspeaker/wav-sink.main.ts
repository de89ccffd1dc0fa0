/**
 * Stands in for a sound card, as a program of its own: `wav-sink.main DIRECTORY < frames`. It knows no programme. What
 * it is given sounds, like on a card, 60 ms after the first frame, gapless as long as frames come in time, and after
 * a gap again 60 ms after the next frame; the silence in between is written as it would be heard. So what the files
 * say is when each sample was really audible, by this program's own clock.
 *
 * Each sounding is `sound-{ms}.wav` with `sound-{ms}.json` beside it (`WavNote`), written when it begins and again
 * when it ends; frames that rest for half a second end it.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { WavNote } from './wav-note.ts';
import { sampleRate } from './pcm-format.ts';

const latencyMs = 60;
const restMs = 500;

interface Sounding {
  readonly file: number;
  readonly note: WavNote & { underruns: { at: number; seconds: number }[] };
  samples: number;
}

const directory = process.argv[2] ?? '.';
mkdirSync(directory, { recursive: true });
let sounding: Sounding | null = null;
let half = Buffer.alloc(0);
/** The wall clock, carried on by the monotonic one within a sounding so that it has fractions and cannot jump. */
let wallBase = 0;

const now = (): number => wallBase + performance.now();
const soundsUntil = (of: Sounding): number => of.note.startedAt + (of.samples * 1_000) / sampleRate;

function begin(at: number): Sounding {
  const name = `sound-${Math.round(at)}`;
  const file = openSync(join(directory, `${name}.wav`), 'w');
  writeSync(file, header(0));
  const note = { file: `${name}.wav`, startedAt: at, sampleRate, seconds: 0, complete: false, underruns: [] };
  const fresh: Sounding = { file, note, samples: 0 };
  write(fresh);
  return fresh;
}

function write(of: Sounding): void {
  const path = join(directory, of.note.file.replace(/wav$/, 'json'));
  writeFileSync(`${path}.draft`, JSON.stringify(of.note));
  renameSync(`${path}.draft`, path);
}

function append(of: Sounding, bytes: Buffer): void {
  writeSync(of.file, bytes);
  of.samples += bytes.length / 2;
}

function end(of: Sounding): void {
  writeSync(of.file, header(of.samples * 2), 0, 44, 0);
  fsyncSync(of.file);
  closeSync(of.file);
  write({ ...of, note: { ...of.note, seconds: of.samples / sampleRate, complete: true } });
}

function header(bytes: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + bytes, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(sampleRate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(bytes, 40);
  return head;
}

process.stdin.on('data', (chunk: Buffer) => {
  if (sounding === null) wallBase = Date.now() - performance.now();
  const at = now();
  const bytes = Buffer.concat([half, chunk]);
  const whole = bytes.length - (bytes.length % 2);
  half = bytes.subarray(whole);
  sounding ??= begin(at + latencyMs);
  const late = at - soundsUntil(sounding);
  if (late > 0) {
    const silent = Math.round(((late + latencyMs) * sampleRate) / 1_000);
    sounding.note.underruns.push({ at: soundsUntil(sounding), seconds: silent / sampleRate });
    append(sounding, Buffer.alloc(silent * 2));
  }
  append(sounding, bytes.subarray(0, whole));
});
process.stdin.on('end', () => {
  if (sounding !== null) end(sounding);
  process.exit(0);
});
// The box's own signals end the box; its sink ends when the pipe does.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

setInterval(() => {
  if (sounding === null || now() < soundsUntil(sounding) + restMs) return;
  end(sounding);
  sounding = null;
}, 100);
