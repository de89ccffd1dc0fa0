import { describe, expect, test } from '@jest/globals';
import { plainTopic, type NoticeItem, type NoticeOperation } from '../connector/notice.ts';
import { fixtures, itemsIn, kindsOf, tableRows, type Row } from './makers.testing.ts';
import { meaningOf, stateOf, type Meaning } from './topic-map.ts';
import type { Kind } from './topic-map.data.ts';

describe.each(['notices.tsv', 'declared.tsv'])('the makers’ topics of %s', (file) => {
  test.each(tableRows(`${fixtures}/${file}`).map((row) => [row.topic, row.maker, row] as const))(
    '%s (%s) is of the right kind',
    (...[topic, , row]) => {
      expect(kindsOf[row.meaning]).toContain(meaningOf({ topic: plainTopic(topic), ...pick(row) }).kind);
    },
  );
});

describe('messages in the table', () => {
  test('what a camera tells at the start of a subscription is never an alarm', () => {
    const initialised = tableRows(`${fixtures}/notices.tsv`).filter((row) => row.operation === 'Initialized');
    expect(initialised.length).toBeGreaterThan(30);
    for (const row of initialised)
      expect(meaningOf({ topic: plainTopic(row.topic), ...pick(row) }).phase).toBe('state');
  });

  test.each<[string, string, Meaning['phase']]>([
    ['tns1:RuleEngine/CellMotionDetector/Motion', 'IsMotion=true', 'begin'],
    ['tns1:RuleEngine/CellMotionDetector/Motion', 'IsMotion=false', 'end'],
    ['tns1:RuleEngine/MotionRegionDetector/Motion', 'State=1', 'begin'],
    ['tns1:VideoAnalytics/tnshik:MotionAlarm', 'State=TRUE', 'begin'],
    ['tns1:VideoAnalytics/tnshik:MotionAlarm', 'State=FALSE', 'end'],
    ['tns1:RuleEngine/LineDetector/Crossed', 'ObjectId=0', 'instant'],
    ['tns1:RuleEngine/LineDetector/Crossed', '', 'instant'],
    ['tns1:RuleEngine/LineCrossDetector/LineCross', 'IsLineCross=true', 'begin'],
    ['tns1:RuleEngine/LineCrossDetector/LineCross', 'IsLineCross=false', 'end'],
    ['tns1:Device/tns1:Trigger/tns1:DigitalInput', 'Level=true', 'begin'],
    ['tns1:Device/Trigger/DigitalInput', 'LogicalState=active', 'begin'],
    ['tns1:RuleEngine/PeopleDetector/People', 'IsNotPerson=true', 'end'],
    ['tns1:RuleEngine/ObjectDetection/Object', 'ClassTypes=', 'end'],
    ['tns1:RuleEngine/ObjectDetection/Object', 'ClassTypes=Human Vehicle', 'begin'],
    ['tns1:RuleEngine/tnsajax:LineDetector/Crossing', '', 'instant'],
    [
      'tnsaxis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1',
      'classTypes=human,active=1,objectId=234232',
      'begin',
    ],
    ['tns1:UserAlarm/IVA/HumanShapeDetect', 'anything=1', 'begin'],
    ['tns1:Device/tnsavg:Logs', 'a=1', 'state'],
    ['tns1:PTZController/tnsaxis:Move/Channel_1', 'is_moving=1', 'state'],
    ['tns1:Vendor/Own/Invention', 'State=true', 'state'],
    ['tns1:VideoSource/MotionAlarm', 'State=perhaps', 'state'],
  ])('%s with "%s" is a %s', (topic, data, phase) => {
    for (const operation of ['Changed', 'none'] as const) {
      expect(meaningOf({ topic: plainTopic(topic), operation, data: itemsIn(data) }).phase).toBe(phase);
    }
  });

  test('a class names the kind, whatever its place', () => {
    const kindOf = (value: string): Kind =>
      meaningOf({
        topic: 'RuleEngine/ObjectDetection/Object',
        operation: 'Changed',
        data: [{ name: 'ClassTypes', value }],
      }).kind;
    expect(['Human Animal', 'Vehicle', 'Balloon', ''].map(kindOf)).toEqual([
      'person',
      'vehicle',
      'object',
      'object',
    ]);
  });
});

test('a topic that people named is read as its data allow, and stays unknown where nobody named it', () => {
  const named = new Map<string, Kind>([['Vendor/Own/Invention', 'intrusion']]);
  const told = (value: string, operation: NoticeOperation = 'Changed') => ({
    ...{ topic: 'Vendor/Own/Invention', operation, data: value === '' ? [] : [{ name: 'Alarmed', value }] },
  });
  expect(meaningOf(told('true'), named)).toEqual({ kind: 'intrusion', phase: 'begin' });
  expect(meaningOf(told('0'), named)).toEqual({ kind: 'intrusion', phase: 'end' });
  expect(meaningOf(told(''), named)).toEqual({ kind: 'intrusion', phase: 'instant' });
  expect(meaningOf(told('true', 'Initialized'), named)).toEqual({ kind: 'intrusion', phase: 'state' });
  expect(stateOf(told('true', 'Initialized'), named)).toBe(true);
  expect(meaningOf(told('true'))).toEqual({ kind: 'unknown', phase: 'state' });
});

function pick(row: Row): { operation: NoticeOperation; data: readonly NoticeItem[] } {
  return { operation: row.operation, data: row.data };
}
