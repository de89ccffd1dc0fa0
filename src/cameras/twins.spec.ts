import { describe, expect, test } from '@jest/globals';
import { placeOf } from './camera-address.ts';
import { knownAt } from './camera-search.ts';
import { twinHow } from './twins.ts';

const device = (address: string, more: object = {}) => ({
  ...{ connectorId: 'a', address, identity: null },
  ...more,
});
const mac = 'c0:56:e3:00:00:01';
const identity = { serial: 'SN-77001', macs: [mac], endpoint: null };

test.each([
  ['192.168.1.64', 'http://192.168.1.64:80/onvif/device_service'],
  ['192.168.1.64', 'HTTP://192.168.1.64/'],
  ['Camera.Local:8000', 'http://camera.local:8000'],
  ['https://192.168.1.64', 'https://192.168.1.64:443/onvif/device_service'],
  ['192.168.1.64', '0xc0.168.1.64'],
])('%s and %s are one place', (one, other) => {
  expect(placeOf(one)).toBe(placeOf(other));
});

test.each([
  ['192.168.1.64', '192.168.1.64:8000'],
  ['192.168.1.64', '192.168.1.65'],
  // Some programs give several cameras at one port, each by a path of its own.
  ['192.168.1.64/onvif/1', '192.168.1.64/onvif/2'],
  ['no address', 'nor this one'],
])('%s and %s are two', (one, other) => {
  expect(placeOf(one)).not.toBe(placeOf(other));
});

describe('two registered devices', () => {
  test.each([
    ['at one address', device('10.0.0.1'), device('10.0.0.1:80'), 'address'],
    ['at one address of two sites', device('10.0.0.1'), device('10.0.0.1', { connectorId: 'b' }), null],
    ['that say all the same', device('10.0.0.1', { identity }), device('10.0.0.2', { identity }), 'twice'],
    [
      'with one number on other hardware',
      device('10.0.0.1', { identity }),
      device('10.0.0.2', { identity: { ...identity, macs: ['c0:56:e3:00:00:02'] } }),
      'cloned',
    ],
    ['of which one has said nothing', device('10.0.0.1', { identity }), device('10.0.0.2'), null],
  ])('%s', (_what, one, other, how) => {
    expect(twinHow(one, other)).toBe(how);
  });
});

test('an address that somebody types is known by what stands there, and by what was found there last', () => {
  const gate = { id: '1', name: 'Cổng chợ', address: '192.168.1.64', identity };
  const found = [
    {
      ...{ address: 'http://192.168.1.70/onvif/device_service', name: null, hardware: null, scopes: [], mac },
      endpoint: null,
    },
  ];
  const how = (address: string): string | undefined => knownAt(address, found, [gate])?.how;
  expect([how('192.168.1.64:80'), how('192.168.1.70'), how('192.168.1.71')]).toEqual([
    'here',
    'elsewhere',
    undefined,
  ]);
});
