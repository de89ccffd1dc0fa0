import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { programBeside } from '../../src/base/program.ts';
import { GpioPins } from './pins.gpio.ts';
import { SimulatedPins } from './pins.simulated.ts';
import { readWiring } from './pins.ts';
import type { Pins } from './pins.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pins-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function until(holds: () => boolean): Promise<void> {
  const endMs = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** libgpiod's tools by their documented command lines, on a "chip" that is a directory: one file a line. */
function layTools(version: '1' | '2'): void {
  const chip = `${directory}/$chip`;
  const tools = {
    gpioset: `#!/bin/sh
[ "$1" = --version ] && { echo 'gpioset (libgpiod) v${version === '1' ? '1.6.3' : '2.2.1'}'; exit; }
low=0; chip=; mode=
while [ $# -gt 1 ]; do case $1 in --active-low) low=1;; -c) chip=$2; shift;; --mode=signal) mode=1;; *) chip=$1;; esac; shift; done
[ ${version} = 1 ] && [ -z "$mode" ] && exit 1
line=\${1%%=*}; value=\${1##*=}
[ $low = 1 ] && value=$((1 - value))
echo "$value" > "${chip}-$line"
exec sleep 1000
`,
    gpioget: `#!/bin/sh
low=0; chip=
while [ $# -gt 1 ]; do case $1 in --active-low) low=1;; --numeric) ;; -c) chip=$2; shift;; *) chip=$1;; esac; shift; done
value=$(cat "${chip}-$1")
[ $low = 1 ] && value=$((1 - value))
echo "$value"
`,
    gpiomon: `#!/bin/sh
low=0; chip=
while [ $# -gt 1 ]; do case $1 in --active-low) low=1;; --format*|--edges*|--line-buffered) ;; -c) chip=$2; shift;; *) chip=$1;; esac; shift; done
last=$(cat "${chip}-$1")
while :; do
  now=$(cat "${chip}-$1")
  if [ "$now" != "$last" ]; then
    last=$now
    [ $low = 1 ] && now=$((1 - now))
    if [ "$now" = 1 ]; then echo 1; else echo ${version === '1' ? '0' : '2'}; fi
  fi
  sleep 0.02
done
`,
  };
  for (const [name, text] of Object.entries(tools)) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o755);
  }
}

interface Bench {
  open(): Pins;
  relay(): boolean | null;
  lay(input: 'sense' | 'button', on: boolean): void;
}

const simulated = (): Bench => ({
  open: () => new SimulatedPins(directory),
  relay: () => {
    const lines = readFileSync(join(directory, 'outputs.jsonl'), 'utf8').trim().split('\n');
    return (JSON.parse(lines.at(-1) ?? '{}') as { on: boolean }).on;
  },
  lay: (input, on) => writeFileSync(join(directory, input), on ? '1' : '0'),
});

function gpio(version: '1' | '2'): Bench {
  layTools(version);
  for (const line of ['27', '22']) writeFileSync(join(directory, `gpiochip0-${line}`), '0');
  writeFileSync(join(directory, 'gpiochip0-22'), '1');
  return {
    open: () => {
      const wiring = readWiring('gpio:gpiochip0,relay=17,sense=27,button=22!');
      if (wiring.body !== 'gpio') throw new Error('unreachable');
      return new GpioPins(wiring.chip, wiring.wires);
    },
    relay: () => {
      const file = join(directory, 'gpiochip0-17');
      return existsSync(file) ? readFileSync(file, 'utf8').trim() === '1' : null;
    },
    // The button pulls its line to ground.
    lay: (input, on) => {
      const value = input === 'button' ? !on : on;
      // At once: read between its two steps, a file that is written is empty, and a line has always a level.
      writeFileSync(join(directory, 'next'), value ? '1' : '0');
      renameSync(join(directory, 'next'), join(directory, `gpiochip0-${input === 'sense' ? 27 : 22}`));
    },
  };
}

describe.each([
  ['simulated', simulated],
  ['libgpiod 1.6', () => gpio('1')],
  ['libgpiod 2.2', () => gpio('2')],
] as const)('%s', (_, bench) => {
  const path = process.env['PATH'];
  beforeEach(() => {
    process.env['PATH'] = `${directory}:${path ?? ''}`;
  });
  afterEach(() => {
    process.env['PATH'] = path;
  });

  test('switches its relay, tells each change of its inputs, and lets everything go at the end', async () => {
    const wires = bench();
    const pins = wires.open();
    const felt = new Map<string, boolean>();
    wires.lay('sense', false);
    pins.watch((input, on) => felt.set(input, on));
    await until(() => felt.get('sense') === false && felt.get('button') === false);
    pins.set('relay', true);
    await until(() => wires.relay() === true);
    // Its monitor may still be starting.
    for (const on of [true, false, true]) {
      await until(() => {
        wires.lay('sense', on);
        return felt.get('sense') === on;
      });
    }
    wires.lay('button', true);
    await until(() => felt.get('button') === true);
    expect(pins.fault).toBeNull();
    await pins.close();
    expect(wires.relay()).toBe(false);
  });
});

test('kill -9 of whoever held the relay: it goes off', async () => {
  layTools('1');
  const program = join(directory, 'holder.mjs');
  const { file } = programBeside(import.meta.url, './pins.gpio');
  writeFileSync(
    program,
    `import { GpioPins } from ${JSON.stringify(file)};
     const pins = new GpioPins('gpiochip0', new Map([['relay', { line: '17', inverted: false }]]));
     pins.set('relay', true); setInterval(() => {}, 1000);`,
  );
  const { execArgv } = programBeside(import.meta.url, './pins.gpio');
  const holder = spawn(process.execPath, [...execArgv, program], {
    env: { ...process.env, PATH: `${directory}:${process.env['PATH'] ?? ''}` },
    stdio: 'ignore',
  });
  const relay = join(directory, 'gpiochip0-17');
  const is = (value: string): boolean => existsSync(relay) && readFileSync(relay, 'utf8').trim() === value;
  await until(() => is('1'));
  const closed = once(holder, 'close');
  holder.kill('SIGKILL');
  await closed;
  await until(() => is('0'));
}, 60_000);

test('what is no wiring is refused with what is wrong', () => {
  expect(readWiring('none')).toEqual({ body: 'none' });
  expect(readWiring('sim:/a/b')).toEqual({ body: 'simulated', directory: '/a/b' });
  expect(readWiring('gpio:gpiochip0,relay=17!,led=ACT')).toMatchObject({
    chip: 'gpiochip0',
    wires: new Map([
      ['relay', { line: '17', inverted: true }],
      ['led', { line: 'ACT', inverted: false }],
    ]),
  });
  for (const text of ['', 'gpio:', 'gpio:gpiochip0,horn=1', 'gpio:gpiochip0,relay=x', 'gpio:c;rm,relay=1'])
    expect(() => readWiring(text)).toThrow('--pins');
  expect(() => readWiring('gpio:gpiochip0,relay=1,relay=2')).toThrow('twice');
});

test('without the tools a wire is a fault, not a crash', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = directory;
  try {
    const pins = new GpioPins('gpiochip0', new Map([['sense', { line: '27', inverted: false }]]));
    pins.watch(() => undefined);
    await until(() => pins.fault?.includes('ENOENT') === true);
    await pins.close();
  } finally {
    process.env['PATH'] = path;
  }
});
