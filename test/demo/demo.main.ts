/**
 * The demonstration: a commune with 4 villages, 8 loudspeakers and 4 cameras on this machine, every box a process of
 * its own. `npm run demo -- --help` says what it can do; `docs/guide/demonstration.md` what one sees.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { SessionView } from '../../src/accounts/account.view.ts';
import type { AiringView } from '../../src/broadcasts/broadcast.view.ts';
import type { CameraEventView } from '../../src/camera-events/camera-event.view.ts';
import { Burglar } from '../stage/burglar.ts';
import { addCamera, addScenes } from '../stage/camera.ts';
import type { Caller } from '../stage/caller.ts';
import { stopAll, until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import { addPerson, putUpPoles, settle } from '../stage/village.ts';
import { Controls } from './controls.ts';
import { proveAll } from './prove-all.ts';
import { Station } from './station.ts';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    speaker: { type: 'boolean', default: false },
    camera: { type: 'string' },
    'camera-user': { type: 'string', default: '' },
    port: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(`npm run demo -- [options]

  --once             end by itself when everything planned was played and proved (for a check)
  --speaker          play the first loudspeaker aloud on this machine
  --camera ADDRESS   add a real ONVIF camera; its password is read from CAMERA_PASSWORD
  --camera-user USER the camera's user name
  --port N           the console's port (7700, or any free one)

Google's voice speaks where GOOGLE_APPLICATION_CREDENTIALS is set.
`);
  process.exit(0);
}

/** How long `--once` may take before it is a failure (s). */
const patienceSeconds = 120;

const begun = Date.now();
const seconds = (): number => Math.round((Date.now() - begun) / 100) / 10;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'loa-lang-'));
  const controls = await Controls.open();
  const brokerSecret = randomBytes(32).toString('base64url');
  say(`Loa Làng: đang dựng một xã mẫu trên máy này… (${directory})`);
  const service = await Service.start({
    directory,
    env: {
      LOA_HTTP_PORT: await portFor(values.port),
      LOA_DEMONSTRATION_CONTROL_URL: controls.url,
      LOA_DEMONSTRATION_BROKER_SECRET: brokerSecret,
      // Whenever somebody tries it, it is day in the demonstration.
      LOA_LOG_LEVEL: 'info',
    },
  });
  say(`${seconds()} s  dịch vụ, cơ sở dữ liệu và broker đã chạy`);

  const { people, villages } = await settle(service);
  const { caller: administrator } = people.administrator;
  await administrator.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
  const guest = await addPerson(service, administrator, 'khach', 'Khách xem thử', [
    'administrator',
    'approver',
    'policeChief',
    'technician',
  ]);
  const link = await signInLink(administrator, guest.id);
  say(`\n  Mở trang Hôm nay (đăng nhập bằng một lần bấm):\n  ${link}\n`);

  const technician = people.technician.caller;
  const [poles] = await Promise.all([
    putUpPoles(technician, villages, 8, directory, (index) => [
      ...['--modem', 'simulated'],
      ...(values.speaker && index === 0 ? ['--also-aloud'] : []),
    ]),
    addScenes(technician, villages, directory),
  ]);
  say(`${seconds()} s  8 cụm loa và 4 camera đã được đăng ký`);
  const [firstVillage] = villages;
  if (values.camera !== undefined && firstVillage !== undefined) {
    await addCamera(technician, firstVillage, {
      name: 'Camera thật',
      address: values.camera,
      username: values['camera-user'],
      password: process.env.CAMERA_PASSWORD ?? '',
    });
  }

  const { commune } = await administrator.get<SessionView>('/api/session');
  const burglar = await Burglar.enter(service.ports.mqtt, brokerSecret, commune.id);
  // A genuine order, for the burglar to overhear: everybody be silent, before anything sounds.
  await people.editor.caller.post('/api/stop', { target: { kind: 'commune' } });
  controls.use({ service, poles, burglar, watcher: guest.caller });

  const station = new Station(people.editor.caller, people.approver.caller, villages);
  const planned = await station.firstMinute();
  say(`${seconds()} s  đã duyệt và lên lịch ${planned.titles.length} bản tin: ${planned.titles.join('; ')}`);
  say(`        chữ viết và lời đọc cạnh nhau: ${new URL(`/announcements/${planned.firstId}`, link).href}`);

  if (values.once) {
    await once(
      directory,
      service,
      people.administrator.caller,
      people.police.caller,
      controls,
      planned.endAt,
      poles,
    );
    return;
  }
  void report(people.administrator.caller, planned.startAt);
  say('Nhấn Ctrl+C để dừng.');
  await station.goOn();
}

