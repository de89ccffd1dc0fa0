import { describe, expect, test } from '@jest/globals';
import type { Kind } from '../../devices/protocol/topic-map.data.ts';
import { Learning } from './learning.ts';
import type { LearnedStyle, ToldNotice } from './learning.ts';

const minute = 60_000;
const topic = 'Device/Trigger/DigitalInput';
function told(level: string, receivedAt: number, more: Partial<ToldNotice> = {}): ToldNotice {
  const phase = level === 'true' ? 'begin' : 'end';
  return {
    ...{ camera: 'c1', topic, operation: 'Changed', kind: 'digital-input', phase, receivedAt },
    ...{ data: [{ name: 'Level', value: level }], ...more },
  };
}

/** Reads a few at a time, as messages come; what was learned goes from one reading to the next as the store keeps it. */
function read(notices: readonly ToldNotice[], known: LearnedStyle[] = []) {
  const phases: string[] = [];
  for (const notice of notices) {
    const learning = new Learning(known, new Map(), minute);
    phases.push(learning.read(notice).phase);
    const changed = learning.changed();
    known = [...known.filter((row) => !changed.some((one) => one.topic === row.topic)), ...changed];
  }
  return { phases, known };
}

describe('a camera is read in the way that it tells', () => {
  test('a contact that is closed at rest is turned round once that is known, and its row says since when', () => {
    const opened = (at: number) => [told('false', at), told('true', at + 5_000)];
    const initial = told('true', 0, { operation: 'Initialized', phase: 'state' });
    const turns = [1, 2, 3, 4, 5, 6, 7].flatMap((turn) => opened(turn * 15 * minute));
    const { phases, known } = read([initial, ...turns]);
    expect(phases.slice(0, 3)).toEqual(['state', 'end', 'begin']);
    expect(phases.slice(-2)).toEqual(['begin', 'end']);
    expect(known).toMatchObject([{ style: 'inverted', setStyle: null, changedAt: 5 * 15 * minute + 5_000 }]);
  });

  test('what a person set counts, whatever is learned', () => {
    const { known } = read([told('true', 0), told('false', 1_000)]);
    const set = known.map((row) => ({ ...row, setStyle: 'inverted' as const }));
    expect(read([told('false', 2_000), told('true', 3_000)], set).phases).toEqual(['begin', 'end']);
  });

  test('another camera and another topic are learned apart', () => {
    const lonely = [1, 2, 3, 4].map((turn) => told('true', turn * 2 * minute));
    const { known } = read(lonely);
    expect(known).toMatchObject([{ style: 'start-only' }]);
    expect(read([told('true', 20 * minute)], known).phases).toEqual(['instant']);
    expect(read([told('true', 20 * minute, { camera: 'c2' })], known).phases).toEqual(['begin']);
  });

  test('a topic that people named has its kind; what has no state teaches nothing', () => {
    const named = new Map<string, Kind>([['Vendor/Alarm', 'intrusion']]);
    const learning = new Learning([], named, minute);
    const unknown = { topic: 'Vendor/Alarm', kind: 'unknown', phase: 'state' } as const;
    expect(learning.read(told('true', 1, unknown))).toEqual({ kind: 'intrusion', phase: 'begin' });
    expect(learning.read(told('', 1, { ...unknown, data: [] }))).toEqual({
      kind: 'intrusion',
      phase: 'instant',
    });
    expect(learning.read(told('true', 1, { ...unknown, topic: 'Vendor/Other' }))).toEqual({
      ...{ kind: 'unknown', phase: 'state' },
    });
    expect(learning.changed().map((row) => row.topic)).toEqual(['Vendor/Alarm']);
  });
});
