import { createHash } from 'node:crypto';

export interface Challenge {
  readonly scheme: 'digest' | 'basic';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: 'MD5' | 'SHA-256';
  /** As the server wrote it, or undefined where it wrote none (RFC 2069: no qop, no counters). */
  readonly algorithmText: string | undefined;
  readonly qop: 'auth' | undefined;
  /** The server says that only the nonce was old. */
  readonly stale: boolean;
}

/**
 * The best of what a server offers in WWW-Authenticate: SHA-256 before MD5 before Basic; undefined when it offers
 * nothing that we speak. Several challenges may come as several headers or in one line.
 */
export function bestChallenge(headers: readonly string[]): Challenge | undefined {
  const found = headers.flatMap(challengesOf);
  return (
    found.find((one) => one.scheme === 'digest' && one.algorithm === 'SHA-256') ??
    found.find((one) => one.scheme === 'digest') ??
    found.find((one) => one.scheme === 'basic')
  );
}

/** The Authorization header for one request (RFC 7616, RFC 7617), in UTF-8. `count` begins at 1 for each nonce. */
export function authorization(
  challenge: Challenge,
  credentials: { readonly username: string; readonly password: string },
  request: { readonly method: string; readonly uri: string },
  count: number,
  clientNonce: string,
): string {
  const { username, password } = credentials;
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  }
  const hash = (text: string): string =>
    createHash(challenge.algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text, 'utf8')
      .digest('hex');
  const ha1 = hash(`${username}:${challenge.realm}:${password}`);
  const ha2 = hash(`${request.method}:${request.uri}`);
  const nc = count.toString(16).padStart(8, '0');
  const response =
    challenge.qop === undefined
      ? hash(`${ha1}:${challenge.nonce}:${ha2}`)
      : hash(`${ha1}:${challenge.nonce}:${nc}:${clientNonce}:auth:${ha2}`);
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  return [
    // Header bytes: Node writes Latin-1, so the UTF-8 bytes of the name go one to one into characters.
    `Digest username=${quoted(Buffer.from(username, 'utf8').toString('latin1'))}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(request.uri)}`,
    ...(challenge.algorithmText === undefined ? [] : [`algorithm=${challenge.algorithm}`]),
    ...(challenge.qop === undefined ? [] : [`qop=auth`, `nc=${nc}`, `cnonce="${clientNonce}"`]),
    `response="${response}"`,
    ...(challenge.opaque === undefined ? [] : [`opaque=${quoted(challenge.opaque)}`]),
  ].join(', ');
}

function challengesOf(header: string): Challenge[] {
  // Longer than any real challenge; what follows is linear anyway.
  const text = header.slice(0, 4_096);
  const starts = [...text.matchAll(/(?:^|,)\s*(digest|basic)(?=\s)/gi)];
  return starts.flatMap((start, index) => {
    const from = start.index + start[0].length;
    const values = new Map<string, string>();
    for (const [, name = '', quoted, plain] of text
      .slice(from, starts[index + 1]?.index)
      .matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)) {
      values.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
    }
    const scheme = (start[1] ?? '').toLowerCase() === 'basic' ? 'basic' : 'digest';
    const algorithmText = values.get('algorithm');
    const algorithm = (algorithmText ?? 'MD5').toUpperCase();
    if (scheme === 'digest' && algorithm !== 'MD5' && algorithm !== 'SHA-256') return [];
    const qop = values.get('qop');
    if (qop !== undefined && !qop.split(',').some((one) => one.trim() === 'auth')) return [];
    return [
      {
        scheme,
        realm: values.get('realm') ?? '',
        nonce: values.get('nonce') ?? '',
        opaque: values.get('opaque'),
        algorithm: algorithm as 'MD5' | 'SHA-256',
        algorithmText,
        qop: qop === undefined ? undefined : 'auth',
        stale: values.get('stale')?.toLowerCase() === 'true',
      },
    ];
  });
}
