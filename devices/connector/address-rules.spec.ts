import { describe, expect, test } from '@jest/globals';
import { AddressRules, PRIVATE_NETWORKS } from './address-rules.ts';
import { pathOf, pictureAddress, readCameraAddress, streamAddress } from './camera-address.ts';

const rules = new AddressRules({
  allowedNetworks: [...PRIVATE_NETWORKS, '127.0.0.0/8'],
  ownPorts: [8080],
  ownAddresses: ['192.168.1.2'],
});

describe('a connection', () => {
  test.each([
    ['192.168.1.64', 80],
    ['10.1.2.3', 8080],
    ['172.31.255.254', 8000],
    ['100.64.0.9', 80],
    ['127.0.0.1', 9000],
    ['fd12::1', 80],
    ['::ffff:192.168.1.64', 80],
  ])('to %s:%i is allowed', (address, port) => {
    expect(rules.refusal(address, port)).toBeUndefined();
  });
  test.each([
    ['8.8.8.8', 80, 'outside the allowed networks'],
    ['172.32.0.1', 80, 'outside the allowed networks'],
    ['2001:db8::1', 80, 'outside the allowed networks'],
    ['169.254.169.254', 80, 'no camera lies there'],
    ['::ffff:169.254.169.254', 80, 'no camera lies there'],
    ['fe80::1', 80, 'no camera lies there'],
    ['0.0.0.0', 80, 'no camera lies there'],
    ['::', 80, 'no camera lies there'],
    ['239.255.255.250', 3702, 'no camera lies there'],
    ['127.0.0.1', 8080, 'that is the service itself'],
    ['::1', 8080, 'that is the service itself'],
    ['192.168.1.2', 8080, 'that is the service itself'],
  ])('to %s:%i is refused: %s', (address, port, why) => {
    expect(rules.refusal(address, port)).toContain(why);
  });
  test('rules that cannot be read are refused, by name', () => {
    expect(
      () => new AddressRules({ allowedNetworks: ['10.0.0.0/99'], ownPorts: [], ownAddresses: [] }),
    ).toThrow('10.0.0.0/99');
  });
});

describe('a camera’s address', () => {
  test.each([
    ['192.168.1.64', 'http://192.168.1.64', 80, '/onvif/device_service'],
    ['192.168.1.64:8000', 'http://192.168.1.64:8000', 8000, '/onvif/device_service'],
    ['https://cam.xa.vn/onvif/service', 'https://cam.xa.vn', 443, '/onvif/service'],
    ['[fd12::5]:2020', 'http://[fd12::5]:2020', 2020, '/onvif/device_service'],
  ])('%s is understood', (text, origin, port, devicePath) => {
    expect(readCameraAddress(text)).toMatchObject({ origin, port, devicePath });
  });
  test.each([
    '',
    'file:///etc/passwd',
    'rtsp://192.168.1.64/',
    'http://admin:12345@192.168.1.64/',
    'http://',
  ])('%s is refused', (text) => {
    expect(() => readCameraAddress(text)).toThrow('the address');
  });
  test('of a service gives only its path, of a stream its port and path: the host stays the camera’s', () => {
    const camera = readCameraAddress('192.168.1.64:8000');
    expect(pathOf('http://169.254.169.254/latest?x=1')).toBe('/latest?x=1');
    expect(streamAddress('rtsp://user:pw@10.0.0.1:554/stream1?a=b', camera)).toBe(
      'rtsp://192.168.1.64:554/stream1?a=b',
    );
    expect(streamAddress('file:///etc/passwd', camera)).toBeUndefined();
  });
  test.each([
    ['http:///onvif/events?session=1', '/onvif/events?session=1'],
    ['https://%s:%d/onvif/sub', '/onvif/sub'],
    ['http://192.168.1.64', '/'],
    ['http://h//x', '//x'],
    [' sub/1 ', '/sub/1'],
    ['', undefined],
    ['urn:uuid:5f5a69c2', undefined],
    ['javascript:alert(1)', undefined],
  ])('the path of "%s" is %s', (given, path) => {
    expect(pathOf(given)).toBe(path);
  });
  test('of a still keeps another port only beside the camera’s own host, and never leaves TLS', () => {
    const camera = readCameraAddress('192.168.1.64:8899');
    const secure = readCameraAddress('https://192.168.1.64');
    expect(pictureAddress('http://u:p@192.168.1.64/a.jpg?b=1', camera)).toBe('http://192.168.1.64/a.jpg?b=1');
    expect(pictureAddress('http://10.0.0.1:81/a.jpg', camera)).toBe('http://192.168.1.64:8899/a.jpg');
    expect(pictureAddress('/a.jpg', camera)).toBe('http://192.168.1.64:8899/a.jpg');
    expect(pictureAddress('http://192.168.1.64:81/a.jpg', secure)).toBe('https://192.168.1.64/a.jpg');
    expect(pictureAddress('rtsp://192.168.1.64/a', camera)).toBeUndefined();
  });
});

test('one address without a prefix length allows that address alone', () => {
  const rules = new AddressRules({ allowedNetworks: ['192.0.2.7'], ownPorts: [], ownAddresses: [] });
  expect(rules.refusal('192.0.2.7', 80)).toBeUndefined();
  expect(rules.refusal('192.0.2.8', 80)).toBe('outside the allowed networks');
  const bad = { allowedNetworks: ['192.0.2.7/x'], ownPorts: [], ownAddresses: [] };
  expect(() => new AddressRules(bad)).toThrow(RangeError);
});
