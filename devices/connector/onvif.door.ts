import { pictureAddress, streamAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import { ask, camOver, unlessFatal } from './package.onvif.ts';
import type { Asking, Cam } from './package.onvif.ts';
import { describeSelf, type SelfDescription } from './self-description.ts';
import { videoSourcesIn, type ProfiledSource } from './video-sources.ts';
import type { VideoSource } from '../protocol/video-sources.ts';
import { escapeXml, textAt } from './xml.ts';

/** What a camera says about itself. Texts are as it wrote them: firmware "1.10" stays "1.10". */
export interface Passport extends SelfDescription {
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
  readonly profiles: readonly string[];
  readonly sources: readonly SourceWays[];
  /** RTSP address with the camera's own host, without credentials. */
  readonly streamAddress: string | null;
  /** Of still pictures, with the camera's own host, without credentials. */
  readonly pictureAddress: string | null;
}

/** One source, and where its pictures and its stream are; null where that was not told. */
export interface SourceWays extends VideoSource {
  readonly pictureAddress: string | null;
  readonly streamAddress: string | null;
}

const MOST_PROFILES = 64;
/** What is left of a description's time goes to its other parts: a source that was not asked has no pictures. */
const SOURCES_MS = 15_000;

/**
 * Asks a camera what it is, by way of npm `onvif` (package.onvif.ts).
 *
 * @throws CameraFault `timeout` when it has not come to an end by the deadline, whatever the package does
 */
export async function inspect(session: CameraSession, deadlineMs: number): Promise<Passport> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new CameraFault('timeout', 'the camera’s description took too long')),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([describe(session), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function describe(session: CameraSession): Promise<Passport> {
  const asking: Asking = { answers: new Map(), fail: () => undefined };
  const cam = camOver(session, asking);
  // What a camera does not answer is not told; the rest of its description is worth having.
  await ask(asking, (done) => cam.connect(done)).catch(unlessFatal);
  await ask(asking, (done) => cam.getDeviceInformation(done)).catch(unlessFatal);
  // From the answer itself: the package turns the token "1.10" into the number 1.1.
  const profiles = (asking.answers.get('GetProfilesResponse')?.children ?? [])
    .flatMap((one) => one.attributes.get('token') ?? [])
    .slice(0, MOST_PROFILES);
  const active = cam.activeSource?.profileToken;
  const profile = profiles.find((one) => one === active || Number(one) === active) ?? profiles[0];
  const first = await waysOf(session, cam, asking, profile);
  const sources = await sourcesOf(session, cam, asking);
  const information = asking.answers.get('GetDeviceInformationResponse');
  const said = (name: string): string | null => textAt(information, name)?.slice(0, 200) ?? null;
  const self = await describeSelf(session, session.address.devicePath, asking.answers);
  return {
    ...self,
    manufacturer: said('Manufacturer'),
    model: said('Model'),
    firmware: said('FirmwareVersion'),
    serial: said('SerialNumber'),
    profiles,
    sources,
    ...first,
  };
}

/** Where a profile's stream and stills are. Both are optional on real devices; without pictures it is still a camera. */
async function waysOf(
  session: CameraSession,
  cam: Cam,
  asking: Asking,
  profile: string | undefined,
): Promise<Pick<SourceWays, 'pictureAddress' | 'streamAddress'>> {
  const options = profile === undefined ? {} : { profileToken: escapeXml(profile) };
  const stream = uriOf(
    await ask(asking, (done) => cam.getStreamUri({ ...options, protocol: 'RTSP' }, done)).catch(unlessFatal),
  );
  const picture = uriOf(await ask(asking, (done) => cam.getSnapshotUri(options, done)).catch(unlessFatal));
  return {
    streamAddress: stream === null ? null : (streamAddress(stream, session.address) ?? null),
    pictureAddress: picture === null ? null : (pictureAddress(picture, session.address) ?? null),
  };
}

/** Of a device with several sources, each with its ways; a camera has one, which is the device's. */
async function sourcesOf(session: CameraSession, cam: Cam, asking: Asking): Promise<SourceWays[]> {
  const { answers } = asking;
  const found = videoSourcesIn(answers.get('GetProfilesResponse'), answers.get('GetVideoSourcesResponse'));
  if (found.length < 2) return [];
  const startedMs = performance.now();
  const ways: SourceWays[] = [];
  for (const { profile, ...source } of found satisfies readonly ProfiledSource[]) {
    const isLate = performance.now() - startedMs > SOURCES_MS;
    const nowhere = { pictureAddress: null, streamAddress: null };
    ways.push({ ...source, ...(isLate ? nowhere : await waysOf(session, cam, asking, profile)) });
  }
  return ways;
}

function uriOf(answer: unknown): string | null {
  const { uri } = (answer ?? {}) as { uri?: unknown };
  return typeof uri === 'string' && uri !== '' ? uri : null;
}
