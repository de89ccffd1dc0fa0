/** What the box switches: the relay before the amplifier, and its lamp. */
export const outputs = ['relay', 'led'] as const;
export type Output = (typeof outputs)[number];
/** What it feels: sound behind the amplifier, somebody's finger, whether mains are there. */
export const inputs = ['sense', 'button', 'mains'] as const;
export type Input = (typeof inputs)[number];

/** The wires between the box and the pole: a port with two bodies, a header of GPIO pins and a simulated one. */
export abstract class Pins {
  /** What is wired at all. */
  abstract readonly wired: ReadonlySet<Output | Input>;
  /** What is wrong with a wire now, or null. */
  abstract readonly fault: string | null;

  /** Never blocks and never throws. An output that is not wired is nothing. When the process dies they fall off. */
  abstract set(output: Output, on: boolean): void;

  /** Tells each wired input's state soon, then each change. */
  abstract watch(felt: (input: Input, on: boolean) => void): void;

  /** Everything off. */
  abstract close(): Promise<void>;
}

/** A box without wires: nothing is switched and nothing felt. */
export class NoPins extends Pins {
  readonly wired = new Set<Output | Input>();
  readonly fault = null;

  set(): void {
    // Nothing is wired.
  }

  watch(): void {
    // Nothing is wired.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One line of a GPIO chip. */
export interface Wire {
  /** Offset on the chip; for the lamp, the name of a kernel LED (`/sys/class/leds/NAME`). */
  readonly line: string;
  /** On is low. */
  readonly inverted: boolean;
}

export type Wiring =
  | { readonly body: 'none' }
  | { readonly body: 'simulated'; readonly directory: string }
  | {
      readonly body: 'gpio';
      readonly chip: string;
      readonly wires: ReadonlyMap<Output | Input, Wire>;
    };

/**
 * `none`, `sim:DIR`, or `gpio:CHIP,relay=17,sense=27,led=NAME,button=22,mains=23`: only what is named is wired, `!`
 * behind a line says that on is low (`relay=17!`).
 * @throws Error saying what cannot be read
 */
export function readWiring(text: string): Wiring {
  if (text === 'none') return { body: 'none' };
  const [, body, rest = ''] = /^(sim|gpio):(.+)$/.exec(text) ?? [];
  if (body === 'sim') return { body: 'simulated', directory: rest };
  const [chip, ...named] = rest.split(',');
  if (body !== 'gpio' || chip === undefined || !/^\w+$/.test(chip))
    throw new Error(`--pins ${text}: none, sim:DIR or gpio:CHIP,relay=17,…`);
  const known: readonly string[] = [...outputs, ...inputs];
  const wires = new Map<Output | Input, Wire>();
  for (const each of named) {
    const [, name = '', line = '', inverted = ''] = /^(\w+)=([\w:-]+)(!?)$/.exec(each) ?? [];
    const isRead = name === 'led' ? line !== '' : /^\d+$/.test(line);
    if (!known.includes(name) || !isRead) throw new Error(`--pins: ${each} is no wire`);
    if (wires.has(name as Output)) throw new Error(`--pins: ${name} is wired twice`);
    wires.set(name as Output, { line, inverted: inverted === '!' });
  }
  return { body: 'gpio', chip, wires };
}
