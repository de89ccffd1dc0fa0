import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Pins } from './pins.ts';
import type { Input, Output, Wire } from './pins.ts';

const retryMs = 2_000;

/**
 * Holds one output line: takes 1 and 0, a line each, and where its input ends, however the box's process died, the line
 * goes off. It is deaf to the signals that end a whole group: the end of the input is what counts.
 * $1 chip, $2 line, $3 version of the tools, $4 `--active-low` or nothing.
 */
const holdLine = `
trap '' TERM INT HUP
held=
hold() {
  if [ -n "$held" ]; then kill -9 "$held"; wait "$held"; fi
  if [ "$tools" = 2 ]; then gpioset $low -c "$chip" "$line=$1" </dev/null &
  else gpioset $low --mode=signal "$chip" "$line=$1" </dev/null &
  fi
  held=$!
}
chip=$1 line=$2 tools=$3 low=$4
hold 0
while read -r value; do
  if [ "$value" = 1 ]; then hold 1; else hold 0; fi
done
hold 0
sleep 0.2
kill -9 "$held"
`;

/**
 * A GPIO header through libgpiod's own tools (`apt install gpiod`): Node has no ioctl, and the bindings on npm want a
 * compiler on the pole. Each input is a `gpiomon`; the relay is held by a shell that outlives a killed agent by the
 * moment that it takes to switch off. The lamp is a kernel LED: it blinks all day, and a file is cheaper than a process.
 */
export class GpioPins extends Pins {
  readonly wired: ReadonlySet<Output | Input>;
  private readonly troubles = new Map<string, string>();
  private readonly children = new Set<ChildProcess>();
  private relay: ChildProcess | null = null;
  private isRelayOn = false;
  private closed = false;
  /** libgpiod 2 took new options. */
  private readonly isTwo = /\bv2\./.test(
    String(spawnSync('gpioset', ['--version'], { env: process.env }).stdout),
  );

  constructor(
    private readonly chip: string,
    private readonly wires: ReadonlyMap<Output | Input, Wire>,
    private readonly leds = '/sys/class/leds',
  ) {
    super();
    this.wired = new Set(wires.keys());
    const relay = wires.get('relay');
    if (relay !== undefined) this.holdRelay(relay);
    this.writeLed('trigger', 'none');
  }

  get fault(): string | null {
    return [...this.troubles.values()][0] ?? null;
  }

  set(output: Output, on: boolean): void {
    if (output === 'led') {
      this.writeLed('brightness', on === this.wires.get('led')?.inverted ? '0' : '1');
      return;
    }
    this.isRelayOn = on;
    this.tellRelay();
  }

  watch(felt: (input: Input, on: boolean) => void): void {
    for (const input of ['sense', 'button', 'mains'] as const) {
      const wire = this.wires.get(input);
      if (wire !== undefined) this.follow(input, wire, (on) => felt(input, on));
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.writeLed('brightness', '0');
    const ended = [...this.children].map((child) => once(child, 'close'));
    for (const child of this.children) {
      if (child === this.relay) child.stdin?.end();
      else child.kill('SIGTERM');
    }
    const patience = setTimeout(() => {
      for (const child of this.children) child.kill('SIGKILL');
    }, 1_500);
    await Promise.all(ended);
    clearTimeout(patience);
  }

  private holdRelay({ line, inverted }: Wire): void {
    const words = [this.chip, line, this.isTwo ? '2' : '1', inverted ? '--active-low' : ''];
    const child = spawn('/bin/sh', ['-c', holdLine, 'hold-line', ...words], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: process.env,
    });
    this.relay = child;
    // A closed pipe is told by `close` as well.
    child.stdin.on('error', () => undefined);
    this.keep('relay', child, () => this.holdRelay({ line, inverted }));
    this.tellRelay();
  }

  private tellRelay(): void {
    if (this.relay?.stdin?.writable === true) this.relay.stdin.write(this.isRelayOn ? '1\n' : '0\n');
  }

  /** Its state by `gpioget`, then its edges. What changes between the two is told by the next edge. */
  private follow(input: Input, wire: Wire, felt: (on: boolean) => void): void {
    const { isTwo } = this;
    const low = wire.inverted ? ['--active-low'] : [];
    const at = isTwo ? ['-c', this.chip, wire.line] : [this.chip, wire.line];
    const asked = spawn('gpioget', [...low, ...(isTwo ? ['--numeric'] : []), ...at], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: process.env,
    });
    createInterface(asked.stdout).on('line', (text) => felt(text.trim() === '1'));
    asked.once('error', (error) => this.troubles.set(input, error.message));
    asked.once('close', () => {
      if (this.closed) return;
      // 1 is a rising edge in both; a falling one is 0 in libgpiod 1 and 2 in libgpiod 2.
      const form = ['--format=%e', ...(isTwo ? ['--edges=both'] : ['--line-buffered'])];
      const child = spawn('gpiomon', [...low, ...form, ...at], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: process.env,
      });
      createInterface(child.stdout).on('line', (text) => felt(text.trim() === '1'));
      this.keep(input, child, () => this.follow(input, wire, felt));
    });
  }

  /** Started again when it ends, and its trouble told until it runs. */
  private keep(name: string, child: ChildProcess, again: () => void): void {
    this.children.add(child);
    let isOver = false;
    const over = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      this.children.delete(child);
      if (this.closed) return;
      this.troubles.set(name, `${name}: ${reason}`);
      setTimeout(() => {
        if (!this.closed) again();
      }, retryMs).unref();
    };
    child.once('spawn', () => this.troubles.delete(name));
    child.once('error', (error) => over(error.message));
    child.once('close', (code) => over(`ended with ${String(code)}`));
  }

  private writeLed(file: 'trigger' | 'brightness', value: string): void {
    const led = this.wires.get('led');
    if (led === undefined) return;
    try {
      writeFileSync(`${this.leds}/${led.line}/${file}`, value);
      this.troubles.delete('led');
    } catch (error) {
      this.troubles.set('led', `led: ${(error as Error).message}`);
    }
  }
}
