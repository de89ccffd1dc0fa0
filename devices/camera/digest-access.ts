import { createHash, randomBytes } from 'node:crypto';

const NONCE_LIFE_MS = 60_000;

/** The server's half of HTTP Digest (RFC 7616, MD5, qop=auth) and of Basic, as cameras protect pictures. */
export class DigestAccess {
  private readonly nonces = new Map<string, { until: number; counts: Set<string> }>();

  constructor(
    private readonly realm: string,
    private readonly user: string,
    private password: string,
  ) {}

  setPassword(password: string): void {
    this.password = password;
  }

  challenge(stale = false): string {
    const now = Date.now();
    for (const [old, { until }] of this.nonces) if (until < now) this.nonces.delete(old);
    const nonce = randomBytes(16).toString('hex');
    this.nonces.set(nonce, { until: now + NONCE_LIFE_MS, counts: new Set() });
    return `Digest realm="${this.realm}", qop="auth", algorithm=MD5, nonce="${nonce}", opaque="5ccc069c403ebaf9"${stale ? ', stale=true' : ''}`;
  }

  acceptsBasic(authorization: string | undefined): boolean {
    const expected = `Basic ${Buffer.from(`${this.user}:${this.password}`, 'utf8').toString('base64')}`;
    return authorization === expected;
  }

  /** `stale` when only the nonce is old: the client may try again with a new one. */
  check(
    authorization: string | undefined,
    method: string,
    uri: string,
  ): 'accepted' | 'stale' | 'refused' | 'absent' {
    if (authorization?.startsWith('Digest ') !== true) return 'absent';
    const given = new Map<string, string>();
    for (const [, name, quoted, plain] of authorization
      .slice(7)
      .matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)) {
      given.set(name ?? '', (quoted ?? plain ?? '').replace(/\\(.)/g, '$1'));
    }
    const nonce = this.nonces.get(given.get('nonce') ?? '');
    if (nonce === undefined || nonce.until < Date.now()) return 'stale';
    if (given.get('uri') !== uri || given.get('qop') !== 'auth' || given.get('realm') !== this.realm)
      return 'refused';
    const count = given.get('nc') ?? '';
    if (!/^[0-9a-f]{8}$/.test(count) || nonce.counts.has(count)) return 'refused';
    const ha1 = md5(`${this.user}:${this.realm}:${this.password}`);
    const response = md5(
      [ha1, given.get('nonce'), count, given.get('cnonce'), 'auth', md5(`${method}:${uri}`)].join(':'),
    );
    if (given.get('username') !== this.user || given.get('response') !== response) return 'refused';
    nonce.counts.add(count);
    return 'accepted';
  }
}

function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}
