import { expect, test } from '@jest/globals';
import { judged } from './camera-search.ts';

const found = (address: string, mac: string | null) => ({
  ...{ address: `http://${address}/onvif/device_service`, name: null, hardware: null, scopes: [], mac },
  endpoint: mac === null ? null : `2419d68a-2dd2-21b2-a205-${mac.replaceAll(':', '')}`,
});
const gate = {
  ...{ id: '1', name: 'Cổng chợ', address: '192.168.1.64' },
  identity: { serial: 'SN-1', macs: ['c0:56:e3:00:00:01'], endpoint: null },
};

test('what answers is told apart: registered, at another address, twice in the network, unknown', () => {
  const known = judged(
    [
      found('192.168.1.64', null),
      found('192.168.1.70', 'c0:56:e3:00:00:01'),
      found('192.168.1.71', 'c0:56:e3:00:00:09'),
      found('192.168.1.72:8000', 'c0:56:e3:00:00:09'),
      found('192.168.1.73', 'c0:56:e3:00:00:03'),
    ],
    [gate],
  ).map((one) => one.known && [one.known.how, one.known.camera?.name]);
  expect(known).toEqual([
    ['here', 'Cổng chợ'],
    ['elsewhere', 'Cổng chợ'],
    ['cloned', undefined],
    ['cloned', undefined],
    null,
  ]);
});
