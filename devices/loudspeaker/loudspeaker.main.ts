/**
 * The box on a pole. One process a pole:
 *
 *   loudspeaker.main --data DIR [--enrol LINK] [--sink wav:DIR | alsa[:device] | silent] [--also-aloud]
 *                    [--local-port N] [--trust-host-clock] [--ffmpeg PATH] [--enrol-file PATH]
 *                    [--pins none | sim:DIR | gpio:CHIP,relay=17,…] [--relay-lead-ms N]
 *                    [--sense-patience-seconds N]
 *                    [--modem linux[:INTERFACE] | simulated | none]
 *                    [--monitor alsa:DEVICE | wav:DIR] [--local-host ADDRESS]
 *   loudspeaker.main --off --pins …   switches everything off, for whoever finds the box dead
 *
 * Prints one line of JSON when it runs, and one when it ends; its log goes to standard error, and its end to `log.txt` in
 * the data directory. Ends with code 0 when it is told to, 75 when a technician ordered a restart (start it again), 1
 * or 2 when something is wrong.
 */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { enrolFromFile } from '../link/enrol-file.ts';
import { enrol } from '../link/enrolment.ts';
import { Identity } from '../link/identity.ts';
import { Outbox } from '../link/outbox.ts';
import { TrustedClock } from '../link/trusted-clock.ts';
import { Agent } from './agent.ts';
import { Amplifier } from './amplifier.ts';
import { senseTimes } from './amplifier-sense.ts';
import { notEnrolled } from './box-state.ts';
import { findDecoder } from './decoder.ts';
import { diagnosis } from './diagnosis.ts';
import { FrontPanel } from './front-panel.ts';
import { openLocalPage } from './local-page.ts';
import type { LocalPage } from './local-page.ts';
import { LogTail } from './log-tail.ts';
import { LinuxModem } from './modem.linux.ts';
import { SimulatedModem } from './modem.ts';
import type { Modem } from './modem.ts';
import { sampleRate } from './pcm-format.ts';
import { GpioPins } from './pins.gpio.ts';
import { SimulatedPins } from './pins.simulated.ts';
import { NoPins, readWiring } from './pins.ts';
import type { Pins } from './pins.ts';
import { alsaPlayer } from './player.alsa.ts';
import { BothPlayers } from './player.both.ts';
import { ProgramPlayer } from './player.program.ts';
import { SilentPlayer } from './player.silent.ts';
import type { Player } from './player.ts';
import { wavPlayer } from './player.wav.ts';
import { ReplayMemory } from './replay-memory.ts';
import { restartExitCode } from './tasks.ts';
import { SelfVoice } from './self-voice.ts';
import type { Spoken } from './self-voice.ts';
import { watchOver } from './watchdog.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    enrol: { type: 'string' },
    sink: { type: 'string', default: 'silent' },
    'also-aloud': { type: 'boolean', default: false },
    'local-port': { type: 'string' },
    'trust-host-clock': { type: 'boolean', default: false },
    ffmpeg: { type: 'string' },
    pins: { type: 'string', default: 'none' },
    'relay-lead-ms': { type: 'string', default: '250' },
    'sense-patience-seconds': { type: 'string', default: '' },
    'enrol-file': { type: 'string' },
    off: { type: 'boolean', default: false },
    modem: { type: 'string', default: 'none' },
    monitor: { type: 'string', default: 'none' },
    'local-host': { type: 'string', default: '127.0.0.1' },
  },
});

const tail = new LogTail();
const log = pino(
  { name: 'loudspeaker', level: process.env['LOG_LEVEL'] ?? 'info' },
  pino.multistream([
    { level: 'trace', stream: pino.destination(2) },
    { level: 'trace', stream: tail },
  ]),
);

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function playerOf(sink: string, aloud: boolean): { player: Player; sounds: string | null } {
  const [kind = '', ...rest] = sink.split(':');
  const where = rest.join(':');
  if (kind === 'alsa') return { player: alsaPlayer(where === '' ? 'default' : where), sounds: null };
  if (kind !== 'wav' && kind !== 'silent')
    throw new Error(`--sink ${sink}: wav:DIR, alsa[:device] or silent`);
  if (kind === 'wav' && where === '') throw new Error('--sink wav:DIR wants a directory');
  const sounds = kind === 'wav' ? resolve(where) : null;
  const quiet = sounds === null ? new SilentPlayer() : wavPlayer(sounds);
  return { player: aloud ? new BothPlayers(quiet, aloudPlayer()) : quiet, sounds };
}

function modemOf(told: string): Modem | null {
  const [kind = '', face] = told.split(':');
  if (kind === 'none' || kind === '') return null;
  if (kind === 'simulated') return new SimulatedModem();
  if (kind === 'linux') return new LinuxModem(face ?? null);
  throw new Error(`--modem ${told}: linux[:INTERFACE], simulated or none`);
}

/** The computer's own loudspeaker, by whichever of the usual programs is there. */
function aloudPlayer(): Player {
  if (spawnSync('paplay', ['--version']).status === 0) {
    const words = ['--raw', `--rate=${sampleRate}`, '--channels=1', '--format=s16le', '--latency-msec=60'];
    return new ProgramPlayer({ command: 'paplay', arguments: words, latencyMs: 60, continuous: false });
  }
  if (spawnSync('aplay', ['--version']).status === 0) return alsaPlayer();
  log.warn('neither paplay nor aplay is installed: nothing is heard aloud');
  return new SilentPlayer();
}

function pinsOf(text: string): Pins {
  const wiring = readWiring(text);
  if (wiring.body === 'none') return new NoPins();
  if (wiring.body === 'simulated') return new SimulatedPins(wiring.directory);
  return new GpioPins(wiring.chip, wiring.wires);
}

