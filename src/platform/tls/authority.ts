import 'reflect-metadata';
import { createECDH, createHash, createPrivateKey, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { Clock } from '../../base/clock.ts';
import { writeFileAtomically } from '../files/atomic.file.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const authorityDays = 3_653;
/** Apple's systems refuse server certificates that live longer than 398 days. */
const serverDays = 397;
const renewWithinDays = 30;

/** What a TLS server of ours needs. */
export interface ServerIdentity {
  /** PEM: the server's certificate, then the authority's. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM of the authority alone, for clients. */
  readonly ca: string;
}

/**
 * The private authority of this installation. Boxes trust it by its fingerprint, which travels in the enrolment link,
 * so no public authority and no name in the public DNS is needed. Made at the first start; `directory` holds
 * `authority.pem`, `authority.key`, `server.pem` and `server.key`, the keys with mode 600.
 */
export class Authority {
  private readonly listeners: ((identity: ServerIdentity) => void | Promise<void>)[] = [];

  private constructor(
    private readonly directory: string,
    private readonly names: readonly string[],
    private readonly clock: Clock,
    private current: ServerIdentity,
  ) {}

  get identity(): ServerIdentity {
    return this.current;
  }

  /**
   * @param names host names and addresses under which the server is reached; a certificate that lacks one, or has
   *   fewer than 30 days left, is renewed
   */
  static async open(directory: string, names: readonly string[], clock: Clock): Promise<Authority> {
    x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // The certificate is written after the key: where it stands, its key does.
    if (!existsSync(join(directory, 'authority.pem'))) await makeAuthority(directory, await newKeys(), clock);
    return new Authority(directory, names, clock, await serverIdentity(directory, names, clock));
  }

  /** The authority's private number, 32 bytes: for the recovery sheet, and nothing else. */
  async privateNumber(): Promise<Uint8Array> {
    const pem = await readFile(join(this.directory, 'authority.key'), 'utf8');
    const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
    return new Uint8Array(Buffer.from(d, 'base64url'));
  }

  /**
   * From now on the authority that another machine was, by its private number: boxes that pinned it believe this one.
   * They hold signatures against its key, so that a certificate of today serves as well as the lost one.
   */
  async takeOver(privateNumber: Uint8Array): Promise<void> {
    // Killed before the end, the next start makes a new one, and whoever recovers types the sheet again.
    await rm(join(this.directory, 'authority.pem'), { force: true });
    await makeAuthority(this.directory, await keysFrom(privateNumber), this.clock);
    this.current = await serverIdentity(this.directory, this.names, this.clock);
    for (const listener of this.listeners) await listener(this.current);
  }

  /** Whoever serves TLS takes the new certificate up. */
  onTakenOver(listener: (identity: ServerIdentity) => void | Promise<void>): void {
    this.listeners.push(listener);
  }
  /** SHA-256 of the authority's certificate (DER), in lower-case hexadecimal: what a box pins. */
  fingerprint(): string {
    return createHash('sha256')
      .update(new Uint8Array(new x509.X509Certificate(this.current.ca).rawData))
      .digest('hex');
  }
}

/** What is there and good; else made anew. */
async function serverIdentity(
  directory: string,
  names: readonly string[],
  clock: Clock,
): Promise<ServerIdentity> {
  const path = (name: string) => join(directory, name);
  const ca = await readFile(path('authority.pem'), 'utf8');
  if (!(await isGood(path('server.pem'), path('server.key'), ca, names, clock)))
    await makeServer({ ca, caKey: await readFile(path('authority.key'), 'utf8'), names, clock, path });
  const [cert, key] = [
    await readFile(path('server.pem'), 'utf8'),
    await readFile(path('server.key'), 'utf8'),
  ];
  return { cert: cert + ca, key, ca };
}

async function makeAuthority(directory: string, keys: CryptoKeyPair, clock: Clock): Promise<void> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    // A name of its own, so that a browser that trusts two installations can tell them apart.
    name: `CN=Loa Lang ${newSerial().slice(0, 8)}`,
    ...validity(clock, authorityDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await writeFileAtomically(join(directory, 'authority.key'), await pemOfKey(keys.privateKey), 0o600);
  await writeFileAtomically(join(directory, 'authority.pem'), `${certificate.toString('pem')}\n`);
}

async function makeServer(from: {
  ca: string;
  caKey: string;
  names: readonly string[];
  clock: Clock;
  path: (name: string) => string;
}): Promise<void> {
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(from.ca);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(from.caKey),
    algorithm,
    false,
    ['sign'],
  );
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: 'CN=Loa Lang',
    issuer: issuer.subject,
    ...validity(from.clock, serverDays),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        from.names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await writeFileAtomically(from.path('server.key'), await pemOfKey(keys.privateKey), 0o600);
  await writeFileAtomically(from.path('server.pem'), `${certificate.toString('pem')}\n`);
}

async function isGood(
  certPath: string,
  keyPath: string,
  ca: string,
  names: readonly string[],
  clock: Clock,
): Promise<boolean> {
  try {
    const certificate = new x509.X509Certificate(await readFile(certPath, 'utf8'));
    const alternatives = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
    const known = new Set(alternatives.map(({ value }) => value));
    const key = await webcrypto.subtle.importKey(
      'pkcs8',
      x509.PemConverter.decodeFirst(await readFile(keyPath, 'utf8')),
      algorithm,
      true,
      ['sign'],
    );
    // A service killed between the two files leaves a key that belongs to another certificate.
    const { x, y } = await webcrypto.subtle.exportKey('jwk', key);
    const inCertificate = await webcrypto.subtle.exportKey(
      'jwk',
      await certificate.publicKey.export(algorithm, ['verify']),
    );
    return (
      certificate.notAfter.getTime() - clock.now() > renewWithinDays * dayMs &&
      certificate.notBefore.getTime() <= clock.now() &&
      names.every((name) => known.has(name)) &&
      x === inCertificate.x &&
      y === inCertificate.y &&
      (await certificate.verify({
        publicKey: new x509.X509Certificate(ca).publicKey,
        date: clock.date(),
        signatureOnly: true,
      }))
    );
  } catch {
    return false;
  }
}

async function newKeys(): Promise<CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function keysFrom(privateNumber: Uint8Array): Promise<CryptoKeyPair> {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateNumber);
  const point = curve.getPublicKey();
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), Buffer.from(privateNumber)].map((part) =>
    part.toString('base64url'),
  );
  const open = { kty: 'EC', crv: algorithm.namedCurve, x: x ?? '', y: y ?? '' };
  const shut = { ...open, d: d ?? '' };
  return {
    publicKey: await webcrypto.subtle.importKey('jwk', open, algorithm, true, ['verify']),
    privateKey: await webcrypto.subtle.importKey('jwk', shut, algorithm, true, ['sign']),
  };
}

async function pemOfKey(key: CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`;
}

/** A day back: a box whose clock is a little slow must not take the certificate for one of tomorrow. */
function validity(clock: Clock, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(clock.now() - dayMs), notAfter: new Date(clock.now() + (days - 1) * dayMs) };
}

function newSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  // Positive, and of full length.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
