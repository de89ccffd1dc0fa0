import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Camera } from '../camera/camera.ts';
import { SCENES } from '../camera/scene.ts';
import { StreamServer } from '../camera/stream.server.ts';
import { AddressRules } from './address-rules.ts';
import { askStream, reachOf } from './stream.rtsp.ts';

const rules = new AddressRules({ allowedNetworks: ['127.0.0.0/8'], ownPorts: [], ownAddresses: [] });
const shut = new AddressRules({ allowedNetworks: ['10.0.0.0/8'], ownPorts: [], ownAddresses: [] });
const right = { username: 'admin', password: 'mật-khẩu' };

const camera = new Camera(
  {
    name: 'x',
    user: 'admin',
    password: 'mật-khẩu',
    serial: 'S1',
    mac: '02:00:00:00:00:01',
    channels: 1,
    recordedDays: 0,
  },
  SCENES.quiet ?? { place: 'gate', night: false, acts: [] },
);
let server: StreamServer;
let port = 0;
const address = (): string => `rtsp://127.0.0.1:${String(port)}/stream1`;

beforeEach(async () => {
  camera.faults.clear();
  server = new StreamServer(camera, '127.0.0.1');
  port = await server.start(0);
});
afterEach(() => server.stop());

describe('asking for a stream without playing it', () => {
  test('a stream that answers with video is there; the password goes out by Digest and once', async () => {
    expect(await askStream(rules, address(), right)).toEqual({ result: 'ok', detail: '' });
    expect(camera.tally.requests['RTSP DESCRIBE']).toBe(2);
  });

  test('a refused password is told as that after one try', async () => {
    camera.tally.requests['RTSP DESCRIBE'] = 0;
    expect(await askStream(rules, address(), { ...right, password: 'sai' })).toMatchObject({
      result: 'refused',
    });
    expect(camera.tally.requests['RTSP DESCRIBE']).toBe(2);
  });

  test('silence, a closed door and a forbidden address are told apart', async () => {
    camera.faults.add('stream-silent');
    expect(await askStream(rules, address(), right)).toEqual({ result: 'silent', detail: 'no whole answer' });
    expect(await askStream(shut, address(), right)).toMatchObject({ result: 'held-off' });
    expect(await askStream(rules, null, right)).toEqual({ result: 'none', detail: '' });
    expect(await reachOf(rules, '127.0.0.1', port)).toBe('open');
    expect(await reachOf(shut, '127.0.0.1', port)).toBe('forbidden');
    await server.stop();
    expect(await askStream(rules, address(), right)).toEqual({
      result: 'silent',
      detail: 'no connection: ECONNREFUSED',
    });
    expect(await reachOf(rules, '127.0.0.1', port)).toBe('refused');
  }, 60_000);
});
