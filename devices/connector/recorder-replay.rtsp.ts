import type { CameraReplay } from '../protocol/replay-messages.ts';
import type { AddressRules } from './address-rules.ts';
import { streamAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import { JUDGED_AFTER_MS } from './credential.ts';
import type { HeldCamera } from './held-camera.ts';
import { call, recordingOf, REPLAY } from './recordings.ts';
import { ReplayRefused } from './replay-refused.ts';
import { replay } from './replay.rtsp.ts';
import type { Fetched } from './replays.ts';
import { escapeXml, textAt } from './xml.ts';

const SCHEMA = 'http://www.onvif.org/ver10/schema';

/** Where a range is asked of, and how its clock is read. */
export interface ReplaySource {
  readonly rules: AddressRules;
  readonly held: HeldCamera | undefined;
  /** Of a recorder; null: the device is one camera. */
  readonly source: string | null;
  /** What makes an instant of the session's clock a true one. */
  readonly correctionMs: number;
}

/**
 * Fetches what a camera's device kept of a range of true time.
 *
 * @param onFrame with the true time that was reached
 * @throws ReplayRefused, CameraFault
 */
export async function fetchReplay(
  { rules, held, source, correctionMs }: ReplaySource,
  order: CameraReplay,
  signal: AbortSignal,
  onFrame: (bytes: Buffer, reachedAt: number) => Promise<void>,
): Promise<Fetched> {
  const session = held?.supervisor?.live;
  if (held === undefined || session === undefined) throw new ReplayRefused('not-held', 'it is not held now');
  // A recorder's account is locked by a few tries.
  if (held.credential.refusalAt('stream') !== undefined)
    throw new ReplayRefused('refused', 'the password was refused before');
  const found = await held.recordings.of(session);
  if (found === null || found.replayPath === null)
    throw new ReplayRefused('no-replay', 'it offers no replay');
  const own = recordingOf(found.recordings, source, held.supervisor?.current.passport?.sources ?? []);
  if (own === null) throw new ReplayRefused('no-recording', 'no recording names its source');
  // What its times are worth is told with them.
  await session.measureClock();
  const { clock } = session;
  const offsetMs = (clock?.offsetMs ?? 0) - correctionMs;
  const [fromAt, untilAt] = [order.fromAt, order.untilAt].map((at) => Math.round(at + offsetMs)) as [
    number,
    number,
  ];
  if (own.fromAt !== null && own.fromAt > untilAt) throw new ReplayRefused('nothing', 'it is kept no more');
  const answer = await call(
    session,
    found.replayPath,
    REPLAY,
    'GetReplayUri',
    `<StreamSetup><Stream xmlns="${SCHEMA}">RTP-Unicast</Stream>` +
      `<Transport xmlns="${SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>` +
      `<RecordingToken>${escapeXml(own.token)}</RecordingToken>`,
  );
  const address = streamAddress(textAt(answer, 'Uri') ?? '', session.address);
  if (address === undefined) throw new ReplayRefused('unreadable', 'its address cannot be read');
  const { username, password } = held.desired;
  const limits = { bytes: order.largestBytes, ms: order.seconds * 1_000 };
  const use = { door: 'stream', prove: () => session.prove() } as const;
  const replayed = await held.credential.use(use, async ({ hold }) => {
    await hold(JUDGED_AFTER_MS);
    const request = { address, username, password, fromAt, untilAt, limits, signal };
    try {
      return await replay(rules, request, (bytes, at) =>
        onFrame(bytes, Math.max(0, Math.round(at - offsetMs))),
      );
    } catch (error) {
      if (!(error instanceof ReplayRefused) || error.fault !== 'refused') throw error;
      throw new CameraFault('password-refused', error.message, '', { cause: error });
    }
  });
  return {
    ...replayed,
    clockOffsetMs: clock === undefined ? null : Math.round(offsetMs),
    uncertaintyMs: clock?.uncertaintyMs ?? null,
  };
}
