import { createHash } from 'node:crypto';
import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressRules } from './address-rules.ts';
import { CameraFault } from './camera-fault.ts';

const CONNECT_MS = 5_000;

/** Where a name points now: this machine's resolver, or one that lies, in tests. */
export type Resolve = (
  host: string,
  options: { readonly all: true },
  told: (error: Error | null, found: readonly { readonly address: string }[]) => void,
) => void;

/**
 * Connects where the rules allow it and, by TLS, only to the one certificate that a person confirmed: cameras sign
 * their own, so neither a name nor an authority nor a date says anything. Not one byte of a request is sent before.
 *
 * @param resolve asked once a connection; what it says a second time is never heard
 * @param certificate SHA-256 (hex) of the confirmed certificate (DER); null where none is
 */
export function guardedConnector(
  rules: AddressRules,
  certificate: string | null,
  resolve: Resolve = lookup,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: CONNECT_MS,
    rejectUnauthorized: false,
    // A resumed session shows no certificate.
    maxCachedSessions: 0,
  });
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const go = (use: string): void =>
      connect({ ...options, hostname: use }, (...result) => {
        const [error, socket] = result;
        if (error !== null) {
          callback(error, null);
          return;
        }
        const shown = socket instanceof TLSSocket ? fingerprintOf(socket) : null;
        if (options.protocol !== 'https:' || (certificate !== null && shown === certificate)) {
          callback(null, socket);
          return;
        }
        socket.destroy();
        const words = certificate === null ? 'nobody has confirmed it' : 'it is another one';
        callback(new CameraFault('certificate', `the camera’s certificate: ${words}`, shown ?? ''), null);
      });
    const judge = (addresses: readonly string[], use: string): void => {
      const refusal = addresses.map((one) => rules.refusal(one, port)).find((one) => one !== undefined);
      if (refusal === undefined) go(use);
      else callback(new CameraFault('forbidden-address', `the address is refused: ${refusal}`), null);
    };
    if (isIP(host) !== 0) {
      judge([host], host);
      return;
    }
    // Resolved once, judged, and connected to by that very address: a second answer of the name server changes nothing.
    resolve(host, { all: true }, (error, found) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      const addresses = found.map((one) => one.address);
      judge(addresses, addresses[0] ?? host);
    });
  };
}

function fingerprintOf(socket: TLSSocket): string | null {
  const { raw } = socket.getPeerCertificate() as { raw?: Buffer };
  return raw === undefined ? null : createHash('sha256').update(raw).digest('hex');
}
