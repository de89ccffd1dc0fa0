import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { AnnouncementView } from '../../src/announcements/announcement.view.ts';
import type { EmergencyDraftView, EmergencyView } from '../../src/broadcasts/broadcast.view.ts';
import type { CameraView } from '../../src/cameras/camera.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { isLinux, isRoot, where } from '../../src/platform/process/machine.testing.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import type { Caller } from '../stage/caller.ts';
import { addCamera } from '../stage/camera.ts';
import type { Pole } from '../stage/pole.ts';
import { childOf, commandOf, memoryOf } from '../stage/processes.ts';
import { until } from '../stage/program.ts';
import { Service } from '../stage/service.ts';
import { approved, putUpPoles, scheduleAt, settle } from '../stage/village.ts';
import type { People } from '../stage/village.ts';

jest.setTimeout(180_000);

interface Place {
  service: Service;
  people: People;
  villages: VillageView[];
  poles: Pole[];
}

interface ProblemOf {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields?: { path: string; code: string }[];
}

async function makePlace(directory: string): Promise<Place> {
  const service = await Service.start({ directory });
  const { people, villages } = await settle(service);
  await people.administrator.caller.patch('/api/commune', { quietFrom: '00:00', quietUntil: '00:00' });
  const poles = await putUpPoles(people.technician.caller, villages.slice(0, 1), 1, join(directory, 'poles'));
  return { service, people, villages, poles };
}

async function leave({ service, poles }: Place): Promise<void> {
  await Promise.all(poles.map((pole) => pole.stop()));
  await service.destroy();
}

/** A refusal as RFC 9457 wants it, with our stable code; anything else fails. */
async function problem(answer: Response): Promise<ProblemOf> {
  const text = await answer.text();
  expect({ text, type: answer.headers.get('content-type') }).toMatchObject({
    type: expect.stringContaining('application/problem+json') as unknown,
  });
  const found = JSON.parse(text) as ProblemOf;
  expect(found.status).toBe(answer.status);
  expect(found.code).toMatch(/^[a-z-]+\.[a-z-]+$/);
  expect(found.type).toBe(`urn:loa:problem:${found.code}`);
  expect(found.detail).not.toBe('');
  return found;
}

