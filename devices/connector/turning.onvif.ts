import type { CameraTurn, CameraTurned, TurnResult } from '../protocol/turn-messages.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraFaultKind } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import { ask, camOver, unlessFatal } from './package.onvif.ts';
import type { Asking, Cam } from './package.onvif.ts';
import { escapeXml, find, textAt } from './xml.ts';

export type TurnOutcome = Pick<CameraTurned, 'result' | 'detail' | 'places'>;

/** A camera whose services and profiles are known. */
interface Known {
  readonly cam: Cam;
  readonly asking: Asking;
}

const results: Partial<Record<CameraFaultKind, TurnResult>> = {
  'password-refused': 'refused',
  unreachable: 'silent',
  timeout: 'silent',
};
const mostPlaces = 32;
/** Four requests; asked once for as long as its session lasts. */
const known = new WeakMap<CameraSession, Known>();

/**
 * Turns a camera by way of npm `onvif`. Never throws.
 *
 * @param session undefined: it is not held now
 * @param source of a recorder; null: the device's own
 */
export async function turnCamera(
  session: CameraSession | undefined,
  source: string | null,
  order: CameraTurn['ask'],
): Promise<TurnOutcome> {
  if (session === undefined) return outcome('not-held');
  try {
    const camera = known.get(session) ?? (await connect(session));
    const profile = turningProfile(camera, source);
    if (profile === null) return outcome('none');
    if (order.kind === 'places') return { ...outcome('ok'), places: await placesOf(camera, profile) };
    await (order.kind === 'place' ? goTo(camera, profile, order.place) : step(camera, profile, order));
    return outcome('ok');
  } catch (error) {
    if (!(error instanceof CameraFault)) throw error;
    return outcome(results[error.kind] ?? 'bad-answer', error.message);
  }
}

function outcome(result: TurnResult, detail = ''): TurnOutcome {
  return { result, detail: detail.slice(0, 300), places: [] };
}

async function connect(session: CameraSession): Promise<Known> {
  const asking: Asking = { answers: new Map(), fail: () => undefined };
  const camera = { cam: camOver(session, asking), asking };
  await ask(asking, (done) => camera.cam.connect(done)).catch(unlessFatal);
  // One that was too busy to name its profiles is asked again the next time.
  if (asking.answers.has('GetProfilesResponse')) known.set(session, camera);
  return camera;
}

/** The first profile of the source that has motors; null where none has. */
function turningProfile({ cam, asking }: Known, source: string | null): string | null {
  if (cam.uri?.ptz === undefined) return null;
  for (const profile of asking.answers.get('GetProfilesResponse')?.children ?? []) {
    const token = profile.attributes.get('token');
    const shown = textAt(find(profile, 'VideoSourceConfiguration'), 'SourceToken')?.trim();
    if (token === undefined || find(profile, 'PTZConfiguration') === undefined) continue;
    if (source === null || shown === source) return escapeXml(token);
  }
  return null;
}

async function placesOf({ cam, asking }: Known, profileToken: string): Promise<CameraTurned['places']> {
  asking.answers.delete('GetPresetsResponse');
  await ask(asking, (done) => cam.getPresets({ profileToken }, done));
  // From the answer itself: the package knows them by their names, which need not differ.
  return (asking.answers.get('GetPresetsResponse')?.children ?? [])
    .flatMap((one) => {
      const token = one.attributes.get('token');
      const name = textAt(one, 'Name')?.trim() ?? '';
      if (token === undefined || token.length > 200) return [];
      return [{ token, name: (name === '' ? token : name).slice(0, 100) }];
    })
    .slice(0, mostPlaces);
}

async function goTo({ cam, asking }: Known, profileToken: string, place: string | null): Promise<void> {
  await ask(asking, (done) =>
    place === null
      ? cam.gotoHomePosition({ profileToken }, done)
      : cam.gotoPreset({ profileToken, preset: escapeXml(place) }, done),
  );
}

/**
 * Moves and stops. The camera is told both: how long at most (a line that breaks in between must not leave it turning),
 * in whole seconds, which every reader of durations knows; and when to stop, since many take no notice of the first.
 */
async function step(
  { cam, asking }: Known,
  profileToken: string,
  { pan, tilt, zoom, ms }: Extract<CameraTurn['ask'], { kind: 'step' }>,
): Promise<void> {
  const only = {
    ...(zoom === 0 ? { onlySendPanTilt: true } : {}),
    // One of the two alone: some turn for neither when both are told (the package knows of a Sony).
    ...(pan === 0 && tilt === 0 ? { onlySendZoom: true } : {}),
  };
  const timeout = Math.ceil(ms / 1_000) * 1_000;
  try {
    await ask(asking, (done) =>
      cam.continuousMove({ profileToken, x: pan, y: tilt, zoom, timeout, ...only }, done),
    );
    await new Promise((resolve) => setTimeout(resolve, ms));
  } finally {
    // Also after an answer that did not come: the camera may have begun.
    await ask(asking, (done) => cam.stop({ profileToken, panTilt: true, zoom: true }, done));
  }
}
