import { appendFileSync, mkdirSync, readFileSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { inputs, outputs, Pins } from './pins.ts';
import type { Input, Output } from './pins.ts';

/** One line of `outputs.jsonl`: at `at` (ms since 1970) an output was switched. */
export interface Switched {
  readonly at: number;
  readonly output: Output;
  readonly on: boolean;
}

/**
 * Wires in a directory: outputs are noted in `outputs.jsonl`; an input is a file of its name that holds 1 or 0. Where
 * there is no file `sense` follows the relay (an amplifier that works), nobody presses the button, and mains are there.
 */
export class SimulatedPins extends Pins {
  readonly wired = new Set<Output | Input>([...outputs, ...inputs]);
  readonly fault = null;
  private readonly states = new Map<Output, boolean>();
  private readonly felt = new Map<Input, boolean>();
  private readonly watchers: ((input: Input, on: boolean) => void)[] = [];
  private readonly files: FSWatcher;

  constructor(private readonly directory: string) {
    super();
    mkdirSync(directory, { recursive: true });
    this.files = watch(directory, () => this.look());
  }

  set(output: Output, on: boolean): void {
    if (this.states.get(output) === on) return;
    this.states.set(output, on);
    const line: Switched = { at: Date.now(), output, on };
    appendFileSync(join(this.directory, 'outputs.jsonl'), `${JSON.stringify(line)}\n`);
    this.look();
  }

  watch(felt: (input: Input, on: boolean) => void): void {
    this.watchers.push(felt);
    this.felt.clear();
    this.look();
  }

  close(): Promise<void> {
    this.files.close();
    for (const output of outputs) if (this.states.get(output) === true) this.set(output, false);
    return Promise.resolve();
  }

  private look(): void {
    for (const input of inputs) {
      const on = this.read(input);
      if (this.felt.get(input) === on) continue;
      this.felt.set(input, on);
      for (const tell of this.watchers) tell(input, on);
    }
  }

  private read(input: Input): boolean {
    try {
      return readFileSync(join(this.directory, input), 'utf8').trim() === '1';
    } catch {
      return input === 'mains' || (input === 'sense' && this.states.get('relay') === true);
    }
  }
}