/** An approved emergency lies ready on the pole; returns how to raise it. */
async function prepare({ people, poles }: Place): Promise<(caller: Caller) => Promise<EmergencyView>> {
  const [editor, approver] = [people.editor.caller, people.approver.caller];
  const { id } = await approved(editor, approver, {
    title: 'Nước lên',
    text: 'Nước đang lên nhanh. Mời bà con rời khỏi bờ sông, đến nhà văn hóa.',
    priority: 'emergency',
  });
  await approver.post(`/api/announcements/${id}/prepared`, { prepared: true });
  const draft = await until(
    'the prepared emergency',
    async () => {
      const drafts = await editor.get<EmergencyDraftView[]>('/api/emergencies/prepared');
      return drafts.find((each) => each.id === id);
    },
    { timeoutMs: 30_000 },
  );
  await until(
    'its sound to lie on the poles',
    async () => {
      const all = await people.technician.caller.get<LoudspeakerView[]>('/api/loudspeakers');
      const { now } = all.find((each) => each.id === poles[0]?.id) ?? {};
      return now !== undefined && now.audioNeeded > 0 && now.audioReady === now.audioNeeded
        ? true
        : undefined;
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
  return (caller) =>
    caller.post<EmergencyView>('/api/emergencies', {
      draftId: draft.id,
      confirmation: draft.confirmation,
      target: { kind: 'commune' },
      minutes: 5,
    });
}

/** The pole begins to sound the emergency, and falls silent when it is cancelled. */
async function soundsAndStops(
  { poles: [pole] }: Place,
  raise: () => Promise<EmergencyView>,
  end: (emergency: EmergencyView) => Promise<unknown>,
): Promise<void> {
  if (pole === undefined) throw new Error('No pole');
  const before = (await pole.soundings()).length;
  const emergency = await raise();
  const path = await until('the pole to sound', async () => (await pole.soundings())[before]?.path, {
    timeoutMs: 30_000,
    everyMs: 50,
  });
  await end(emergency);
  const sound = await until(
    'the pole to fall silent',
    async () => (await pole.soundings()).find((each) => each.path === path && each.complete),
    { timeoutMs: 30_000, everyMs: 50 },
  );
  // It is cut in the middle of its first repeat.
  expect(sound.seconds).toBeLessThan(emergency.seconds);
}

describe('what is wrong is refused where it enters', () => {
  let place: Place;
  let editor: Caller;

  beforeAll(async () => {
    place = await makePlace(await mkdtemp(join(tmpdir(), 'loa-bad-input-')));
    editor = place.people.editor.caller;
  });

  afterAll(() => leave(place));

  const write = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    editor.raw('POST', '/api/announcements', body, headers);

  test('a text of 20,001 characters is named; 20,000 are taken', async () => {
    const text = 'bà con '.repeat(3_000).slice(0, 20_001);
    const answer = await write({ title: 'Dài', text });
    expect(answer.status).toBe(400);
    expect(await problem(answer)).toMatchObject({
      code: 'request.invalid',
      fields: [{ path: 'text', code: 'too-big' }],
    });
    expect((await write({ title: 'Dài', text: text.slice(1) })).status).toBe(201);
  });

  test('a decomposed text becomes composed', async () => {
    const written = 'Kính mời bà con thôn Hòa Bình đến nhà văn hóa.';
    const view = (await (
      await write({ title: 'Họp', text: written.normalize('NFD') })
    ).json()) as AnnouncementView;
    expect(view.reading.written).toBe(written);
    expect(view.reading.spoken).not.toMatch(/\p{Mark}/u);
  });

  test.each([
    [
      'TCVN3',
      'Th«ng b¸o: kÝnh mêi bµ con ®Õn nhµ v¨n hãa häp.',
      'Thông báo: kính mời bà con đến nhà văn hóa họp.',
    ],
    [
      'VNI',
      'Thoâng baùo: kính môøi baø con ñeán nhaø vaên hoùa hoïp.',
      'Thông báo: kính mời bà con đến nhà văn hóa họp.',
    ],
  ])('a text in %s is converted, and the person is told', async (_, old, meant) => {
    const answer = await write({ title: 'Họp', text: old });
    expect(answer.status).toBe(201);
    const view = (await answer.json()) as AnnouncementView;
    expect(view.reading.written).toBe(meant);
    expect(view.warnings.map(({ code }) => code)).toContain('announcements.old-encoding');
  });

  test('a text with nothing to say in it is named, or kept as an empty draft and never recorded', async () => {
    for (const [text, code] of [
      ['🎉🎉🎉', 'speech.only-symbols'],
      ['*** --- !!!', 'speech.only-symbols'],
      ['\u200b\u200b', 'speech.empty'],
      ['\u200f\u202e\u2067', 'speech.empty'],
    ] as const) {
      const answer = await write({ title: 'Không lời', text });
      expect({ text, status: answer.status }).toEqual({ text, status: 400 });
      expect(await problem(answer)).toMatchObject({ code, fields: [{ path: 'text', code }] });
    }
    const { id } = (await (await write({ title: 'Chưa viết', text: '' })).json()) as AnnouncementView;
    const render = await editor.raw('POST', `/api/announcements/${id}/render`, {});
    expect(render.status).toBe(409);
    expect(await problem(render)).toMatchObject({ code: 'announcements.nothing-to-say' });
  });

  test('marks that turn the direction of writing are neither seen nor said', async () => {
    const text = 'Mời bà con \u202eđi họp\u202c lúc \u200f7h30.';
    const view = (await (await write({ title: 'Họp', text })).json()) as AnnouncementView;
    expect(view.reading.written).toBe('Mời bà con đi họp lúc 7h30.');
    expect(view.reading.spoken).toBe('Mời bà con đi họp lúc bảy giờ ba mươi phút.');
  });

  test('a recording is made once however often it is asked for; given up, it leaves the way free', async () => {
    const long = Array.from({ length: 200 }, (_, at) => `Câu số ${at}: mời bà con đi họp ở nhà văn hóa.`);
    const slow = (await (await write({ title: 'Rất dài', text: long.join(' ') })).json()) as AnnouncementView;
    const render = ({ id }: { id: string }) => editor.raw('POST', `/api/announcements/${id}/render`, {});
    const asked = await Promise.all(Array.from({ length: 20 }, () => render(slow)));
    expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 202));
    const stopped = await editor.post<AnnouncementView>(`/api/announcements/${slow.id}/stop-rendering`);
    expect(stopped).toMatchObject({ rendering: null, recording: null });

    const texts = Array.from({ length: 2 }, () => ({ title: 'Họp', text: 'Mời bà con đi họp sau giờ cơm.' }));
    const twins = await Promise.all(
      texts.map(async (text) => (await (await write(text)).json()) as AnnouncementView),
    );
    await Promise.all(twins.flatMap((one) => Array.from({ length: 10 }, () => render(one))));
    const recordings = await Promise.all(
      twins.map(({ id }) =>
        until(
          'the recording behind the one that was given up',
          async () =>
            (await editor.get<AnnouncementView>(`/api/announcements/${id}`)).recording?.id ?? undefined,
          { timeoutMs: 30_000, everyMs: 100 },
        ),
      ),
    );
    expect(new Set(recordings).size).toBe(1);
    const left = await editor.get<AnnouncementView>(`/api/announcements/${slow.id}`);
    expect(left).toMatchObject({ rendering: null, recording: null });
  });

  test('characters that no database keeps are left out, and the rest is kept', async () => {
    for (const text of ['Mời\\u0000 họp.', 'Mời\\ud800 họp.']) {
      const answer = await write(`{"title":"Họp","text":"${text}"}`);
      expect({ text, status: answer.status }).toEqual({ text, status: 201 });
      expect(((await answer.json()) as AnnouncementView).text).toBe('Mời họp.');
    }
  });

  test('a field that does not exist is named, wherever it is', async () => {
    const top = await write({ title: 'Họp', text: 'Họp.', author: 'ai đó' });
    expect(top.status).toBe(400);
    expect((await problem(top)).fields).toMatchObject([{ path: 'author', code: 'unknown' }]);
    const deep = await editor.raw('POST', '/api/stop', { target: { kind: 'commune', andMore: true } });
    expect(deep.status).toBe(400);
    expect((await problem(deep)).fields).toMatchObject([{ path: 'target.andMore', code: 'unknown' }]);
    const query = await editor.raw('GET', '/api/announcements?sort=title');
    expect(query.status).toBe(400);
    await problem(query);
    const polluted = await write('{"title":"Họp","text":"Họp.","__proto__":{"isAdmin":true}}');
    expect(polluted.status).toBe(400);
    await problem(polluted);
  });

  test('JSON that is none, another content type and an address that cannot be read are problems', async () => {
    for (const [what, answer, status] of [
      ['cut off', await write('{"title":'), 400],
      ['no object', await write('"just words"'), 400],
      ['nothing', await write('', { 'content-type': 'application/json' }), 400],
      ['plain text', await write('title=x', { 'content-type': 'text/plain' }), 415],
      ['XML', await write('<a/>', { 'content-type': 'application/xml' }), 415],
      ['a form', await write('title=x', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
      ['an address', await editor.raw('GET', '/api/announcements/%E0%A4%A'), 400],
      ['an id', await editor.raw('GET', '/api/announcements/not-an-id'), 400],
      ['no route', await editor.raw('GET', '/api/no-such-thing'), 404],
    ] as const) {
      expect({ what, status: answer.status }).toEqual({ what, status });
      await problem(answer);
    }
  });

  test.each(['with its length', 'without a length'])(
    'an upload of 1 GB %s is cut off, and costs no memory',
    async (kind) => {
      const { pid } = place.service.ports;
      const before = memoryOf(pid);
      const begun = Date.now();
      const { status, sent, code } = await upload(place.service.url, kind === 'with its length');
      expect({ status, code }).toEqual({ status: 413, code: 'request.too-large' });
      expect(sent).toBeLessThan(64 * 1_048_576);
      expect(Date.now() - begun).toBeLessThan(10_000);
      expect(memoryOf(pid) - before).toBeLessThan(64 * 1_048_576);
      await editor.get('/api/announcements');
    },
  );

  test('a camera at a dead address is unreachable, and nothing else suffers', async () => {
    const { people, villages } = place;
    const technician = people.technician.caller;
    const [village] = villages;
    if (village === undefined) throw new Error('No village');
    const dead = { name: 'Không có', address: '127.0.0.1:9', username: 'xem', password: 'Xem-thoi-1' };
    const { id } = await addCamera(technician, village, dead);
    const camera = await until(
      'the camera to be unreachable',
      async () =>
        (await technician.get<CameraView[]>('/api/cameras')).find(
          (each) => each.id === id && each.state === 'unreachable',
        ),
      { timeoutMs: 60_000, everyMs: 250 },
    );
    expect(camera.heardAt).toBeNull();
    const forbidden = await technician.raw('POST', '/api/cameras', {
      ...dead,
      address: 'file:///etc/passwd',
    });
    expect(forbidden.status).toBe(400);
    await problem(forbidden);
    expect(await editor.get('/api/health')).toMatchObject({ status: 'ok' });
  });

  test('a broker that is killed: the service answers, and what is scheduled meanwhile plays', async () => {
    const { people, service, poles } = place;
    const ready = await approved(editor, people.approver.caller, {
      title: 'Họp',
      text: 'Mời bà con đi họp.',
    });
    const broker = childOf(service.ports.pid, 'broker.main');
    if (broker === undefined) throw new Error('No broker');
    process.kill(broker, 'SIGKILL');
    const dueAt = Math.ceil((Date.now() + 8_000) / 1_000) * 1_000;
    await scheduleAt(editor, ready.id, dueAt, { kind: 'commune' });
    const sound = await until(
      'it to sound',
      async () => (await poles[0]?.soundings())?.find(({ startedAt }) => startedAt > dueAt - 1_000),
      { timeoutMs: 60_000, everyMs: 250 },
    );
    expect(sound.startedAt).toBeLessThan(dueAt + 120_000);
    expect(childOf(service.ports.pid, 'broker.main')).not.toBe(broker);
    expect(await editor.get('/api/health')).toMatchObject({ broker: 'up' });
  });

  test('a PostgreSQL that is killed: said clearly, and back within 5 s with everybody still signed in', async () => {
    const { service } = place;
    const postmaster = await service.postmasterPid();
    if (postmaster === undefined) throw new Error('No PostgreSQL');
    process.kill(postmaster, 'SIGKILL');
    const killedAt = Date.now();
    // Else what is asked first may be answered by a database that is only about to die.
    await until('it to be dead', () => (commandOf(postmaster) === '' ? true : undefined), {
      timeoutMs: 30_000,
      everyMs: 1,
    });
    const said = new Set<string>();
    await until(
      'the database to be back',
      async () => {
        const answer = await editor.raw('GET', '/api/announcements');
        if (answer.ok) return true;
        expect(answer.status).toBe(503);
        said.add((await problem(answer)).code);
        return undefined;
      },
      { timeoutMs: 30_000, everyMs: 20 },
    );
    expect(Date.now() - killedAt).toBeLessThan(5_000);
    expect([...said]).toEqual(['platform.database-down']);
    expect((await write({ title: 'Sau đó', text: 'Xin chào bà con.' })).status).toBe(201);
  });
});

const asRoot = where(isLinux && isRoot, 'root on Linux, to mount a small disk', describe);
asRoot('a full disk (needs root, to mount a small one)', () => {
  let place: Place;
  let data: string;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'loa-full-disk-'));
    data = join(directory, 'data');
    await mkdir(data);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', data]);
    place = await makePlace(directory);
  });

  afterAll(async () => {
    await Promise.all(place.poles.map((pole) => pole.stop()));
    await place.service.stop();
    execFileSync('umount', ['-l', data]);
    await rm(directory, { recursive: true, force: true });
  });

  test('new work is refused by name, an emergency and its end go out, and with room all is well again', async () => {
    const { people, service } = place;
    const editor = people.editor.caller;
    const raise = await prepare(place);
    await fill(join(data, 'filler'));
    const answer = await editor.raw('POST', '/api/announcements', {
      title: 'Thêm',
      text: 'Xin chào bà con.',
    });
    expect(answer.status).toBe(503);
    expect(await problem(answer)).toMatchObject({ code: 'platform.disk-full' });
    await soundsAndStops(
      place,
      () => raise(editor),
      ({ id }) => editor.post(`/api/emergencies/${id}/cancel`),
    );
    expect((await editor.raw('POST', '/api/stop', { target: { kind: 'commune' } })).status).toBe(200);
    expect(service.program.isRunning).toBe(true);
    expect((await fetch(`${service.url}/api/health`)).status).toBe(200);

    await rm(join(data, 'filler'));
    const freedAt = Date.now();
    const { id } = await until(
      'new work to be taken',
      async () => {
        const next = await editor.raw('POST', '/api/announcements', {
          title: 'Lại',
          text: 'Xin chào bà con.',
        });
        return next.ok ? ((await next.json()) as AnnouncementView) : undefined;
      },
      { timeoutMs: 30_000, everyMs: 200 },
    );
    expect(Date.now() - freedAt).toBeLessThan(10_000);
    expect(await editor.get(`/api/announcements/${id}`)).toMatchObject({ title: 'Lại' });
  });
});

