import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import sharp from 'sharp';
import type { CameraEventDetailView, CameraEventView } from '../../../src/camera-events/camera-event.view.ts';
import type { CameraHealthView, CameraSheetView } from '../../../src/camera-health/health.view.ts';
import type { CameraView, ConnectorView, LatestSearchView } from '../../../src/cameras/camera.view.ts';
import type { StrayView } from '../../../src/camera-events/stray.view.ts';
import type { RecorderView } from '../../../src/cameras/recorder.view.ts';
import type { EventReplaysView, ReplayView } from '../../../src/replays/replay.view.ts';
import type {
  DetectorKeyView,
  DetectorSetupView,
  DetectorView,
} from '../../../src/detectors/detector.view.ts';
import { productRoot } from '../../../src/platform/config/config.file.ts';
import type { Caller } from '../../stage/caller.ts';
import { addCamera, SimulatedCamera } from '../../stage/camera.ts';
import { until } from '../../stage/program.ts';
import { Service } from '../../stage/service.ts';
import { settle } from '../../stage/village.ts';

jest.setTimeout(120_000);

let directory = '';
let service: Service;
let simulated: SimulatedCamera;
let police: Caller;
let technician: Caller;
let editor: Caller;
let camera: CameraView;
const streams: AbortController[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loa-own-connector-'));
  [service, simulated] = await Promise.all([
    Service.start({
      directory,
      env: { LOA_CAMERA_HEALTH_CONFIRM_SECONDS: '1', LOA_CAMERA_EVENTS_MORE_PICTURES: '2' },
    }),
    SimulatedCamera.start('Ngã tư chợ', 'junction', directory, 7, ['--discoverable']),
  ]);
  const { people, villages } = await settle(service);
  police = people.policeChief.caller;
  technician = people.technician.caller;
  editor = people.editor.caller;
  const [village] = villages;
  if (village === undefined) throw new Error('no village');
  camera = await addCamera(technician, village, {
    name: 'Ngã tư chợ',
    address: simulated.address,
    username: 'loalang',
    password: simulated.password,
  });
});

afterAll(async () => {
  for (const stream of streams) stream.abort();
  await service.stop();
  await simulated.program.stop();
  await service.destroy();
});

/** The messages of one screen's stream, as they come. */
async function watch(caller: Caller): Promise<{ type: string; data: unknown }[]> {
  const messages: { type: string; data: unknown }[] = [];
  const answer = await caller.raw('GET', '/api/live');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  expect(answer.headers.get('x-accel-buffering')).toBe('no');
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  void (async () => {
    for (let text = ''; ;) {
      const { value, done } = (await reader?.read().catch(() => undefined)) ?? {
        done: true,
        value: undefined,
      };
      if (done) return;
      text += value;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const [, type, data] = /^event: (.+)\ndata: (.+)$/.exec(part) ?? [];
        if (type !== undefined && data !== undefined)
          messages.push({ type, data: JSON.parse(data) as unknown });
      }
    }
  })();
  return messages;
}

