import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import type { CameraView } from '../../src/cameras/camera.view.ts';
import type { DetectorKeyView } from '../../src/detectors/detector.view.ts';
import type { EnrolmentView } from '../../src/boxes/enrolment.view.ts';
import type { LoudspeakerView } from '../../src/loudspeakers/loudspeaker.view.ts';
import { mutant } from '../stage/build.ts';
import { Caller } from '../stage/caller.ts';
import { addCamera, SimulatedCamera } from '../stage/camera.ts';
import { lookInto } from '../stage/database.ts';
import type { Pole } from '../stage/pole.ts';
import { childOf } from '../stage/processes.ts';
import { Program, until } from '../stage/program.ts';
import { betrayedBelow, noteSecret, secretsIn, secretsKnown } from '../stage/secrets.ts';
import { Service } from '../stage/service.ts';
import { putUpPoles, settle } from '../stage/village.ts';
import type { People } from '../stage/village.ts';
import { drawer, seed } from './seed.ts';

jest.setTimeout(300_000);

const patienceMs = 60_000;
const draw = drawer(seed);

/** A secret that is found again, whatever it stands in. */
function planted(what: string): string {
  const secret = `bi-mat-${Array.from({ length: 24 }, () => Math.floor(draw() * 36).toString(36)).join('')}`;
  noteSecret(what, secret);
  return secret;
}

/** A commune with whatever knows a secret, each program as talkative as it can be. */
class House {
  /** What it answered to whoever may hear no secret, and where. */
  readonly answers: { readonly to: string; readonly status: number; readonly text: string }[] = [];

  private constructor(
    readonly directory: string,
    public service: Service,
    readonly people: People,
    private readonly village: Parameters<typeof addCamera>[1],
    private readonly poles: readonly Pole[],
    private readonly camera: SimulatedCamera,
    /** Used already. */
    private readonly setUpToken: string,
  ) {}

  static async begin(): Promise<House> {
    const directory = await mkdtemp(join(tmpdir(), 'loa-secrets-'));
    const [service, camera] = await Promise.all([
      Service.start({ directory, env: { LOA_LOG_LEVEL: 'trace' } }),
      SimulatedCamera.start('Cổng', 'junction', directory, 31),
    ]);
    const token = await service.setUpToken();
    const { people, villages } = await settle(service);
    const [village] = villages;
    if (village === undefined) throw new Error('no village');
    const poles = await putUpPoles(
      ...[people.technician.caller, [village], 1, join(directory, 'poles'), undefined, undefined],
      () => ({ LOG_LEVEL: 'trace' }),
    );
    return new House(directory, service, people, village, poles, camera, token);
  }

  /** @param isGood what is wrong with its logs is told only then: what went wrong first is told else */
  async end(isGood: boolean): Promise<void> {
    await Promise.all(this.poles.map((pole) => pole.stop()));
    await this.service.stop();
    await this.camera.program.stop();
    await this.service.destroy().catch((error: unknown) => {
      if (isGood) throw error;
    });
  }

