import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built } from './program.ts';
import type { Turned } from './turned-clock.ts';

/** Sets the clock file of a process. One that runs already looks at it again at SIGUSR2. */
export function turnClock(path: string, turned: Turned): void {
  // Whole at any instant: one that is busy may still be on its way to read what it was told of before.
  writeFileSync(`${path}.draft`, JSON.stringify(turned));
  renameSync(`${path}.draft`, path);
}

/** With these a program of ours starts with its clocks turned; see `turned-clock.ts`. */
export function turnedEnvironment(path: string): Record<string, string> {
  const preload = pathToFileURL(join(built, 'test', 'stage', 'turned-clock.js')).href;
  return { NODE_OPTIONS: `--import ${preload}`, TURNED_CLOCK: path };
}
