import onvif from 'onvif';
// The package's own reader of answers; its parsing is what the rest of the package expects to be given.
import onvifUtilities from 'onvif/lib/utils.js';
import { pictureAddress, streamAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import { describeSelf, type SelfDescription } from './self-description.ts';
import { videoSourcesIn, type ProfiledSource } from './video-sources.ts';
import type { VideoSource } from '../protocol/video-sources.ts';
import { escapeXml, readXml, textAt, type XmlElement } from './xml.ts';

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

type Callback = (error: unknown, data?: unknown, xml?: string, status?: number) => void;

/** The part of the package's Cam that is used here; `_request` is private by its underscore and pinned by version. */
interface Cam {
  activeSource?: { readonly profileToken?: unknown };
  uri?: Readonly<Record<string, { readonly path?: string | null }>>;
  on(event: string, listener: (...values: unknown[]) => void): void;
  connect(callback: Callback): void;
  getDeviceInformation(callback: Callback): void;
  getStreamUri(options: object, callback: Callback): void;
  getSnapshotUri(options: object, callback: Callback): void;
  getActiveSources(): void;
  _request(options: CamRequest, callback: Callback): void;
}

interface CamRequest {
  readonly service?: string;
  readonly url?: { readonly path?: string | null };
  readonly body: string;
}

const CALL_MS = 8_000;
const LARGEST_ANSWER_BYTES = 256 * 1024;
/** Real envelopes declare up to 80 namespaces; every one left over after ours were taken out costs a scan of the text. */
const MOST_LEFT_OVER = 50;
const MOST_PROFILES = 64;
/** The package connects to nothing that does not tell its time first; the session has measured it, or there is none. */
const ANY_TIME = '<GetSystemDateAndTimeResponse><SystemDateAndTime/></GetSystemDateAndTimeResponse>';
/** What is left of a description's time goes to its other parts: a source that was not asked has no pictures. */
const SOURCES_MS = 15_000;

/**
 * Asks a camera what it is, by way of npm `onvif` 0.8.3. The package builds the requests and reads the answers; what
 * lies between is ours (its own transport has no cap, no total deadline, follows foreign addresses and signs only
 * ASCII), and so its freezing regular expression is never given a text that feeds it.
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

/** What the asking of one camera shares: its answers as we read them, and where an exception is to go. */
interface Asking {
  readonly answers: Map<string, XmlElement>;
  fail: (error: unknown) => void;
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

function camOver(session: CameraSession, asking: Asking): Cam {
  const cam = new (onvif.Cam as unknown as new (options: object) => Cam)({
    hostname: session.address.hostname,
    port: session.address.port,
    path: session.address.devicePath,
    preserveAddress: true,
    autoconnect: false,
  });
  // It throws where the first source fits no profile, and nothing else would be asked: that is chosen here, by us.
  const choose = cam.getActiveSources.bind(cam);
  cam.getActiveSources = () => {
    try {
      choose();
    } catch {
      // The first profile is as good.
    }
  };
  // Without a listener an 'error' would end the process.
  cam.on('error', () => undefined);
  cam._request = (options, callback) => {
    carry(session, cam, options, asking.answers)
      .then(
        (answer) => callback(...answer),
        (error: unknown) => callback(error),
      )
      // The package throws inside its own callbacks (a video source that fits no profile): else nobody would hear it.
      .catch((error: unknown) => asking.fail(error));
  };
  return cam;
}

/** Takes the request's body out of the package's envelope, sends it our way and reads the answer the package's way. */
async function carry(
  session: CameraSession,
  cam: Cam,
  options: CamRequest,
  answers: Map<string, XmlElement>,
): Promise<Parameters<Callback>> {
  const start = options.body.indexOf('>', options.body.indexOf('<s:Body')) + 1;
  const body = options.body.slice(start, options.body.lastIndexOf('</s:Body>'));
  const operation = readXml(body);
  if (operation.name === 'GetSystemDateAndTime') return readByPackage(ANY_TIME);
  const path =
    options.url?.path ??
    (options.service === undefined ? undefined : cam.uri?.[options.service]?.path) ??
    session.address.devicePath;
  const answer = await session.call(
    path,
    { action: `${operation.namespace}/${operation.name}`, body },
    {
      deadlineMs: CALL_MS,
      largestBytes: LARGEST_ANSWER_BYTES,
    },
  );
  answers.set(answer.name, answer);
  return readByPackage(answer.raw);
}

function readByPackage(raw: string): Parameters<Callback> {
  const plain = raw.replace(/\sxmlns(?::[\w.-]+)?\s*=\s*(?:"[^"]*"|'[^']*')/g, '');
  if (plain.split('xmlns').length > MOST_LEFT_OVER) {
    throw new CameraFault('refused-answer', 'the answer was refused: made to choke a reader');
  }
  let result: Parameters<Callback> | undefined;
  onvifUtilities.parseSOAPString(
    `<Envelope><Body>${plain}</Body></Envelope>`,
    (...values) => (result ??= values),
    200,
  );
  if (result === undefined)
    throw new CameraFault('refused-answer', 'the answer was refused: the package gave none');
  return result;
}

/** A call of the package as a promise; what it throws, now or inside a callback, rejects. */
function ask(asking: Asking, call: (done: Callback) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    asking.fail = (error) => reject(asFault(error));
    call((error, data) => {
      if (error instanceof Error) reject(asFault(error));
      else resolve(data);
    });
  });
}

function asFault(error: unknown): CameraFault {
  if (error instanceof CameraFault) return error;
  return new CameraFault('refused-answer', 'the camera’s description cannot be understood', '', {
    cause: error,
  });
}

function unlessFatal(error: unknown): null {
  if (error instanceof CameraFault && (error.kind === 'password-refused' || error.kind === 'unreachable'))
    throw error;
  return null;
}

function uriOf(answer: unknown): string | null {
  const { uri } = (answer ?? {}) as { uri?: unknown };
  return typeof uri === 'string' && uri !== '' ? uri : null;
}
