import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { AddressRules } from './address-rules.ts';
import { addressesIn, answersIn, MOST_TARGETS, PROBED_TYPES, probeText, scopeText } from './discovery.ts';
import { find, readXml, textAt } from './xml.ts';

const rules = new AddressRules({
  ...{ allowedNetworks: ['192.168.1.0/24', '127.0.0.0/8'], ownPorts: [7700], ownAddresses: ['192.168.1.5'] },
});

/** As a Hikvision writes it, shortened: prefixes of its own, two addresses, scopes with a line end. */
const match = (addresses: string, endpoint = 'urn:uuid:1a5f0e7c-2b60-11b3-82a4-c056e3aabbcc') =>
  Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:wsadis="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><env:Header/><env:Body><d:ProbeMatches><d:ProbeMatch>
<wsadis:EndpointReference><wsadis:Address>${endpoint}</wsadis:Address></wsadis:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/C%E1%BB%95ng%20ch%E1%BB%A3
onvif://www.onvif.org/hardware/DS-2CD1</d:Scopes><d:XAddrs>${addresses}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></env:Body></env:Envelope>`);

describe('answers of WS-Discovery', () => {
  test('are read with the sender’s own address, whatever else they name', () => {
    const given = 'http://[fe80::1]/onvif/device_service http://192.168.1.64:8000/onvif/device_service';
    const { answers, disbelieved } = answersIn(match(given), '192.168.1.64', rules);
    expect(disbelieved).toBe(0);
    expect(answers).toMatchObject([
      {
        address: 'http://192.168.1.64:8000/onvif/device_service',
        endpoint: '1a5f0e7c-2b60-11b3-82a4-c056e3aabbcc',
      },
    ]);
    expect(scopeText(answers[0]?.scopes ?? [], 'name')).toBe('Cổng chợ');
    expect(scopeText(answers[0]?.scopes ?? [], 'hardware')).toBe('DS-2CD1');
  });

  test.each([
    ['every host', 'http://0.0.0.0:1000/onvif/device_service'],
    ['no host', 'http://:1000/onvif/device_service'],
  ])('that name %s are of the sender (onvif_srvd, told to listen everywhere)', (_what, given) => {
    const { answers } = answersIn(match(given), '192.168.1.64', rules);
    expect(answers).toMatchObject([{ address: 'http://192.168.1.64:1000/onvif/device_service' }]);
  });

  test('of printers and computers are no cameras’, and nothing that was disbelieved', () => {
    const printer = match('http://192.168.1.64/wsd')
      .toString()
      .replace('dn:NetworkVideoTransmitter', 'wsdp:Device wprt:PrintDeviceType')
      .replaceAll('onvif://', 'ldap://');
    expect(answersIn(Buffer.from(printer), '192.168.1.64', rules)).toEqual({ answers: [], disbelieved: 0 });
    const untyped = match('http://192.168.1.64/x').toString().replace('dn:NetworkVideoTransmitter', '');
    expect(answersIn(Buffer.from(untyped), '192.168.1.64', rules).answers).toHaveLength(1);
  });

  test.each([
    ['another host', 'http://192.168.1.65/x', '192.168.1.64'],
    ['the cloud’s metadata', 'http://169.254.169.254/latest', '169.254.169.254'],
    ['a host outside the networks', 'http://8.8.8.8/x', '8.8.8.8'],
    ['the service itself', 'http://192.168.1.5:7700/api', '192.168.1.5'],
    ['a disguised loopback', 'http://0x7f.1/x', '192.168.1.64'],
    ['another scheme', 'file:///etc/passwd', '192.168.1.64'],
    ['a name', 'http://camera.local/x', '192.168.1.64'],
    ['a password', 'http://a:b@192.168.1.64/x', '192.168.1.64'],
  ])('that name %s are not believed', (_what, given, from) => {
    expect(answersIn(match(given), from, rules)).toEqual({ answers: [], disbelieved: 1 });
  });

  test('of any bytes are read or refused, never thrown', () => {
    const whole = match('http://192.168.1.64/x');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc.nat(whole.length).map((at) => whole.subarray(0, at)),
        ),
        (bytes) => {
          for (const { address } of answersIn(bytes, '192.168.1.64', rules).answers)
            expect(new URL(address).hostname).toBe('192.168.1.64');
        },
      ),
    );
    const bomb = '<!DOCTYPE a [<!ENTITY b "ccccc">]><a>&b;</a>';
    expect(answersIn(Buffer.from(bomb), '192.168.1.64', rules)).toEqual({ answers: [], disbelieved: 1 });
    expect(answersIn(Buffer.alloc(60_000, 0x3c), '192.168.1.64', rules).disbelieved).toBe(1);
  });
});

test('a Probe is well-formed, and ranges are walked within the rules and bounds', () => {
  for (const type of PROBED_TYPES)
    expect(textAt(find(readXml(probeText('1', type)), 'Body'), 'Probe', 'Types')).toMatch(/^\w+:\w+$/);
  expect(addressesIn(['192.168.1.64/30', '192.168.1.65', '10.0.0.0/30'], rules)).toEqual([
    '192.168.1.65',
    '192.168.1.66',
  ]);
  expect(addressesIn(['192.168.1.77/24'], rules)).toHaveLength(254);
  expect(() => addressesIn(['127.0.0.0/8'], rules)).toThrow(RangeError);
  expect(() => addressesIn(['127.0.0.0/22', '127.1.0.0/22'], rules)).toThrow(String(MOST_TARGETS));
  for (const bad of ['', 'fe80::/64', '1.2.3/24', '192.168.1.0/33', '192.168.1.0/2x'])
    expect(() => addressesIn([bad], rules)).toThrow(RangeError);
});
