import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Camera } from './camera.ts';
import type { CameraServer } from './camera.server.ts';
import { isFault } from './faults.ts';

const ITEMS = z.array(z.tuple([z.string(), z.string()])).readonly();

const COMMAND = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('fire'),
    event: z.string(),
    state: z.enum(['on', 'off']).default('on'),
    label: z.string().default('fired by hand'),
    /** Of a recorder, from 1. */
    channel: z.int().min(1).optional(),
  }),
  z.strictObject({
    do: z.literal('fire-raw'),
    topic: z.string(),
    source: ITEMS.default([]),
    key: ITEMS.default([]),
    data: ITEMS.default([]),
    operation: z.enum(['Initialized', 'Changed', 'Deleted']).optional(),
    utcTime: z.string().optional(),
    times: z.int().min(1).max(10_000).default(1),
  }),
  /** Crossings of a line, evenly and each with a number of its own. Answered when the last one is out. */
  z.strictObject({
    do: z.literal('flood'),
    perSecond: z.int().min(1).max(100_000),
    seconds: z.number().min(0.1).max(3_600),
  }),
  z.strictObject({ do: z.literal('reboot'), awayMs: z.int().min(0).max(60_000).default(2_000) }),
  /** From now on these bytes are its picture. */
  z.strictObject({ do: z.literal('give'), base64: z.base64(), type: z.string() }),
  z.strictObject({ do: z.literal('cut-off'), awayMs: z.int().min(0).max(60_000).default(2_000) }),
  z.strictObject({ do: z.literal('clock'), offsetMs: z.int() }),
  z.strictObject({ do: z.literal('password'), password: z.string() }),
  z.strictObject({ do: z.literal('faults'), names: z.array(z.string().refine(isFault, 'unknown fault')) }),
  z.strictObject({ do: z.literal('drop-subscriptions') }),
  /** To another port; 0: any. */
  z.strictObject({ do: z.literal('move'), port: z.int().min(0).max(65_535).default(0) }),
  z.strictObject({ do: z.literal('certificate') }),
]);

/**
 * A door for tests and demonstrations, on loopback only: POST /control does something now, GET /control tells what
 * has happened, GET /control/pulled only when it was pulled last. A real camera has no such door.
 */
export async function startControl(
  camera: Camera,
  server: CameraServer,
): Promise<{ port: number; server: Server }> {
  const control = createServer((request, response) => {
    const say = (status: number, what: unknown): void => {
      // Kept open, it would be shut some day just as the next command is on its way.
      response
        .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        .end(JSON.stringify(what));
    };
    handle(camera, server, request).then(
      (answer) => say(200, answer),
      (error: unknown) => say(400, { error: error instanceof Error ? error.message : String(error) }),
    );
  });
  // A test that was held up must not find its connection closed.
  control.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  return { port: (control.address() as AddressInfo).port, server: control };
}

async function handle(camera: Camera, server: CameraServer, request: IncomingMessage): Promise<unknown> {
  // Asked for twice a second by whoever waits for it: the rest of the tally is long.
  if (request.method === 'GET' && request.url === '/control/pulled') return camera.tally.pulledWellAt;
  if (request.method === 'GET') {
    return {
      ...camera.tally,
      lockouts: camera.lock.times,
      delivered: [...camera.tally.delivered],
      pullPoints: camera.points.size,
      turned: camera.positionOf(),
      faultsOn: [...camera.faults],
      clock: camera.utcText(),
    };
  }
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const command = COMMAND.parse(JSON.parse(Buffer.concat(parts).toString('utf8')));
  switch (command.do) {
    case 'fire':
      camera.fire(command.event, command.state, command.label, command.channel);
      break;
    case 'fire-raw':
      for (let turn = 0; turn < command.times; turn++) {
        camera.fireForm(command, command.data, command.operation, command.utcTime);
      }
      break;
    case 'flood':
      await flood(camera, command.perSecond, command.seconds);
      break;
    case 'reboot':
      await server.reboot(command.awayMs);
      break;
    case 'give':
      camera.given = { bytes: Buffer.from(command.base64, 'base64'), type: command.type };
      break;
    case 'cut-off':
      await server.cutOff(command.awayMs);
      break;
    case 'clock':
      camera.setClockOffset(command.offsetMs);
      break;
    case 'password':
      camera.setPassword(command.password);
      break;
    case 'faults':
      camera.faults.clear();
      for (const name of command.names) if (isFault(name)) camera.faults.add(name);
      break;
    case 'drop-subscriptions':
      camera.points.removeAll();
      break;
    case 'move':
      return { done: command.do, port: await server.move(command.port) };
    case 'certificate':
      await server.renewCertificate();
      break;
  }
  return { done: command.do };
}

async function flood(camera: Camera, perSecond: number, seconds: number): Promise<void> {
  const form = { topic: 'tns1:RuleEngine/LineDetector/Crossed', source: [['Rule', 'Flood']] as const };
  const begun = performance.now();
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, ((performance.now() - begun) * perSecond) / 1_000);
    for (; sent < due; sent += 1) camera.fireForm(form, [['ObjectId', String(sent)]], undefined);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
