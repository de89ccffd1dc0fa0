import { describe, expect, test } from '@jest/globals';
import { noticesIn } from './notice.ts';
import { readXml } from './xml.ts';

const TOPIC = 'xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:tt="http://www.onvif.org/ver10/schema"';
const pulled = (inside: string): string =>
  `<tev:PullMessagesResponse xmlns:tev="urn:e" xmlns:wsnt="urn:n" xmlns:n="urn:n" ${TOPIC}>${inside}</tev:PullMessagesResponse>`;

describe('a notice', () => {
  const text =
    '<wsnt:NotificationMessage><wsnt:Topic Dialect="d">\n  tns1:Device/tns1:Trigger/tns1:DigitalInput </wsnt:Topic>' +
    '<wsnt:Message><tt:Message UtcTime="2026-11-22T08:00:00" PropertyOperation="Changed">' +
    '<tt:Source><tt:SimpleItem Name="Index" Value="00000"/></tt:Source>' +
    '<tt:Key><tt:SimpleItem Name="ObjectId" Value="12345678901234567890"/></tt:Key>' +
    '<tt:Data><tt:SimpleItem Value="1.10" Name="Level"/><tt:ElementItem Name="Shape"><tt:Polygon/></tt:ElementItem></tt:Data>' +
    '</tt:Message></wsnt:Message></wsnt:NotificationMessage>';
  const [notice] = noticesIn(readXml(pulled(`\n${text}\n`)));

  test('keeps every value as it was written', () => {
    expect(notice).toMatchObject({
      topic: 'Device/Trigger/DigitalInput',
      operation: 'Changed',
      utcTimeText: '2026-11-22T08:00:00',
      source: [{ name: 'Index', value: '00000' }],
      key: [{ name: 'ObjectId', value: '12345678901234567890' }],
      data: [{ name: 'Level', value: '1.10' }],
      elements: ['Shape'],
    });
  });
  test('keeps its own characters, no more and no less', () => {
    expect(notice?.raw).toBe(text);
  });
  test('may come without data, source, operation or time', () => {
    const [bare] = noticesIn(
      readXml(
        pulled(
          '<wsnt:NotificationMessage><wsnt:Topic>tns1:RuleEngine/LineDetector/Crossed</wsnt:Topic><wsnt:Message><tt:Message/></wsnt:Message></wsnt:NotificationMessage>',
        ),
      ),
    );
    expect(bare).toMatchObject({ operation: 'none', utcTimeText: null, source: [], data: [], key: [] });
  });

  test.each([
    [
      'beside each other',
      (one: string, two: string) => `<n:Message>${one}</n:Message>\n<n:Message>${two}</n:Message>`,
    ],
    ['in one', (one: string, two: string) => `<n:Message>${one} ${two}</n:Message>`],
  ])('with two Message elements %s is two notices, each with its own bytes', (_how, both) => {
    const message = (value: string): string =>
      `<tt:Message UtcTime="2026-11-22T08:00:00Z"><tt:Data><tt:SimpleItem Name="IsMotion" Value="${value}"/></tt:Data></tt:Message>`;
    const around = (inside: string): string =>
      `<n:NotificationMessage><n:Topic>tns1:RuleEngine/CellMotionDetector/Motion</n:Topic>${inside}</n:NotificationMessage>`;
    const told = noticesIn(readXml(pulled(around(both(message('true'), message('false'))))));
    expect(told.map(({ data }) => data[0]?.value)).toEqual(['true', 'false']);
    expect(told.map(({ raw }) => raw)).toEqual(
      ['true', 'false'].map((value) => around(`<n:Message>${message(value)}</n:Message>`)),
    );
    // As it is kept, each is read again as itself.
    for (const one of told) expect(noticesIn(readXml(pulled(one.raw)))).toEqual([one]);
  });
});
