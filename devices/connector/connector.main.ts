/**
 * The cameras of one site. Started by the service for the cameras in its reach (then it ends with it, by the IPC
 * channel), or at a site behind NAT, enrolled like a pole:
 *
 *     connector.main --data DIR [--enrol LINK | --enrol-file PATH] [--allow NETWORK]… [--own-port PORT]…
 *
 * `--stdin` holds cameras without any service, for technicians and tests: every line on stdin is the whole list of
 * cameras as JSON, every line on stdout a notice, a picture or a state.
 */
import { mkdir } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { z } from 'zod';
import { enrolFromFile } from '../link/enrol-file.ts';
import { enrol } from '../link/enrolment.ts';
import { Identity } from '../link/identity.ts';
import { AddressRules, PRIVATE_NETWORKS } from './address-rules.ts';
import { Connector } from './connector.core.ts';
import { ConnectorLink } from './connector.link.ts';
import { siteLookout } from './lookout.udp.ts';
import { USUAL_TIMING } from './supervision.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    enrol: { type: 'string' },
    'enrol-file': { type: 'string' },
    allow: { type: 'string', multiple: true },
    'own-port': { type: 'string', multiple: true },
    stdin: { type: 'boolean', default: false },
    timing: { type: 'string', default: '{}' },
    log: { type: 'string', default: 'info' },
  },
});

const SOFTWARE = 'loa-lang-connector 0.1.0';
const CAMERAS = z.array(
  z.strictObject({
    camera: z.uuid(),
    address: z.string(),
    username: z.string(),
    password: z.string(),
    revision: z.int().min(1),
    certificate: z.string().nullable().default(null),
    identity: z
      .strictObject({
        serial: z.string().nullable(),
        macs: z.array(z.string()),
        endpoint: z.string().nullable(),
      })
      .nullable()
      .default(null),
  }),
);
/** Of `--stdin` only: tests turn the supervisor's waits shorter. */
const TIMING = z.strictObject({
  pullSeconds: z.number().default(USUAL_TIMING.pullSeconds),
  pullGraceSeconds: z.number().default(USUAL_TIMING.pullGraceSeconds),
  holdSeconds: z.number().default(USUAL_TIMING.holdSeconds),
  lifeSeconds: z.number().default(USUAL_TIMING.lifeSeconds),
  quietSeconds: z.number().default(USUAL_TIMING.quietSeconds),
  clockEverySeconds: z.number().default(USUAL_TIMING.clockEverySeconds),
});

const log = pino(
  { level: values.log, base: { program: 'connector' } },
  pino.destination({ fd: 2, sync: true }),
);
const directory = values.data;
if (directory === undefined) {
  log.fatal('--data DIR is missing');
  process.exit(2);
}
await mkdir(directory, { recursive: true, mode: 0o700 });

const rules = new AddressRules({
  allowedNetworks: values.allow ?? PRIVATE_NETWORKS,
  ownPorts: (values['own-port'] ?? []).map(Number),
  ownAddresses: Object.values(networkInterfaces()).flatMap((one) =>
    (one ?? []).map(({ address }) => address),
  ),
});

const held = values.stdin ? holdFromStdin(directory) : await holdForService(directory);

let ending: Promise<void> | undefined;
const end = (): Promise<void> =>
  (ending ??= held.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ err: error }, 'the end was not a clean one');
      process.exit(1);
    },
  ));
process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());
// The parent is gone, however it went.
process.once('disconnect', () => void end());

async function holdForService(data: string): Promise<{ stop(): Promise<void> }> {
  const identity = await Identity.open(data, 'connector');
  const link = values.enrol ?? process.env.LOA_LANG_ENROL;
  if (identity.enrolment === null) {
    const file = values['enrol-file'];
    if (link !== undefined) await enrol(identity, link);
    else if (file !== undefined)
      await enrolFromFile(identity, file, (why) => log.warn({ why }, 'not enrolled yet'));
    else {
      log.fatal('this connector is not enrolled: start it with --enrol LINK or LOA_LANG_ENROL=LINK');
      process.exit(2);
    }
    log.info('enrolled');
  }
  const running = await ConnectorLink.start({ directory: data, identity, rules, log, software: SOFTWARE });
  say({ ready: true, box: identity.enrolment?.box });
  return running;
}

function holdFromStdin(data: string): { stop(): Promise<void> } {
  const connector = new Connector({
    directory: join(data, 'cameras'),
    rules,
    lookout: siteLookout(rules),
    timing: TIMING.parse(JSON.parse(values.timing)),
    onNotices: (notices) => {
      for (const notice of notices) say({ notice });
      return Promise.resolve();
    },
    onPicture: ({ bytes, ...picture }, { id }) => {
      say({ picture: { ...picture, notice: id, bytes: bytes.length } });
      return Promise.resolve();
    },
    onNoPicture: (camera, why) => log.warn({ camera, reason: why.message }, 'a picture was refused'),
    onStatus: (status) => say({ status }),
    onTrouble: (error) => log.error({ err: error }, 'a picture was lost'),
  });
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const cameras = CAMERAS.safeParse(JSON.parse(line));
    if (cameras.success) void connector.apply(cameras.data);
    else say({ refused: cameras.error.issues.map((issue) => issue.path.join('.')) });
  });
  lines.once('close', () => void end());
  say({ ready: true });
  return connector;
}

function say(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
