import { describe, expect, test } from '@jest/globals';
import { CameraRanges, readCameraAddress } from './camera-address.ts';

describe('where a camera is', () => {
  test.each([
    ['192.168.1.64', '192.168.1.64', 80],
    ['192.168.1.64:8080', '192.168.1.64', 8080],
    ['https://cam.xa.vn/onvif/device_service', 'cam.xa.vn', 443],
    ['http://[fd00::1]:81', 'fd00::1', 81],
    ['0x7f.1', '127.0.0.1', 80],
    ['2130706433', '127.0.0.1', 80],
  ])('%s', (text, hostname, port) => {
    expect(readCameraAddress(text)).toEqual({ hostname, port });
  });

  test.each([
    '',
    'http://',
    'rtsp://192.168.1.1',
    'http://u:p@192.168.1.1',
    'host:99999',
    'file:///etc/passwd',
  ])('refuses %s', (text) => {
    expect(() => readCameraAddress(text)).toThrow(
      expect.objectContaining({ code: 'cameras.bad-address', fields: [expect.anything()] }),
    );
  });
});

describe('where a camera may be', () => {
  const ranges = new CameraRanges(['192.168.0.0/16', 'fd00::/8', '203.0.113.7'], ['192.168.1.2']);
  const codeOf = (address: string, port: number): string => {
    try {
      ranges.refuse(address, port, [7700]);
      return 'allowed';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test.each([
    ['192.168.1.64', 80, 'allowed'],
    ['::ffff:192.168.1.64', 80, 'allowed'],
    ['fd12::1', 80, 'allowed'],
    ['203.0.113.7', 80, 'allowed'],
    ['203.0.113.8', 80, 'cameras.address-not-allowed'],
    ['127.0.0.1', 80, 'cameras.address-not-allowed'],
    ['::1', 80, 'cameras.address-not-allowed'],
    ['169.254.169.254', 80, 'cameras.address-not-allowed'],
    ['::ffff:127.0.0.1', 80, 'cameras.address-not-allowed'],
    ['not an address', 80, 'cameras.address-not-allowed'],
    ['192.168.1.2', 7700, 'cameras.own-address'],
    ['192.168.1.2', 80, 'allowed'],
    ['192.168.1.3', 7700, 'allowed'],
  ])('%s port %i: %s', (address, port, code) => {
    expect(codeOf(address, port)).toBe(code);
  });

  test('the service itself is refused on loopback even where loopback is allowed', () => {
    const loopback = new CameraRanges(['127.0.0.0/8'], []);
    expect(() => loopback.refuse('127.0.0.2', 7700, [7700])).toThrow(
      expect.objectContaining({ code: 'cameras.own-address' }),
    );
    expect(() => loopback.refuse('127.0.0.2', 7701, [7700])).not.toThrow();
  });
});
