import { describe, expect, test } from '@jest/globals';
import { Camera } from '../../devices/camera/camera.ts';
import type { Fault } from '../../devices/camera/faults.ts';
import { SCENES } from '../../devices/camera/scene.ts';
import { noticeEntry } from '../../devices/connector/notice-entry.ts';
import { noticesIn } from '../../devices/connector/notice.ts';
import { answerOf } from '../../devices/connector/soap.ts';
import { Learning } from '../../src/camera-events/learning.ts';
import type { LearnedStyle } from '../../src/camera-events/learning.ts';
import { Merge } from '../../src/camera-events/merge.ts';
import type { EventState } from '../../src/camera-events/merge.ts';

const minute = 60_000;
const lifeMs = 1e9;

/**
 * A simulated camera and, behind it, everything that its words pass through until they are events: the connector's
 * reading, what the service learns of the camera, and the merge. Time is turned by hand, so that hours pass.
 */
class Line {
  private readonly camera: Camera;
  private readonly queue: string[];
  private styles: LearnedStyle[] = [];
  private events: EventState[] = [];
  private made = 0;

  constructor(...faults: Fault[]) {
    const identity = {
      ...{ name: 'Cổng', user: 'admin', password: 'x', serial: 'SIM1', mac: '02:00:00:00:00:01' },
      channels: 1,
      recordedDays: 0,
    };
    // The school's scene knows of a contact; it is played by hand.
    const scene = SCENES.school;
    if (scene === undefined) throw new Error('no school');
    this.camera = new Camera(identity, scene);
    for (const fault of faults) this.camera.faults.add(fault);
    const point = this.camera.points.create(lifeMs, this.camera.initialMessages());
    if (point === undefined) throw new Error('no pull point');
    this.queue = point.queue;
    this.pull(0);
  }

  fire(event: string, state: 'on' | 'off', at: number): void {
    this.camera.fire(event, state, 'by hand');
    this.pull(at);
  }

  styleOf(topic: string): string | undefined {
    return this.styles.find((row) => row.topic === topic)?.style;
  }

  of(kind: string): EventState[] {
    return this.events.filter((event) => event.kind === kind);
  }

  private pull(receivedAt: number): void {
    const answer =
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsnt="urn:n" xmlns:tt="urn:t"><s:Body>' +
      `<PullMessagesResponse>${this.queue.splice(0).join('')}</PullMessagesResponse></s:Body></s:Envelope>`;
    const learning = new Learning(this.styles, new Map(), minute);
    const merge = new Merge(
      this.events,
      () => 'point',
      () => `event ${String(++this.made)}`,
    );
    for (const notice of noticesIn(answerOf(answer))) {
      const about = { id: 'notice', camera: 'camera', receivedAt, clock: undefined };
      const entry = noticeEntry(notice, about);
      merge.take({ ...entry, ...learning.read(entry), detected: null });
    }
    const learned = learning.changed();
    this.styles = [
      ...this.styles.filter((row) => !learned.some(({ topic }) => topic === row.topic)),
      ...learned,
    ];
    const changed = merge.changed();
    this.events = [...this.events.filter((event) => !changed.some(({ id }) => id === event.id)), ...changed];
  }
}

/** A thing that happens each quarter of an hour and lasts five seconds. */
const happenings = Array.from({ length: 12 }, (_, turn) => ({
  from: (turn + 1) * 15 * minute,
  until: (turn + 1) * 15 * minute + 5_000,
}));

function live(line: Line, event: string): void {
  for (const { from, until } of happenings) {
    line.fire(event, 'on', from);
    line.fire(event, 'off', until);
  }
}

describe('what a simulated camera tells becomes events that happened', () => {
  test('told well: each begins and ends when it did', () => {
    const line = new Line();
    live(line, 'digital-input');
    expect(line.styleOf('Device/Trigger/DigitalInput')).toBe('on-off');
    expect(line.of('digital-input')).toMatchObject(
      happenings.map(({ from, until }) => ({ receivedAt: from, endedAt: until, state: 'closed' })),
    );
  });

  test('upside down: once that is known, each begins and ends when it did', () => {
    const line = new Line('inverted');
    live(line, 'digital-input');
    expect(line.styleOf('Device/Trigger/DigitalInput')).toBe('inverted');
    expect(line.of('digital-input').slice(-3)).toMatchObject(
      happenings.slice(-3).map(({ from, until }) => ({ receivedAt: from, endedAt: until, state: 'closed' })),
    );
  });

  test('without ends: once that is known, each is one moment of its own, and none is left open', () => {
    const line = new Line('start-only');
    live(line, 'motion');
    expect(line.styleOf('VideoSource/MotionAlarm')).toBe('start-only');
    expect(line.of('motion').slice(-5)).toMatchObject(
      happenings.slice(-5).map(({ from }) => ({ receivedAt: from, state: 'instant' })),
    );
    expect(line.of('motion').filter(({ state }) => state === 'open')).toEqual([]);
  });

  test('initialised as an alarm of 1970: that is none', () => {
    const line = new Line('initialized-true', 'epoch-initialized');
    expect(line.of('digital-input')).toEqual([]);
  });
});
