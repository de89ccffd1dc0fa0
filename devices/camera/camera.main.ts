/**
 * A simulated ONVIF camera, for demonstration and tests. Prints one line of JSON when it is ready:
 * `{"port": …, "control": …}`. Ends with its parent when it was started with an IPC channel.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Camera } from './camera.ts';
import { CameraServer } from './camera.server.ts';
import { startControl } from './control.server.ts';
import { DiscoveryServer } from './discovery.server.ts';
import { eventForm } from './event-forms.ts';
import { FAULTS, isFault } from './faults.ts';
import { playScene, SCENES, seeded, type Scene } from './scene.ts';

const SCENE = z.strictObject({
  place: z.enum(['gate', 'junction', 'hall', 'school']),
  night: z.boolean(),
  acts: z.array(
    z.strictObject({
      label: z.string(),
      firstAfterMs: z.number().min(0),
      againAfterMs: z.tuple([z.number().min(1), z.number().min(1)]),
      shows: z.enum(['person', 'vehicle', 'cover']).exactOptional(),
      sends: z.array(
        z.strictObject({
          afterMs: z.number().min(0),
          event: z.string().refine((name) => eventForm(name) !== undefined, 'unknown event'),
          state: z.enum(['on', 'off']),
        }),
      ),
    }),
  ),
});

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    name: { type: 'string', default: 'Camera mô phỏng' },
    seed: { type: 'string', default: '1' },
    user: { type: 'string', default: 'admin' },
    password: { type: 'string', default: 'mô-phỏng' },
    scene: { type: 'string', default: 'quiet' },
    faults: { type: 'string', default: '' },
    'clock-offset': { type: 'string', default: '0' },
    /** Video sources: more than one makes it a recorder. */
    channels: { type: 'string', default: '1' },
    /** Keeps so many days of each channel, and offers them by Profile G. */
    'recorded-days': { type: 'string', default: '0' },
    /** It has motors. */
    turns: { type: 'boolean', default: false },
    /** With the fault `locks`. */
    'locks-at': { type: 'string', default: '5' },
    /** Seconds, with the fault `holds-pulls`. */
    'holds-for': { type: 'string', default: '60' },
    tls: { type: 'boolean', default: false },
    discoverable: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  const faults = Object.entries(FAULTS).map(([name, what]) => `  ${name.padEnd(22)} ${what}`);
  process.stdout.write(
    `camera.main --port 0 --name NAME --seed N --user USER --password PASSWORD --scene ${Object.keys(SCENES).join('|')}|FILE ` +
      `--faults A,B --clock-offset MS --channels N --recorded-days N --turns --locks-at N --holds-for SECONDS --tls --discoverable\n\nFaults:\n${faults.join('\n')}\n`,
  );
  process.exit(0);
}

const scene: Scene = SCENES[values.scene] ?? SCENE.parse(JSON.parse(readFileSync(values.scene, 'utf8')));
const seed = Number(values.seed);
const random = seeded(seed);
const hex = (digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
const camera = new Camera(
  {
    name: values.name,
    user: values.user,
    password: values.password,
    serial: `SIM${hex(8).toUpperCase()}`,
    // 02: a locally administered address, so that it can be no real maker's.
    mac: `02:${hex(2)}:${hex(2)}:${hex(2)}:${hex(2)}:${hex(2)}`,
    channels: Number(values.channels),
    recordedDays: Number(values['recorded-days']),
    turns: values.turns,
    locksAt: Number(values['locks-at']),
    holdsForMs: Number(values['holds-for']) * 1_000,
  },
  scene,
);
camera.setClockOffset(Number(values['clock-offset']));
for (const name of values.faults.split(',').filter((one) => one !== '')) {
  if (!isFault(name)) throw new Error(`unknown fault ${name}; see --help`);
  camera.faults.add(name);
}

const server = new CameraServer(camera, values.host, values.tls);
const port = await server.start(Number(values.port));
const control = await startControl(camera, server);
const discovery = values.discoverable ? new DiscoveryServer(camera, server) : undefined;
await discovery?.start();
const playing = playScene(scene, seed, {
  send: (event, state, label) => camera.fire(event, state, label),
  show: (what) => camera.show(what),
});

async function end(): Promise<void> {
  playing.stop();
  control.server.close();
  control.server.closeAllConnections();
  await discovery?.stop();
  await server.stop();
  process.exit(0);
}
process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());
process.once('disconnect', () => void end());

process.stdout.write(`${JSON.stringify({ port, control: control.port })}\n`);