function connectorPids(): number[] {
  try {
    return execFileSync('pgrep', ['-f', `connector.main.js --data ${directory}`], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  } catch {
    return [];
  }
}

const untilSubscribed = (): Promise<CameraView> =>
  until(
    'the camera to be held',
    async () =>
      (await technician.get<CameraView[]>('/api/cameras')).find(
        (one) => one.id === camera.id && one.state === 'subscribed',
      ),
    { timeoutMs: 40_000 },
  );

const newest = async (): Promise<CameraEventView[]> =>
  police.get<CameraEventView[]>(`/api/camera-events?cameraId=${camera.id}&limit=200`);

describe("the service's own connector", () => {
  test('holds a camera that a technician added, and its event is on the police screen with a picture', async () => {
    const [screen, writer] = [await watch(police), await watch(editor)];
    await untilSubscribed();
    // A camera is asked who it is once its events flow: what it says comes behind its first "subscribed".
    const named = await until(
      'the camera to say who it is',
      async () =>
        (await technician.get<CameraView[]>('/api/cameras')).find(
          (one) => one.id === camera.id && one.manufacturer !== null,
        ),
      { timeoutMs: 30_000 },
    );
    expect(named.serial).toMatch(/\w/);
    const shown = await until(
      'an event with a picture on the screen',
      () =>
        screen
          .filter(({ type }) => type === 'camera-event')
          .map(({ data }) => (data as { event: CameraEventView }).event)
          .find((event) => event.pictureUrl !== null),
      { timeoutMs: 60_000 },
    );
    expect(shown).toMatchObject({ cameraId: camera.id, pointName: 'Ngã tư chợ' });
    const picture = await police.raw('GET', shown.pictureUrl ?? '');
    expect(picture.status).toBe(200);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(new Uint8Array(await picture.arrayBuffer()).subarray(0, 3)).toEqual(
      new Uint8Array([0xff, 0xd8, 0xff]),
    );
    const [further] = await until(
      'the pictures after it',
      async () => {
        const { morePictures } = await police.get<CameraEventDetailView>(`/api/camera-events/${shown.id}`);
        return morePictures.length === 2 ? morePictures : undefined;
      },
      { timeoutMs: 60_000 },
    );
    expect(Date.parse(further?.takenAt ?? '')).toBeGreaterThan(Date.parse(shown.pictureTakenAt ?? ''));
    expect((await police.raw('GET', further?.url ?? '')).status).toBe(200);
    expect((await editor.raw('GET', shown.pictureUrl ?? '')).status).toBe(403);
    expect(writer.filter(({ type }) => type.startsWith('camera'))).toEqual([]);
  });

  test('shares its camera with outside detectors: by webhook, by MQTT, and as Frigate speaks', async () => {
    const register = (name: string, form: string) =>
      technician.post<DetectorKeyView>('/api/detectors', {
        ...{ name, form, modelName: name, watched: [{ pointId: camera.pointId, name: 'cong_truong' }] },
      });
    const webhook = await register('Máy ở trụ sở', 'envelope');
    const send = async (
      body: unknown,
      key = webhook.key,
    ): Promise<{ status: number; [name: string]: unknown }> => {
      const answer = await fetch(`${service.url}/detector/v1/detections`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: answer.status, ...((await answer.json()) as object) };
    };
    // The page's own example, as it stands there.
    const page = readFileSync(join(productRoot(), 'docs/reference/detectors.md'), 'utf8');
    const example = /```json\n([^]+?)```/.exec(page)?.[1] ?? '';
    const said = JSON.parse(example) as Record<string, unknown>;
    const first = await send(example);
    expect(first).toMatchObject({ status: 201, id: said.id, result: 'stored', wantsPicture: false });
    for (const again of [await send(example), await send(example)])
      expect(again).toMatchObject({ status: 200, result: 'duplicate', eventId: first.eventId });

    const faults = [
      await send({ ...said, id: 'a', camera: 'vuon_nha_nguoi' }),
      await send({ ...said, id: 'b', score: undefined, colour: 'red' }),
      await send('{"v":1'),
      await send(said, 'x'.repeat(43)),
    ];
    expect(faults.map(({ status, code }) => [status, code])).toEqual([
      [403, 'detectors.not-its-camera'],
      [400, 'request.invalid'],
      [400, 'request.invalid'],
      [401, 'detectors.key-refused'],
    ]);
    expect(faults[1]?.fields).toMatchObject([
      { path: 'score', code: 'missing' },
      { path: 'colour', code: 'unknown' },
    ]);

    const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#269' } })
      .jpeg()
      .toBuffer();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const pictured = { ...said, id: 'c', state: 'update', picture: { sha256 } };
    expect(await send(pictured)).toMatchObject({ status: 201, eventId: first.eventId, wantsPicture: true });
    const put = await fetch(`${service.url}/detector/v1/pictures/${sha256}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${webhook.key}`, 'content-type': 'image/jpeg' },
      body: new Uint8Array(bytes),
    });
    expect(put.status).toBe(204);
    const event = await police.get<CameraEventView>(`/api/camera-events/${String(first.eventId)}`);
    expect(event).toMatchObject({
      ...{ cameraId: camera.id, kind: 'person', state: 'open', noticeCount: 2 },
      detected: { detectorName: 'Máy ở trụ sở', model: 'yolo11', modelVersion: 'n-640', score: 0.87 },
    });
    expect((await police.raw('GET', event.pictureUrl ?? '')).headers.get('content-type')).toBe('image/jpeg');

    const frigate = await register('Frigate', 'frigate');
    const setup = await technician.get<DetectorSetupView>(`/api/detectors/${frigate.detector.id}/setup`);
    const enter = (username: string, password: string): Promise<MqttClient> =>
      connectAsync(`mqtts://localhost:${String(setup.brokerPort)}`, {
        ...{ clientId: username, username, password, ca: setup.authority },
      });
    const [camerasOwn, foreign] = [
      await enter(webhook.detector.id, webhook.key),
      await enter(setup.clientId, frigate.key),
    ];
    const prefix = setup.topicPrefix.replace(/[^/]+\/frigate$/, webhook.detector.id);
    await camerasOwn.subscribeAsync(`${prefix}/answers`, { qos: 1 });
    const answered = new Promise<unknown>((resolve) =>
      camerasOwn.once('message', (_topic, payload) => resolve(JSON.parse(payload.toString()))),
    );
    await camerasOwn.publishAsync(
      `${prefix}/detections`,
      JSON.stringify({ ...said, id: 'd', state: 'end' }),
      { qos: 1 },
    );
    expect(await answered).toMatchObject({ id: 'd', result: 'stored', eventId: first.eventId });

    const lines = readFileSync(join(productRoot(), 'test/fixtures/frigate/events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    for (const line of lines) await foreign.publishAsync(`${setup.topicPrefix}/events`, line, { qos: 1 });
    const told = await until(
      "Frigate's events on the screen",
      async () => {
        const all = (await newest()).filter(({ detected }) => detected?.detectorName === 'Frigate');
        return all.length === 2 && all.every(({ state }) => state === 'closed') ? all : undefined;
      },
      { timeoutMs: 40_000 },
    );
    expect(told.map(({ kind, detected }) => [kind, detected?.model, detected?.score]).sort()).toEqual([
      ['animal', 'Frigate', 0.72],
      ['person', 'Frigate', 0.93],
    ]);
    const listed = await technician.get<DetectorView[]>('/api/detectors');
    expect(listed.map(({ name, link, refused }) => [name, link, refused])).toEqual([
      ['Frigate', 'alive', 0],
      ['Máy ở trụ sở', 'alive', 2],
    ]);
    await Promise.all([camerasOwn.endAsync(true), foreign.endAsync(true)]);
  });

  test('finds who answers in its network, and nothing is registered by it', async () => {
    await untilSubscribed();
    const liar = ['--discoverable', '--faults', 'foreign-xaddrs'];
    const others = await Promise.all([
      SimulatedCamera.start('Cổng trường', 'quiet', directory, 8, ['--discoverable']),
      SimulatedCamera.start('Kẻ nói dối', 'quiet', directory, 9, liar),
    ]);
    await technician.post('/api/camera-search', { ranges: ['127.0.0.77/32'] });
    const search = () => technician.get<LatestSearchView>('/api/camera-search');
    const done = await until(
      'the search to end',
      async () => {
        const now = (await search()).search;
        return now?.state === 'done' ? now : undefined;
      },
      { timeoutMs: 30_000 },
    );
    const named = done.found.map(({ name, address, known }) => [name, new URL(address).port, known?.how]);
    expect(named.sort()).toEqual(
      [
        ['Cổng trường', String(others[0].port), undefined],
        ['Ngã tư chợ', String(simulated.port), 'here'],
      ].sort(),
    );
    expect(done.disbelieved).toBeGreaterThan(0);
    expect(await technician.get<CameraView[]>('/api/cameras')).toHaveLength(1);
    for (const one of others) {
      expect((await one.tally()).refusals).toEqual({});
      await one.program.stop();
    }
  });

  test('sends a still, by which a camera that was turned is found as its owner’s task, and found well again', async () => {
    await untilSubscribed();
    const path = `/api/cameras/${camera.id}/health`;
    const health = () => technician.get<CameraHealthView>(path);
    const untilHealth = (
      what: string,
      holds: (now: CameraHealthView) => boolean,
    ): Promise<CameraHealthView> =>
      until(
        what,
        async () => {
          const now = await health();
          return holds(now) ? now : undefined;
        },
        { timeoutMs: 60_000 },
      );
    const { stills } = await untilHealth(
      'a first still, asked for by nobody',
      (now) => now.stills.length > 0,
    );
    await technician.post(`${path}/reference`, { stillId: stills[0]?.id });
    await simulated.tell({ do: 'faults', names: ['view-moved'] });
    await technician.post(`${path}/check`);
    const found = await untilHealth('the turned camera', ({ finding }) => finding === 'moved');
    expect(found.marks.map(({ level, state }) => `${level} ${state}`)).toEqual([
      ...['network ok', 'onvif ok', 'events ok', 'stream ok', 'picture fault'],
    ]);
    const [task] = found.findings;
    expect(task).toMatchObject({ kind: 'moved', owner: 'Công an xã', endedAt: null });
    for (const shown of [task?.still, task?.reference])
      expect((await technician.raw('GET', shown?.pictureUrl ?? '')).status).toBe(200);
    await simulated.tell({ do: 'faults', names: [] });
    await technician.post(`${path}/check`);
    await untilHealth('the view', ({ finding }) => finding === null);
    const day = 86_400_000;
    const [from, untilText] = [Date.now() - day, Date.now() + day].map((at) => new Date(at).toISOString());
    const sheet = await technician.get<CameraSheetView>(
      `/api/camera-health/sheet?from=${from ?? ''}&until=${untilText ?? ''}`,
    );
    expect(sheet.gaps.filter(({ kind }) => kind === 'moved')).toMatchObject([
      { cameraId: camera.id, from: task?.beganAt, until: expect.any(String) },
    ]);
    expect(sheet.villages).toMatchObject([{ cameras: 1, dead: 0 }]);
    // How much of it is less, its connector's next word tells, a minute from now.
    expect(sheet.whole.usablePercent).toBeGreaterThan(0);
  });

  test('is started again when it is killed, and goes on with the same camera', async () => {
    await untilSubscribed();
    const [before] = connectorPids();
    expect(before).toBeDefined();
    const killedAt = Date.now();
    process.kill(before ?? -1, 'SIGKILL');
    await until('another process', () => connectorPids().find((pid) => pid !== before), {
      timeoutMs: 30_000,
    });
    await until(
      'the camera to be asked by it',
      async () => ((await simulated.pulledWellAt()) > killedAt ? true : undefined),
      { timeoutMs: 60_000 },
    );
    // Of a kind that its scene never tells by itself.
    await simulated.fire('digital-input');
    await until('its event', async () => (await newest()).find(({ kind }) => kind === 'digital-input'), {
      timeoutMs: 60_000,
    });
  });

  test('ends with a service that is killed, and comes back with it as the same box', async () => {
    const [connector] = await technician.get<ConnectorView[]>('/api/connectors');
    expect(connector).toMatchObject({ enrolled: true, online: true, cameras: 1 });
    await service.kill();
    await until('the connector to be gone', () => (connectorPids().length === 0 ? true : undefined), {
      timeoutMs: 30_000,
    });
    service = await service.restart();
    await untilSubscribed();
    const lines = await (await police.raw('GET', '/api/journal?limit=200')).json();
    const enrolled = (lines as { action: string }[]).filter(({ action }) => action === 'boxes.enrolled');
    expect(enrolled).toHaveLength(1);
  });

  test('holds a recorder by one subscription, and each channel shows a point of its own', async () => {
    const recorder = await SimulatedCamera.start('Đầu ghi', 'quiet', directory, 10, [
      ...['--channels', '4', '--recorded-days', '5', '--discoverable'],
    ]);
    try {
      const patient = { timeoutMs: 60_000 };
      const { id } = await technician.post<RecorderView>('/api/recorders', {
        ...{ name: 'Đầu ghi UBND', address: recorder.address, username: 'loalang', password: 'sai' },
      });
      const one = () => technician.get<RecorderView>(`/api/recorders/${id}`);
      const held = async (state: RecorderView['state']) => {
        const now = await one();
        return now.state === state ? now : undefined;
      };
      await until('the password to be refused', () => held('password-refused'), patient);
      await technician.patch(`/api/recorders/${id}`, { password: recorder.password });
      const told = await until(
        'the recorder to tell its channels',
        async () => {
          const now = await held('subscribed');
          return now?.channels.length === 4 ? now : undefined;
        },
        patient,
      );
      expect(told.channels.map(({ name, number, camera: at }) => [name, number, at])).toEqual(
        [1, 2, 3, 4].map((n) => [`Kênh ${n}`, n, null]),
      );
      // People know a camera by what it shows, before it is registered.
      const shown = await Promise.all(
        told.channels.map(async ({ channel }) => {
          const answer = await technician.raw('GET', `/api/recorders/${id}/picture?channel=${channel}`);
          expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
          return Buffer.from(await answer.arrayBuffer()).toString('base64');
        }),
      );
      expect(new Set(shown).size).toBe(4);

      const point = {
        ...{ villageId: camera.villageId, purpose: 'An ninh', legalBasis: 'Luật 91/2025/QH15' },
        ...{ noticePosted: true, owner: 'Công an xã' },
      };
      const channels = told.channels.slice(0, 3).map(({ channel }, index) => ({
        ...{ ...point, channel, name: `Điểm ${index + 1}` },
      }));
      const added = await technician.post<CameraView[]>(`/api/recorders/${id}/channels`, { channels });
      expect(added.map(({ name, state }) => [name, state])).toEqual(
        [1, 2, 3].map((n) => [`Điểm ${n}`, 'subscribed']),
      );
      const again = await technician.raw('POST', `/api/recorders/${id}/channels`, { channels });
      expect(again.status).toBe(409);

      const ofRecorder = async () =>
        (await police.get<CameraEventView[]>('/api/camera-events?limit=200')).filter(({ cameraId }) =>
          added.some((each) => each.id === cameraId),
        );
      await recorder.fire('cell-motion', 'on', 2);
      await recorder.fire('motion', 'on', 3);
      await recorder.fire('motion', 'on', 4);
      const events = await until(
        'both events with their pictures',
        async () => {
          const all = await ofRecorder();
          return all.filter(({ pictureUrl }) => pictureUrl !== null).length === 2 ? all : undefined;
        },
        patient,
      );
      expect(events.map(({ pointName, kind }) => [pointName, kind]).sort()).toEqual([
        ['Điểm 2', 'motion'],
        ['Điểm 3', 'motion'],
      ]);
      const strays = await until(
        'the channel that nobody registered',
        async () => {
          const all = await police.get<StrayView[]>(`/api/recorders/${id}/strays`);
          return all.length > 0 ? all : undefined;
        },
        patient,
      );
      expect(strays).toMatchObject([{ channel: told.channels[3]?.channel, kind: 'motion', notices: 1 }]);
      expect(await recorder.tally()).toMatchObject({ pullPoints: 1, refusals: { 'wrong-password': 1 } });

      for (const each of added) await technician.post(`/api/cameras/${each.id}/health/check`);
      const checked = await until(
        'what each channel is worth by itself',
        async () => {
          const all = await Promise.all(
            added.map((each) => technician.get<CameraHealthView>(`/api/cameras/${each.id}/health`)),
          );
          const areAsked = all.every(({ check, stills }) => check?.stream === 'ok' && stills.length > 0);
          return areAsked && all.slice(1).every(({ check }) => check?.noticeAt != null) ? all : undefined;
        },
        patient,
      );
      expect(checked[0]?.check?.noticeAt).toBeNull();
      // It is young: nobody has watched it for five days yet.
      expect(checked.map(({ recording }) => recording)).toEqual(
        checked.map(() => expect.objectContaining({ result: 'ok', of: 'camera', days: 5, fault: 'young' })),
      );

      const motion = events.find(({ pointName }) => pointName === 'Điểm 2');
      const path = `/api/camera-events/${motion?.id ?? ''}/replays`;
      expect(await police.get<EventReplaysView>(path)).toMatchObject({ offered: true, reachable: true });
      await police.post<ReplayView>(path, { beforeSeconds: 10, afterSeconds: 1 });
      const replay = await until(
        'the part of the recording, and its film',
        async () => (await police.get<EventReplaysView>(path)).replays.find(({ film }) => film === 'ready'),
        patient,
      );
      expect(replay).toMatchObject({
        ...{ state: 'kept', askedByName: expect.any(String) },
        clip: { codec: 'jpeg', lost: 0, ended: 'whole', timesBy: 'frames' },
      });
      const clip = await police.raw('GET', replay.clipUrl ?? '');
      const received = Buffer.from(await clip.arrayBuffer());
      expect(createHash('sha256').update(received).digest('hex')).toBe(replay.clip?.sha256);
      const film = await police.raw('GET', replay.filmUrl ?? '', undefined, { range: 'bytes=4-7' });
      expect([film.status, await film.text()]).toEqual([206, 'ftyp']);
      const noted = (await (await police.raw('GET', '/api/journal?limit=50')).json()) as { action: string }[];
      const actions = noted.map(({ action }) => action).filter((action) => action.startsWith('replays.'));
      expect(actions.toSorted()).toEqual([
        ...['replays.asked', 'replays.kept', 'replays.looked', 'replays.taken'],
      ]);

      await recorder.tell({ do: 'move' });
      const addresses = async () =>
        (await technician.get<CameraView[]>('/api/cameras')).flatMap((each) =>
          each.deviceId === id && each.state === 'subscribed' ? [each.address] : [],
        );
      await until(
        'the recorder at its new address',
        async () => {
          const now = await addresses();
          return now.length === 3 && now.every((address) => !address.includes(String(recorder.port)))
            ? true
            : undefined;
        },
        patient,
      );

      await recorder.tell({ do: 'password', password: 'đã đổi' });
      await until('the changed password to be refused', () => held('password-refused'), patient);
      const tasks = await until(
        'the task',
        async () => {
          const open = (await ofRecorder()).filter(
            ({ kind, topic }) => kind === 'outage' && topic === 'password-refused',
          );
          return open.length > 0 ? open : undefined;
        },
        patient,
      );
      expect(tasks.map(({ pointName }) => pointName)).toEqual(['Điểm 1']);
      await technician.post(`/api/recorders/${id}/retire`);
      expect((await technician.get<CameraView[]>('/api/cameras')).map((each) => each.id)).toEqual([
        camera.id,
      ]);
    } finally {
      await recorder.program.stop();
    }
  });
});
