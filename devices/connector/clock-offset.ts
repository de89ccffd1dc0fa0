import { find, textAt, type XmlElement } from './xml.ts';

/** How far a camera's clock is from ours: camera's time minus ours, and how sure that is. Milliseconds. */
export interface ClockOffset {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/**
 * From one GetSystemDateAndTime. The answer has whole seconds and was written somewhere between sending and
 * receiving, so its middle is the best guess: half a second and half the round trip of uncertainty.
 * Undefined when the camera gave no readable time.
 */
export function clockOffset(
  answer: XmlElement,
  sentAtMs: number,
  receivedAtMs: number,
): ClockOffset | undefined {
  const cameraMs = systemTime(answer);
  return cameraMs === undefined ? undefined : offsetOf(cameraMs, sentAtMs, receivedAtMs);
}

/** @param cameraMs the camera's time in whole seconds, told between sending and receiving */
export function offsetOf(cameraMs: number, sentAtMs: number, receivedAtMs: number): ClockOffset {
  return {
    offsetMs: Math.round(cameraMs + 500 - (sentAtMs + receivedAtMs) / 2),
    uncertaintyMs: Math.ceil(500 + (receivedAtMs - sentAtMs) / 2),
  };
}

function systemTime(answer: XmlElement): number | undefined {
  const utc = find(answer, 'SystemDateAndTime', 'UTCDateTime');
  const number = (...path: string[]): number => Number(textAt(utc, ...path) ?? Number.NaN);
  const at = Date.UTC(
    number('Date', 'Year'),
    number('Date', 'Month') - 1,
    number('Date', 'Day'),
    number('Time', 'Hour'),
    number('Time', 'Minute'),
    number('Time', 'Second'),
  );
  return Number.isFinite(at) ? at : undefined;
}

/** The Date header has whole seconds, as the camera's own answer has. */
export function offsetByDate(
  date: string | string[] | undefined,
  sentAtMs: number,
  receivedAtMs: number,
): ClockOffset | undefined {
  const cameraMs = Date.parse([date].flat()[0] ?? '');
  if (Number.isNaN(cameraMs)) return undefined;
  return offsetOf(cameraMs, sentAtMs, receivedAtMs);
}