  /** Asks for what holds no secret, or gives one away for nothing. */
  async ask(
    caller: Caller,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<number> {
    const answer = await caller.raw(method, path, body, headers);
    this.answers.push({ to: `${method} ${path}`, status: answer.status, text: await answer.text() });
    return answer.status;
  }

  /** People and programs that tell it secrets, right ones and wrong ones, in every form that is refused. */
  async tellSecrets(): Promise<void> {
    const { administrator, technician, editor } = this.people;
    const nobody = new Caller(this.service.url);
    const wrong = planted('a wrong password');
    const statuses = [
      await this.ask(nobody, 'POST', '/api/session', { loginName: editor.loginName, password: wrong }),
      await this.ask(nobody, 'POST', '/api/session', { loginName: planted('a login name'), password: wrong }),
      await this.ask(
        nobody,
        'POST',
        '/api/session',
        `{"loginName":"lan","password":"${planted('of a broken body')}"`,
      ),
      await this.ask(nobody, 'POST', '/api/session', `{"password":${planted('of a body without quotes')}}`),
      await this.ask(nobody, 'POST', '/api/session', { loginName: 'lan', password: [planted('in a list')] }),
      await this.ask(nobody, 'POST', '/api/session', {
        loginName: 'lan',
        password: `${planted('too long')}x`.repeat(99),
      }),
      await this.ask(nobody, 'POST', '/api/session/link', { token: planted('of a link') }),
      await this.ask(nobody, 'POST', '/api/setup', { token: planted('for setting up'), password: wrong }),
      await this.ask(nobody, 'POST', '/api/setup', {
        ...{ token: this.setUpToken, communeName: 'xã khác', province: 'Đắk Lắk', displayName: 'Y' },
        ...{ loginName: 'ykhac', password: planted('of another commune') },
      }),
      await this.ask(nobody, 'GET', '/api/session', undefined, {
        cookie: `loa_session=${planted('of a cookie')}`,
      }),
      await this.ask(editor.caller, 'POST', '/api/session/password', { current: wrong, next: 'short' }),
      await this.ask(administrator.caller, 'POST', '/api/people', {
        loginName: 'x',
        password: planted('of a person'),
      }),
      ...(await this.tellOfCameras(technician.caller)),
      ...(await this.tellDetectors(technician.caller)),
      ...(await this.tellBoxes(technician.caller)),
    ];
    expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
  }

  private async tellOfCameras(technician: Caller): Promise<number[]> {
    const point = { username: 'loalang', name: 'Cổng', address: this.camera.address };
    const good = await addCamera(technician, this.village, { ...point, password: this.camera.password });
    await this.untilCamera(good.id, 'subscribed');
    const second = await SimulatedCamera.start('Chợ', 'quiet', this.directory, 32);
    const refused = await addCamera(technician, this.village, {
      ...{ ...point, name: 'Chợ', address: second.address, password: planted('of a camera, refused') },
    });
    await this.untilCamera(refused.id, 'password-refused');
    await second.program.stop();
    const inAddress = `http://loalang:${planted('in an address')}@127.0.0.1:1/onvif/device_service`;
    const columns = 'Tên điểm camera,Thôn,Địa chỉ,Tài khoản,Mật khẩu,Biển báo';
    const rows = `Cổng,"thôn không có",${this.camera.address},loalang,${planted('in a table')},có`;
    return [
      await this.ask(technician, 'PATCH', `/api/cameras/${good.id}`, {
        password: planted('of a change'),
        zoom: 1,
      }),
      await this.ask(technician, 'PATCH', `/api/cameras/${good.id}`, { address: inAddress }),
      await this.ask(technician, 'POST', '/api/cameras/table', {
        text: `${columns}\n${rows}\n`,
        dryRun: 'yes',
      }),
      // Each row is judged by itself: that is no refusal.
      400 *
        Number(
          (await this.ask(technician, 'POST', '/api/cameras/table', {
            text: `${columns}\n${rows}\n`,
            dryRun: true,
          })) > 0,
        ),
    ];
  }

  private async tellDetectors(technician: Caller): Promise<number[]> {
    const [camera] = await technician.get<CameraView[]>('/api/cameras');
    const watched = [{ pointId: camera?.pointId, name: 'cong' }];
    const { detector, key } = await technician.post<DetectorKeyView>('/api/detectors', {
      ...{ name: 'Máy ở trụ sở', form: 'envelope', modelName: 'yolo11', watched },
    });
    const url = '/detector/v1/detections';
    const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });
    const nobody = new Caller(this.service.url);
    const wrongKey = planted('a key of a detector');
    const { mqtt } = this.service.ports;
    const enter = connectAsync(
      `mqtt://127.0.0.1:${String(mqtt)}`,
      {
        clientId: detector.id,
        username: detector.id,
        password: wrongKey,
        reconnectPeriod: 0,
        connectTimeout: 10_000,
      },
      false,
    );
    await expect(enter).rejects.toThrow(/refused/i);
    return [
      await this.ask(nobody, 'POST', url, { v: 1 }, bearer(wrongKey)),
      await this.ask(nobody, 'POST', url, `{"v":1,"key":"${key}"`, bearer(key)),
      await this.ask(nobody, 'POST', url, { v: 1, secret: key }, bearer(key)),
    ];
  }

  /** Its second box comes with a code that was used, and with one that never was. */
  private async tellBoxes(technician: Caller): Promise<number[]> {
    const [pole] = await technician.get<LoudspeakerView[]>('/api/loudspeakers');
    const { link, code } = await technician.post<EnrolmentView>(
      `/api/loudspeakers/${pole?.id ?? ''}/enrolment`,
    );
    const unknown = link.replace(code, '0000-AAAA-BBBB-CCCC');
    for (const [index, each] of [unknown, link.replace('root=', 'root=0'), link.slice(0, -9)].entries()) {
      const data = join(this.directory, 'strangers', `box-${index}`);
      const stranger = await Program.start(
        'a stranger',
        'devices/loudspeaker/loudspeaker.main.js',
        ['--data', data, '--sink', 'silent', '--enrol', each],
        { logPath: `${data}.log`, env: { LOG_LEVEL: 'trace' } },
      );
      expect(await stranger.exited).not.toBe(0);
    }
    return [
      await this.ask(new Caller(this.service.url), 'POST', '/device/enrol', { code, kind: 'loudspeaker' }),
      await this.ask(technician, 'GET', `/api/nowhere?code=${code}`),
    ];
  }

  private async untilCamera(id: string, state: string): Promise<void> {
    await until(
      `the camera to be ${state}`,
      async () => {
        const all = await this.people.technician.caller.get<CameraView[]>('/api/cameras');
        return all.find((one) => one.id === id && one.state === state);
      },
      { timeoutMs: patienceMs, everyMs: 300 },
    );
  }

  /** Everything ends in the middle of what it does, and tells of it. */
  async breakAll(): Promise<void> {
    const pid = this.service.program.pid;
    for (const word of ['connector.main', 'broker.main']) {
      const child = childOf(pid, word);
      if (child === undefined) throw new Error(`no ${word}`);
      process.kill(child, 'SIGKILL');
    }
    const postmaster = await this.service.postmasterPid();
    if (postmaster === undefined) throw new Error('no database');
    process.kill(postmaster, 'SIGKILL');
    const { administrator } = this.people;
    await this.ask(administrator.caller, 'GET', '/api/people');
    await this.service.kill();
    this.service = await this.service.restart();
    await until(
      'the broker and the database to be back',
      async () => {
        const { status } = await administrator.caller.get<{ status: string }>('/api/health');
        return status === 'ok' ? true : undefined;
      },
      { timeoutMs: patienceMs, everyMs: 300 },
    );
  }

  /** Every list that there is, as each of those sees it who see most. */
  async readAll(): Promise<void> {
    const { administrator, technician, policeChief, editor } = this.people;
    const document = await administrator.caller.get<{ paths: Record<string, object> }>('/api/openapi.json');
    const lists = Object.entries(document.paths).flatMap(([path, methods]) =>
      'get' in methods && !path.includes('{') && path !== '/api/live' ? [path] : [],
    );
    expect(lists.length).toBeGreaterThan(20);
    for (const { caller } of [administrator, technician, policeChief, editor])
      for (const path of [...lists, '/api/openapi.json', '/api/docs']) await this.ask(caller, 'GET', path);
  }

  /** Every row of every table, as text. */
  async rows(): Promise<{ readonly table: string; readonly text: string }[]> {
    return lookInto(this.service, async (client) => {
      const { rows: tables } = await client.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
      );
      const all = [];
      for (const { name } of tables) {
        const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM "${name}" t`);
        all.push(...rows.map(({ text }) => ({ table: name, text })));
      }
      return all;
    });
  }
}

/** A service that is told wrong settings, and one whose database is not there. */
async function startBadly(directory: string): Promise<void> {
  const url = (user: string): string => `postgres://${user}:${planted('of the database')}@127.0.0.1:1/loa`;
  const env = {
    ...{ LOA_DATABASE_URL: url('app'), LOA_DATABASE_OWNER_URL: url('owner'), LOA_LOG_LEVEL: 'trace' },
    LOA_DATA_DIRECTORY: join(directory, 'data'),
  };
  const faulty = await Program.start('service', 'src/main.js', [], {
    logPath: join(directory, 'faulty.log'),
    env: { ...env, LOA_HTTP_PORT: 'x', LOA_DEMONSTRATION_BROKER_SECRET: planted('of the broker') },
  });
  expect(await faulty.exited).toBe(78);
  const alone = await Program.start('service', 'src/main.js', [], {
    logPath: join(directory, 'alone.log'),
    env: {
      ...{
        ...env,
        LOA_HTTP_PORT: '0',
        LOA_DEVICE_HTTP_PORT: '0',
        LOA_BROKER_TLS_PORT: '0',
        LOA_BROKER_PLAIN_PORT: '0',
      },
    },
  });
  expect(await alone.exited).not.toBe(0);
  expect(await readFile(join(directory, 'alone.log'), 'utf8')).toContain('cannot be reached');
}

describe('C7: secrets', () => {
  test('told in every way, to programs that log all they can, that are killed and start badly: none stands anywhere', async () => {
    process.stdout.write(`secrets: LOA_SEED=${String(seed)}\n`);
    const scratch = await mkdtemp(join(tmpdir(), 'loa-secrets-start-'));
    const house = await House.begin();
    let isGood = false;
    try {
      await startBadly(scratch);
      await house.tellSecrets();
      await house.breakAll();
      await house.readAll();
      const rows = await house.rows();
      const betrayed = [
        ...house.answers.flatMap(({ to, text }) => secretsIn(text).map((what) => `${to}: ${what}`)),
        ...rows.flatMap(({ table, text }) => secretsIn(text).map((what) => `table ${table}: ${what}`)),
        ...(await betrayedBelow(scratch)),
        ...(await betrayedBelow(house.directory)),
      ];
      const logBytes = (await readFile(join(house.directory, 'service.log'))).length;
      const counts = { secrets: secretsKnown(), answers: house.answers.length, rows: rows.length, logBytes };
      process.stdout.write(`${JSON.stringify({ suite: 'secrets', seed, ...counts, betrayed })}\n`);
      expect(betrayed).toEqual([]);
      expect(counts.secrets).toBeGreaterThan(40);
      expect(house.answers.filter(({ status }) => status >= 500 && status !== 503)).toEqual([]);
      isGood = true;
    } finally {
      await house.end(isGood);
      await rm(scratch, { recursive: true, force: true });
    }
  });

  test('turns red where a wrong password is logged: every story looks when its service ends', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'loa-secrets-'));
    const built = await mutant(directory, [
      {
        file: 'src/accounts/session.controller.js',
        from: 'const signedIn = await this.sessions.signIn(loginName,',
        to: 'console.error(`refused: ${password}`); const signedIn = await this.sessions.signIn(loginName,',
      },
    ]);
    const service = await Service.start({ directory: join(directory, 'place'), built });
    const body = { loginName: 'lan', password: planted('a password') };
    await new Caller(service.url).raw('POST', '/api/session', body);
    await expect(service.destroy()).rejects.toThrow(/Secrets stand in logs:\n {2}place\/service\.log: /);
    await rm(directory, { recursive: true, force: true });
  });

  test.each([
    ['plainly', (secret: string) => `msg ${secret}.`],
    ['as JSON', (secret: string) => JSON.stringify({ text: `"${secret}"` })],
    ['in an address', (secret: string) => `/x?y=${encodeURIComponent(secret)}`],
    ['in base64', (secret: string) => Buffer.from(secret).toString('base64')],
  ])('is found %s', (_, written) => {
    const secret = `${planted('one with signs')} "ấp" & <b>`;
    noteSecret('one with signs', secret);
    expect(secretsIn(written(secret))).toEqual(['one with signs']);
    expect(secretsIn(written('something else'))).toEqual([]);
  });
});
