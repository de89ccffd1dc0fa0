import { createHash, timingSafeEqual } from 'node:crypto';
import { BASE64, NS, PASSWORD_DIGEST } from './namespaces.ts';
import { child, type XmlNode } from './xml-text.ts';

/** How far `Created` may lie from the camera's own clock, and so how long a nonce must be remembered twice over. */
export const FRESH_MS = 5_000;

export type TokenVerdict =
  'accepted' | 'absent' | 'malformed' | 'unknown-user' | 'stale' | 'replayed' | 'wrong-password';

/** Checks WS-Security UsernameToken digests (profile 1.0) and remembers nonces, so that a recorded request is refused. */
export class UsernameTokens {
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly user: string,
    private password: string,
  ) {}

  setPassword(password: string): void {
    this.password = password;
  }

  /** `nowMs` is the camera's own clock. */
  check(header: XmlNode | undefined, nowMs: number): TokenVerdict {
    const token = child(child(header, NS.wsse, 'Security'), NS.wsse, 'UsernameToken');
    if (token === undefined) return 'absent';
    const username = child(token, NS.wsse, 'Username')?.text;
    const password = child(token, NS.wsse, 'Password');
    const nonce = child(token, NS.wsse, 'Nonce');
    const created = child(token, NS.wsu, 'Created')?.text;
    if (password?.attributes.get('Type') !== PASSWORD_DIGEST) return 'malformed';
    if (nonce === undefined || (nonce.attributes.get('EncodingType') ?? BASE64) !== BASE64)
      return 'malformed';
    if (created === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(created))
      return 'malformed';
    const nonceBytes = Buffer.from(nonce.text, 'base64');
    if (nonceBytes.length < 8 || nonceBytes.toString('base64') !== nonce.text) return 'malformed';
    if (Math.abs(Date.parse(created) - nowMs) > FRESH_MS) return 'stale';
    if (username !== this.user) return 'unknown-user';

    const expected = createHash('sha1')
      .update(nonceBytes)
      .update(created, 'utf8')
      .update(this.password, 'utf8')
      .digest();
    const given = Buffer.from(password.text, 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'wrong-password';

    for (const [old, until] of this.seen) if (until < nowMs) this.seen.delete(old);
    if (this.seen.has(nonce.text)) return 'replayed';
    this.seen.set(nonce.text, nowMs + 2 * FRESH_MS);
    return 'accepted';
  }
}