/** Writes until not a byte is free. */
async function fill(path: string): Promise<void> {
  for (const chunkBytes of [4 * 1_048_576, 65_536, 4_096]) {
    const chunk = Buffer.alloc(chunkBytes, 1);
    for (;;) {
      try {
        await writeFile(path, chunk, { flag: 'a' });
      } catch {
        break;
      }
    }
  }
}

/** Sends up to 1 GB as a JSON text that never ends, until it is answered or cut off. */
function upload(
  url: string,
  withLength: boolean,
): Promise<{ status: number | undefined; code: string | undefined; sent: number }> {
  const bytes = 1_073_741_824;
  const chunk = Buffer.alloc(65_536, 'a');
  return new Promise((resolve, reject) => {
    let sent = 0;
    let isOver = false;
    const request = httpRequest(`${url}/api/announcements`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: url,
        ...(withLength ? { 'content-length': bytes } : {}),
      },
    });
    const settle = (status: number | undefined, code: string | undefined): void => {
      isOver = true;
      resolve({ status, code, sent });
      request.destroy();
    };
    request.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => settle(answer.statusCode, /"code":"([^"]+)"/.exec(text)?.[1]));
    });
    request.on('error', (error) => {
      if (!isOver) reject(error);
    });
    const more = (): void => {
      if (isOver || sent >= bytes) return;
      sent += chunk.length;
      // One chunk a turn, so that an answer is read before the next write meets the closed socket.
      if (request.write(chunk)) setImmediate(more);
      else request.once('drain', () => setImmediate(more));
    };
    request.flushHeaders();
    setTimeout(more, 50);
  });
}
