import { createHash } from 'node:crypto';

export interface Challenge {
  readonly scheme: 'digest' | 'basic';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: 'MD5' | 'SHA-256';
  /** The `-sess` form of the algorithm: its key is made anew with each of our nonces. */
  readonly isSession: boolean;
  /** As the server wrote it, or undefined where it wrote none (RFC 2069: no qop, no counters). */
  readonly algorithmText: string | undefined;
  readonly qop: 'auth' | 'auth-int' | undefined;
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
  request: { readonly method: string; readonly uri: string; readonly body?: string | undefined },
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
  const key = hash(`${username}:${challenge.realm}:${password}`);
  const ha1 = challenge.isSession ? hash(`${key}:${challenge.nonce}:${clientNonce}`) : key;
  const whole = challenge.qop === 'auth-int' ? `:${hash(request.body ?? '')}` : '';
  const ha2 = hash(`${request.method}:${request.uri}${whole}`);
  const nc = count.toString(16).padStart(8, '0');
  const response =
    challenge.qop === undefined
      ? hash(`${ha1}:${challenge.nonce}:${ha2}`)
      : hash(`${ha1}:${challenge.nonce}:${nc}:${clientNonce}:${challenge.qop}:${ha2}`);
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  return [
    // Header bytes: Node writes Latin-1, so the UTF-8 bytes of the name go one to one into characters.
    `Digest username=${quoted(Buffer.from(username, 'utf8').toString('latin1'))}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(request.uri)}`,
    ...(challenge.algorithmText === undefined ? [] : [`algorithm=${challenge.algorithmText}`]),
    ...(challenge.qop === undefined ? [] : [`qop=${challenge.qop}`, `nc=${nc}`]),
    ...(challenge.qop === undefined && !challenge.isSession ? [] : [`cnonce="${clientNonce}"`]),
    `response="${response}"`,
    ...(challenge.opaque === undefined ? [] : [`opaque=${quoted(challenge.opaque)}`]),
  ].join(', ');
}

function challengesOf(header: string): Challenge[] {
  // Longer than any real challenge; what follows is linear anyway.
  const text = header.slice(0, 4_096);
  // What stands in quotes begins nothing.
  const starts = [...text.matchAll(/"(?:[^"\\]|\\.)*"|(?:^|,)\s*(digest|basic)(?=\s)/gi)].filter(
    ([, scheme]) => scheme !== undefined,
  );
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
    const [, algorithm, session] =
      /^(MD5|SHA-256)(-SESS)?$/.exec((algorithmText ?? 'MD5').toUpperCase()) ?? [];
    if (scheme === 'digest' && algorithm === undefined) return [];
    const offered = (values.get('qop') ?? '').split(',').map((one) => one.trim().toLowerCase());
    // Written and empty it is none, as some cameras send it.
    const qop = (['auth', 'auth-int'] as const).find((one) => offered.includes(one));
    if (qop === undefined && offered.some((one) => one !== '')) return [];
    return [
      {
        scheme,
        realm: values.get('realm') ?? '',
        nonce: values.get('nonce') ?? '',
        opaque: values.get('opaque'),
        algorithm: algorithm as 'MD5' | 'SHA-256',
        isSession: session !== undefined,
        algorithmText,
        qop,
        stale: values.get('stale')?.toLowerCase() === 'true',
      },
    ];
  });
}
