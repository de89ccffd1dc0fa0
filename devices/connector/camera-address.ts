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
 * answers are wrong behind NAT, and following them would carry credentials anywhere.
 */
export function pathOf(given: string): string {
  try {
    const url = new URL(given, 'http://camera.invalid');
    return `${url.pathname}${url.search}`;
  } catch (error) {
    throw new CameraFault('refused-answer', 'the camera gave an address that cannot be read', '', {
      cause: error,
    });
  }
}

/** A stream's address with the camera's own host: the port and path are the camera's words. */
export function streamAddress(given: string, camera: CameraAddress): string | undefined {
  if (!URL.canParse(given)) return undefined;
  const url = new URL(given);
  if (!['rtsp:', 'rtsps:', 'http:', 'https:'].includes(url.protocol)) return undefined;
  const host = camera.hostname.includes(':') ? `[${camera.hostname}]` : camera.hostname;
  return `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}${url.pathname}${url.search}`;
}
