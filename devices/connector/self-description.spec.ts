import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { readCameraAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import { describeSelf, endpointIn, macsIn, scopesIn, servicesIn, topicsIn } from './self-description.ts';
import { readXml } from './xml.ts';

describe('what a camera says of itself', () => {
  test('topics are the marked leaves of its tree, without prefixes, with whether they have a state', () => {
    const answer = readXml(
      '<r><TopicSet><a:RuleEngine xmlns:a="u"><CellMotionDetector><Motion topic="true">' +
        '<MessageDescription IsProperty="true"/></Motion></CellMotionDetector><LineDetector>' +
        '<Crossed topic="1"><MessageDescription IsProperty="false"/></Crossed></LineDetector></a:RuleEngine></TopicSet></r>',
    );
    expect(topicsIn(answer)).toEqual([
      { topic: 'RuleEngine/CellMotionDetector/Motion', property: true },
      { topic: 'RuleEngine/LineDetector/Crossed', property: false },
    ]);
  });

  test('a hardware address is read however it is written, and noughts are none', () => {
    const of = (...texts: string[]) =>
      macsIn(
        readXml(
          `<r>${texts.map((text) => `<n><Info><HwAddress>${text}</HwAddress></Info></n>`).join('')}</r>`,
        ),
      );
    expect(of('C0-56-E3-11-22-33', 'c056e3112233', '00:00:00:00:00:00', 'none')).toEqual([
      'c0:56:e3:11:22:33',
    ]);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
        const parts = [...bytes].map((one) => one.toString(16).padStart(2, '0'));
        const isNone = bytes.every((one) => one === 0) || bytes.every((one) => one === 255);
        expect(of(parts.join('-').toUpperCase())).toEqual(isNone ? [] : [parts.join(':')]);
      }),
    );
  });

  test('nothing said is nothing known', () => {
    for (const read of [topicsIn, macsIn, scopesIn, servicesIn]) expect(read(undefined)).toEqual([]);
    expect(endpointIn(undefined)).toBeNull();
    expect(endpointIn(readXml('<r><GUID> urn:uuid:AB-1 </GUID></r>'))).toBe('AB-1');
  });

  test('a weak account is refused once and not asked again', async () => {
    const asked: string[] = [];
    const caller = {
      address: readCameraAddress('192.168.1.64'),
      call: (_path: string, { action }: { action: string }) => {
        asked.push(action);
        return Promise.reject(new CameraFault('password-refused', 'no'));
      },
    };
    const said = await describeSelf(caller, '/onvif/device_service', new Map());
    expect(asked).toHaveLength(1);
    expect(said).toMatchObject({ services: [], topics: [], macs: [], endpoint: null, audio: null });
  });
});
