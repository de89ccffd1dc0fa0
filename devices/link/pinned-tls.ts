import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, connect } from 'node:tls';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** What a box knows of the authority behind a server: all of it, or only the fingerprint in an enrolment link. */
export type Authority = { readonly pem: string } | { readonly fingerprint: string };

export interface PinnedTarget {
  readonly host: string;
  readonly port: number;
  readonly authority: Authority;
  /** True time, against which the certificates' dates are held; null where the box does not know it yet. */
  readonly now: () => number | null;
}

/**
 * A TLS connection to a server that our own authority vouches for. Nothing is sent until that is proved (the socket
 * is corked). Node's own verification is not used because it believes the host's wall clock: a box without a battery
 * starts in 1970, and asks for the time through this very connection. Signatures and name are always proved, dates
 * as soon as there is a clock to trust.
 */
export function connectPinned(
  target: PinnedTarget,
  proved: (error: Error | null) => void = () => undefined,
): TLSSocket {
  const socket = connect({
    host: target.host,
    port: target.port,
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
  });
  socket.cork();
  let settled = false;
  const settle = (error: Error | null): void => {
    if (settled) return;
    settled = true;
    proved(error);
  };
  socket.once('secureConnect', () => {
    try {
      proveChain(socket.getPeerCertificate(true), target);
      settle(null);
      socket.uncork();
    } catch (error) {
      socket.destroy(error as Error);
      settle(error as Error);
    }
  });
  socket.once('error', (error: Error) => settle(error));
  socket.once('close', () => settle(new Error('closed before it was proved')));
  return socket;
}

/** @throws with what is wrong */
function proveChain(peer: DetailedPeerCertificate, target: PinnedTarget): void {
  const chain = chainOf(peer);
  const leaf = chain[0];
  if (leaf === undefined) throw new Error('the server showed no certificate');
  const authority = findAuthority(chain, target.authority);
  let proven = leaf;
  for (const next of [...chain.slice(1), authority]) {
    if (proven.fingerprint256 === authority.fingerprint256) break;
    const signer = proven.verify(authority.publicKey) ? authority : next;
    if (!signer.ca || !proven.verify(signer.publicKey)) {
      throw new Error('the server is not certified by the pinned authority');
    }
    checkDates(proven, target.now());
    proven = signer;
  }
  if (proven.fingerprint256 !== authority.fingerprint256) {
    throw new Error('the server is not certified by the pinned authority');
  }
  checkDates(authority, target.now());
  const wrongName = checkServerIdentity(target.host, peer);
  if (wrongName !== undefined) throw wrongName;
}

function chainOf(peer: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  // Node gives `{}` for no certificate, and ends the chain with one that is its own issuer.
  let each: Partial<DetailedPeerCertificate> = peer;
  while (each.raw !== undefined && each.fingerprint256 !== undefined && !seen.has(each.fingerprint256)) {
    seen.add(each.fingerprint256);
    chain.push(new X509Certificate(each.raw));
    each = each.issuerCertificate ?? {};
  }
  return chain;
}

function findAuthority(chain: readonly X509Certificate[], authority: Authority): X509Certificate {
  if ('pem' in authority) return new X509Certificate(authority.pem);
  const found = chain.find(
    (each) => createHash('sha256').update(each.raw).digest('hex') === authority.fingerprint,
  );
  if (found?.ca !== true) throw new Error('the server did not show the authority named in the link');
  return found;
}

function checkDates(certificate: X509Certificate, now: number | null): void {
  if (now === null) return;
  const toleranceMs = 60_000;
  if (now < Date.parse(certificate.validFrom) - toleranceMs || now > Date.parse(certificate.validTo)) {
    throw new Error(`a certificate is valid from ${certificate.validFrom} to ${certificate.validTo} only`);
  }
}
