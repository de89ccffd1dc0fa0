/**
 * Many boxes in one process, each with everything that a box has but a card of its own: directory, keys, memory, outbox,
 * link, cache and mixer. Its sink counts what would be audible, by a clock that nobody sets; all of them play one and the same sound.
 *
 *   boxes.main FILE      FILE holds the data directories, enrolled, as a list in JSON
 *
 * Prints JSON lines: `running` once all are, and at SIGUSR1 `heard` with what each has sounded and refused so far.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Identity } from '../../devices/link/identity.ts';
import { Outbox } from '../../devices/link/outbox.ts';
import { TrustedClock } from '../../devices/link/trusted-clock.ts';
import { Agent } from '../../devices/loudspeaker/agent.ts';
import { Amplifier } from '../../devices/loudspeaker/amplifier.ts';
import { findDecoder } from '../../devices/loudspeaker/decoder.ts';
import { NoPins } from '../../devices/loudspeaker/pins.ts';
import { Player } from '../../devices/loudspeaker/player.ts';
import { ReplayMemory } from '../../devices/loudspeaker/replay-memory.ts';

/** One beginning of the sound. */
export interface Heard {
  /** When its first sample was audible (ms since 1970, true time). */
  readonly at: number;
}

export interface HeardByBox {
  readonly asset: string;
  readonly sounds: readonly Heard[];
  /** Orders that it did not believe, by reason. */
  readonly refused: Readonly<Record<string, number>>;
}

/** So many samples tell the beginning of the one sound that these boxes play from everything in it. */
const headSamples = 400;
/** Between the starts of two boxes: each has its sounds decoded by a program. */
const startEveryMs = 250;

// Its wall clock is right when the process starts; what is set later does not move this.
const wallBase = Date.now() - performance.now();
const trueNow = (): number => wallBase + performance.now();

/**
 * Counts how often the sound begins, by its samples: however a busy machine tears it apart, its middle is not its
 * beginning. What it hears first is what all the others are held against.
 */
class CountingPlayer extends Player {
  readonly latencyMs = 60;
  readonly continuous = false;
  readonly fault = null;
  readonly sounds: Heard[] = [];
  private head: readonly number[] = [];
  /** The last samples, as many as may be the beginning of a head that goes on in the next frame. */
  private tail: readonly number[] = [];

  write(frame: Int16Array): void {
    const stream = [...this.tail, ...frame];
    this.tail = stream.slice(1 - headSamples);
    if (this.head.length === 0) {
      const from = stream.findIndex((sample) => sample !== 0);
      if (from === -1 || from + headSamples > stream.length) return;
      this.head = stream.slice(from, from + headSamples);
    }
    const { head } = this;
    for (let at = 0; at + headSamples <= stream.length; at += 1)
      if (head.every((sample, index) => sample === stream[at + index]))
        this.sounds.push({ at: trueNow() + this.latencyMs });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function start(directory: string): Promise<{ agent: Agent; heard: () => HeardByBox }> {
  const identity = await Identity.open(directory, 'loudspeaker');
  const { enrolment } = identity;
  if (enrolment === null) throw new Error(`${directory} is not enrolled`);
  const player = new CountingPlayer();
  const refused: Record<string, number> = {};
  const agent = await Agent.start({
    ...{ directory, identity, enrolment, player, modem: null, pinsFault: () => null },
    outbox: await Outbox.open(directory),
    memory: await ReplayMemory.open(directory, true),
    clock: new TrustedClock(),
    amplifier: new Amplifier(new NoPins(), { leadMs: 0 }),
    decoder,
    logTail: () => '',
    restart: () => undefined,
    log: (what, facts) => {
      const reason = String(facts?.reason);
      if (what === 'refused' && facts?.what === 'order') refused[reason] = (refused[reason] ?? 0) + 1;
      else
        process.stderr.write(
          `${JSON.stringify({ at: trueNow(), asset: enrolment.asset, what, ...facts })}\n`,
        );
    },
  });
  return { agent, heard: () => ({ asset: enrolment.asset, sounds: player.sounds, refused }) };
}

const decoder = await findDecoder(undefined);
const directories = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as string[];
const boxes: Awaited<ReturnType<typeof start>>[] = [];
for (const directory of directories) {
  boxes.push(await start(directory));
  await pause(startEveryMs);
}
process.on('SIGUSR1', () => say({ event: 'heard', boxes: boxes.map(({ heard }) => heard()) }));
process.on('SIGTERM', () => {
  void Promise.all(boxes.map(({ agent }) => agent.stop())).then(() => process.exit(0));
});
say({ event: 'running', count: boxes.length });
