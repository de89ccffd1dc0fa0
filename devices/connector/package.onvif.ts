import onvif from 'onvif';
// The package's own reader of answers; its parsing is what the rest of the package expects to be given.
import onvifUtilities from 'onvif/lib/utils.js';
import { ownAddress } from './camera-address.ts';
import { CameraFault } from './camera-fault.ts';
import type { CameraSession } from './camera-session.undici.ts';
import { servicePath } from './self-description.ts';
import { find, readXml, textAt, type XmlElement } from './xml.ts';

/*
 * npm `onvif` 0.8.3 over our own lines: the package builds the requests and reads the answers; what lies between is ours
 * (its own transport has no cap, no total deadline, follows foreign addresses and signs only ASCII), and so its freezing
 * regular expression is never given a text that feeds it.
 */

type Callback = (error: unknown, data?: unknown, xml?: string, status?: number) => void;

/** The part of the package's Cam that is used here; `_request` is private by its underscore and pinned by version. */
export interface Cam {
  activeSource?: { readonly profileToken?: unknown };
  uri?: Readonly<Record<string, { readonly path?: string | null }>>;
  on(event: string, listener: (...values: unknown[]) => void): void;
  connect(callback: Callback): void;
  getDeviceInformation(callback: Callback): void;
  getStreamUri(options: object, callback: Callback): void;
  getSnapshotUri(options: object, callback: Callback): void;
  getActiveSources(): void;
  getPresets(options: object, callback: Callback): void;
  gotoPreset(options: object, callback: Callback): void;
  gotoHomePosition(options: object, callback: Callback): void;
  continuousMove(options: object, callback: Callback): void;
  stop(options: object, callback: Callback): void;
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
/** The package connects to nothing that does not tell its time first; the session has measured it, or there is none. */
const ANY_TIME = '<GetSystemDateAndTimeResponse><SystemDateAndTime/></GetSystemDateAndTimeResponse>';

/** What the asking of one camera shares: its answers as we read them, and where an exception is to go. */
export interface Asking {
  readonly answers: Map<string, XmlElement>;
  fail: (error: unknown) => void;
}

export function camOver(session: CameraSession, asking: Asking): Cam {
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
    (options.service === undefined ? undefined : serviceOf(options.service, cam, session, answers)) ??
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

/** By the answer itself: the package keeps of an address only its path. */
function serviceOf(
  service: string,
  cam: Cam,
  session: CameraSession,
  answers: ReadonlyMap<string, XmlElement>,
): string | null | undefined {
  for (const version of ['ver10', 'ver20']) {
    // The second Media service is another one: it has other answers, and the package another name for it.
    if (version === 'ver20' && service === 'media') continue;
    const namespace = `http://www.onvif.org/${version}/${service}/wsdl`;
    const told = servicePath(answers.get('GetServicesResponse'), namespace, session.address);
    if (told !== undefined) return told;
  }
  const capabilities = find(answers.get('GetCapabilitiesResponse'), 'Capabilities');
  const capable = capabilities?.children.find(({ name }) => name.toLowerCase() === service.toLowerCase());
  const named = textAt(capable, 'XAddr');
  const address = named === undefined ? undefined : ownAddress(named, session.address);
  return address ?? cam.uri?.[service]?.path;
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
export function ask(asking: Asking, call: (done: Callback) => void): Promise<unknown> {
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

/** For parts of an answer that may be missing: only what ends the asking is thrown. */
export function unlessFatal(error: unknown): null {
  if (error instanceof CameraFault && (error.kind === 'password-refused' || error.kind === 'unreachable'))
    throw error;
  return null;
}