/** What is run at the end, in this order; a second call does nothing. */
function endOnSignals(steps: (() => Promise<void> | undefined)[]): (reason: string, code: number) => void {
  let ending = false;
  const end = (reason: string, code: number): void => {
    if (ending) return;
    ending = true;
    const patience = setTimeout(() => process.exit(1), 4_000);
    const finish = async (): Promise<void> => {
      for (const step of steps) await step();
      clearTimeout(patience);
      say({ event: 'ended', reason });
      process.exit(code);
    };
    finish().catch((error: unknown) => {
      log.error({ error: String(error) }, 'could not end in order');
      process.exit(1);
    });
  };
  process.on('SIGTERM', () => end('SIGTERM', 0));
  process.on('SIGINT', () => end('SIGINT', 0));
  process.on('uncaughtException', (error) => {
    log.error({ error: error.stack }, 'uncaught');
    end('uncaught', 1);
  });
  return end;
}

async function run(): Promise<void> {
  const pins = pinsOf(values.pins);
  if (values.off) {
    await pins.close();
    return;
  }
  if (values.data === undefined) throw new Error('--data DIR is missing');
  const directory = resolve(values.data);
  const modem = modemOf(values.modem);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await tail.open(directory);
  const amplifier = new Amplifier(pins, {
    leadMs: Number(values['relay-lead-ms']),
    // Empty where the wiring file is older than this program.
    times: {
      ...senseTimes,
      patienceMs: 1_000 * Number(values['sense-patience-seconds']) || senseTimes.patienceMs,
    },
  });
  const identity = await Identity.open(directory, 'loudspeaker');
  const started: { agent: Agent | null; page: LocalPage | null } = { agent: null, page: null };
  const voice = new SelfVoice(monitorOf(values.monitor), () => findDecoder(values.ffmpeg));
  const speak = async (): Promise<Spoken> => {
    const self = started.agent?.self;
    const state = self?.state() ?? notEnrolled(pins.fault);
    return voice.say(diagnosis(state, self?.itemsLeft ?? 0), () => self?.state().isPlaying === true);
  };
  const pressed = (): void => {
    speak().then(
      (spoken) => log.info({ spoken }, 'the button was pressed'),
      (error: unknown) => log.error({ error: String(error) }, 'it could not say how it is'),
    );
  };
  const panel = new FrontPanel(pins, amplifier, {
    state: () => notEnrolled(pins.fault),
    pressed,
    powerFails: () => undefined,
    powerIsBack: () => undefined,
  });
  const end = endOnSignals([
    () => {
      voice.hush();
      return started.agent?.stop();
    },
    () => started.page?.close(),
    async () => {
      amplifier.close();
      panel.close();
      await pins.close();
    },
    () => tail.settled(),
  ]);
  watchOver(
    () => started.agent?.stuck() ?? null,
    (what) => log.error({ what }, 'it does not come round: the watchdog is not fed'),
  );
  const enrolledNow = identity.enrolment === null;
  if (enrolledNow) {
    if (values.enrol !== undefined) await enrol(identity, values.enrol);
    else await enrolFromFile(identity, values['enrol-file'] ?? join(directory, 'enrol.txt'), told);
  }
  const { enrolment } = identity;
  if (enrolment === null) throw new Error('not enrolled');
  const memory = await ReplayMemory.open(directory, enrolledNow);
  if (memory.lost) log.warn('the replay memory is gone: nothing plays until the service has told its floors');
  const decoder = await findDecoder(values.ffmpeg);
  const clock = new TrustedClock();
  if (values['trust-host-clock']) clock.trustHost();
  const { player, sounds } = playerOf(values.sink, values['also-aloud']);
  const agent = await Agent.start({
    directory,
    identity,
    enrolment,
    outbox: await Outbox.open(directory),
    memory,
    clock,
    player,
    amplifier,
    pinsFault: () => pins.fault,
    decoder,
    modem,
    logTail: (secrets) => tail.last(secrets),
    restart: () => end('restart', restartExitCode),
    log: (what, facts) => log.info(facts ?? {}, what),
  });
  started.agent = agent;
  panel.stand({
    state: () => agent.self.state(),
    pressed,
    powerFails: () => agent.powerFails(),
    powerIsBack: () => agent.powerIsBack(),
  });
  if (values['local-port'] !== undefined) {
    started.page = await openLocalPage({
      port: Number(values['local-port']),
      host: values['local-host'],
      facts: () => agent.self.facts(),
      state: () => agent.self.state(),
      speak: voice.hasMonitor ? speak : null,
      soundsDirectory: sounds,
    });
  }
  say({
    event: 'running',
    pole: enrolment.asset,
    poleName: enrolment.assetName,
    box: enrolment.box,
    commune: enrolment.commune,
    localPort: started.page?.port ?? null,
    sounds,
    decoder: `${decoder.path} (${decoder.reason})`,
    data: directory,
  });
}

/** What its own voice comes out of; never the horns' sink. */
function monitorOf(monitor: string): (() => Player) | null {
  const [kind = '', ...rest] = monitor.split(':');
  const where = rest.join(':');
  if (kind === 'none' || kind === '') return null;
  if ((kind !== 'alsa' && kind !== 'wav') || where === '')
    throw new Error(`--monitor ${monitor}: none, alsa:DEVICE or wav:DIR`);
  if (monitor === values.sink) throw new Error('--monitor is the sink of the horns');
  return () => (kind === 'alsa' ? alsaPlayer(where) : wavPlayer(resolve(where)));
}

function told(why: string): void {
  log.warn({ why }, 'not enrolled yet');
  say({ event: 'not-enrolled', why });
}

run().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  log.error(message);
  say({ event: 'failed', error: message });
  process.exit(2);
});
