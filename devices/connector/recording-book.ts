import type { CameraChecked } from '../protocol/camera-messages.ts';
import type { VideoSource } from '../protocol/video-sources.ts';
import type { CameraSession } from './camera-session.undici.ts';
import { findRecordings, recordingOf } from './recordings.ts';
import type { Recordings } from './recordings.ts';
import { resultOfFault } from './checked.ts';

/** What is kept of one camera, as the service is told. */
export type Kept = NonNullable<CameraChecked['recording']>;

/** Checks come every hour, one for each channel; a recorder's disk changes slower than that. */
const freshMs = 30 * 60_000;
const nothing = { replay: false, of: 'device', fromAt: null, untilAt: null, count: 0 } as const;

/** What one device keeps, asked once for all of its channels. */
export class RecordingBook {
  private last: { session: CameraSession; at: number; answer: Promise<Recordings | null> } | undefined;

  /** @param now steady milliseconds */
  constructor(private readonly now: () => number) {}

  /** @throws CameraFault */
  of(session: CameraSession): Promise<Recordings | null> {
    const { last } = this;
    if (last?.session === session && this.now() - last.at < freshMs) return last.answer;
    const asked = { session, at: this.now(), answer: findRecordings(session) };
    this.last = asked;
    asked.answer.catch(() => {
      if (this.last === asked) this.last = undefined;
    });
    return asked.answer;
  }

  /** @param correctionMs what makes an instant of the session's clock a true one */
  async kept(
    session: CameraSession,
    source: string | null,
    sources: readonly VideoSource[],
    correctionMs: number,
  ): Promise<Kept> {
    let found: Recordings | null;
    try {
      found = await this.of(session);
    } catch (error) {
      return { ...nothing, ...resultOfFault(error) };
    }
    if (found === null) return { ...nothing, result: 'none', detail: '' };
    const own = recordingOf(found.recordings, source, sources);
    const offsetMs = session.clock?.offsetMs ?? 0;
    const trueAt = (deviceAt: number | null): number | null =>
      deviceAt === null ? null : Math.max(0, Math.round(deviceAt - offsetMs + correctionMs));
    const { fromAt, untilAt } = own ?? found.summary;
    return {
      ...{ result: 'ok', detail: '', replay: found.replayPath !== null, count: found.summary.count },
      ...{ of: own === null ? 'device' : 'camera', fromAt: trueAt(fromAt), untilAt: trueAt(untilAt) },
    };
  }
}
