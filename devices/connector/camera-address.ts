import { CameraFault } from './camera-fault.ts';

/** Where a camera is, as a person entered it. */
export interface CameraAddress {
  /** `http://192.168.1.64:8080`, without a path. */
  readonly origin: string;
  readonly hostname: string;
  readonly port: number;
  /** Path of the device service. */
  readonly devicePath: string;
}

const USUAL_PATH = '/onvif/device_service';

/**
 * `192.168.1.64`, `host:port` or a device service URL.
 *
 * @throws CameraFault `forbidden-address` for anything else: another scheme, credentials in the address
 */
export function readCameraAddress(text: string): CameraAddress {
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch (error) {
    throw new CameraFault('forbidden-address', 'the address cannot be read', '', { cause: error });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new CameraFault('forbidden-address', 'the address must be http or https');
  }
  if (url.username !== '' || url.password !== '') {
    throw new CameraFault('forbidden-address', 'the address must not hold a user or password');
  }
  return {
    origin: url.origin,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    devicePath: url.pathname === '/' ? USUAL_PATH : `${url.pathname}${url.search}`,
  };
}

/**
 * The path of an address that a camera gave. Host and port are the camera's own, whatever it says: addresses in
 * answers are wrong behind NAT, and following them would carry credentials anywhere. The host is not even read: some
 * leave it out (`http:///onvif/events?session=392` of a Raysharp, agsh/onvif issue 231).
 *
 * @returns undefined where it is no address of the web: empty, `urn:uuid:…`, `rtsp://…` (each seen)
 */
export function pathOf(given: string): string | undefined {
  const text = given.trim();
  const path = /^https?:\/\/[^/?#\\]*(.*)$/is.exec(text)?.[1] ?? text;
  if (text === '' || (path === text && /^[a-z][a-z0-9+.-]*:/i.test(text))) return undefined;
  const whole = `http://camera.invalid${/^[/?#\\]/.test(path) ? '' : '/'}${path}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  return `${url.pathname}${url.search}`;
}

/**
 * Where a service or a still is, on the camera's own host: its path, or a whole address where it has another port. The
 * port is believed only of a camera that names its own host rightly (many speak ONVIF at 8899 or 1000 and give stills at
 * 80; some have a port for each service); behind NAT it names another host, and the port there is not the port here.
 *
 * @returns undefined where it is no address of the web (XiongMai gives `rtsp://…`, home-assistant/core issue 66554)
 */
export function ownAddress(given: string, camera: CameraAddress): string | undefined {
  const path = pathOf(given);
  if (path === undefined) return undefined;
  const own = new URL(camera.origin);
  const named = URL.canParse(given.trim()) ? new URL(given.trim()) : own;
  const isOwn = named.hostname === own.hostname && named.protocol === own.protocol;
  return isOwn && named.origin !== own.origin ? `${named.origin}${path}` : path;
}

/** As `ownAddress`, always whole. */
export function pictureAddress(given: string, camera: CameraAddress): string | undefined {
  const address = ownAddress(given, camera);
  return address?.startsWith('/') === true ? `${camera.origin}${address}` : address;
}

/** A stream's address with the camera's own host: the port and path are the camera's words. */
export function streamAddress(given: string, camera: CameraAddress): string | undefined {
  if (!URL.canParse(given)) return undefined;
  const url = new URL(given);
  if (!['rtsp:', 'rtsps:', 'http:', 'https:'].includes(url.protocol)) return undefined;
  const host = camera.hostname.includes(':') ? `[${camera.hostname}]` : camera.hostname;
  return `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}${url.pathname}${url.search}`;
}