type Poles = Parameters<typeof proveAll>[1];

async function once(
  directory: string,
  service: Service,
  administrator: Caller,
  police: Caller,
  controls: Controls,
  endAt: number,
  poles: Poles,
): Promise<void> {
  const left = (): number => Math.max(1_000, begun + patienceSeconds * 1_000 - Date.now());
  const forgery = await controls.forge();
  const forgedRefused = forgery.results.filter(
    ({ forged, replayed }) => forged !== '' && replayed !== '',
  ).length;
  const events = await until(
    'an event of a camera',
    async () => {
      const found = await police.get<CameraEventView[]>('/api/camera-events?limit=200');
      return found.length > 0 ? found : undefined;
    },
    { timeoutMs: left(), everyMs: 500 },
  );
  const airings = await until(
    'every planned airing to end',
    async () => {
      const all = await airingsOf(administrator);
      return Date.now() > endAt && all.every(({ state }) => state !== 'planned' && state !== 'started')
        ? all
        : undefined;
    },
    { timeoutMs: left(), everyMs: 500 },
  );
  const proofs = await proveAll(service, poles, airings, administrator);
  for (const proof of proofs.filter(({ isProved }) => !isProved)) say(`KHÔNG đạt: ${proof.words}`);
  const cameraEvents = (await police.get<CameraEventView[]>('/api/camera-events?limit=200')).length;
  const played = proofs.filter(({ isProved }) => isProved).length;
  await service.stop();
  say(`WAV: ${directory}`);
  say(
    JSON.stringify({
      airings: airings.length,
      played,
      cameraEvents: Math.max(cameraEvents, events.length),
      forgedRefused,
      seconds: seconds(),
      worstStartMs: Math.max(...proofs.map(({ startErrorMs }) => Math.abs(startErrorMs))),
      sounds: directory,
    }),
  );
  const isGood =
    airings.length > 0 &&
    played === airings.length &&
    forgedRefused === poles.length &&
    seconds() <= patienceSeconds;
  end(isGood ? 0 : 1);
}

/** Airings are told as they end, for who watches the terminal. */
async function report(administrator: Caller, from: number): Promise<void> {
  const told = new Set<string>();
  await until(
    'the first broadcast',
    async () => {
      for (const airing of await airingsOf(administrator)) {
        if (!['planned', 'started'].includes(airing.state) && !told.has(airing.id)) {
          told.add(airing.id);
          say(`${seconds()} s  ${airing.state}: ${airing.title}`);
        }
      }
      return told.size >= 10 && Date.now() > from ? true : undefined;
    },
    { timeoutMs: 600_000, everyMs: 1_000 },
  ).catch(() => undefined);
}

async function airingsOf(caller: Caller): Promise<AiringView[]> {
  const day = 86_400_000;
  const from = new Date(Date.now() - day).toISOString();
  const until = new Date(Date.now() + day).toISOString();
  return caller.get<AiringView[]>(`/api/airings?from=${from}&until=${until}`);
}

async function signInLink(administrator: Caller, personId: string): Promise<string> {
  const answer = await administrator.post<unknown>(`/api/people/${personId}/sign-in-link`);
  return z.object({ link: z.string() }).parse(answer).link;
}

/** The asked port, else 7700 where it is free, else any. */
async function portFor(asked: string | undefined): Promise<string> {
  if (asked !== undefined) return asked;
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve('0'));
    probe.listen(7700, '127.0.0.1', () => probe.close(() => resolve('7700')));
  });
}

let isEnding = false;

/** Whoever ends the demonstration ends all of it, the database in order. */
function end(code: number, patienceMs = 0): void {
  if (isEnding) return;
  isEnding = true;
  void stopAll(patienceMs).finally(() => process.exit(code));
}

// Ctrl+C reaches every program by itself, and a second signal would cut its end short.
process.once('SIGINT', () => {
  say('Đang dừng…');
  end(0, 6_000);
});
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(0));

main().catch((error: unknown) => {
  // Of what was being asked of a service that was told to end.
  if (isEnding) return;
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  end(1);
});
