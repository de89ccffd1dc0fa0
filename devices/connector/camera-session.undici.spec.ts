import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Camera } from '../camera/camera.ts';
import { CameraServer } from '../camera/camera.server.ts';
import { SCENES } from '../camera/scene.ts';
import { AddressRules } from './address-rules.ts';
import { readCameraAddress } from './camera-address.ts';
import { CameraSession } from './camera-session.undici.ts';

const limits = { deadlineMs: 20_000, largestBytes: 1_000_000 };
let server: CameraServer;
let session: CameraSession;

beforeEach(async () => {
  const camera = new Camera(
    {
      ...{ name: 'x', user: 'admin', password: 'mật-khẩu', serial: 'S1', mac: '02:00:00:00:00:01' },
      ...{ channels: 1, recordedDays: 0 },
    },
    SCENES.quiet ?? { place: 'gate', night: false, acts: [] },
  );
  server = new CameraServer(camera, '127.0.0.1');
  await server.start(0);
  session = new CameraSession({
    ...{ address: readCameraAddress(server.address), username: 'admin', password: 'mật-khẩu' },
    rules: new AddressRules({ allowedNetworks: ['127.0.0.0/8'], ownPorts: [], ownAddresses: [] }),
    ...{ certificate: null, now: Date.now },
  });
});
afterEach(async () => {
  await session.close();
  await server.stop();
});

test('pictures that are asked for together at the very first are no refused password', async () => {
  const taken = await Promise.all([1, 2, 3].map(() => session.picture('/picture.jpg', limits)));
  expect(taken.map(({ mime }) => mime)).toEqual(['image/jpeg', 'image/jpeg', 'image/jpeg']);
  // Nor is it held against the camera afterwards.
  expect((await session.picture('/picture.jpg', limits)).mime).toBe('image/jpeg');
}, 60_000);
