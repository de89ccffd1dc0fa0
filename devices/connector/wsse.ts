import { createHash } from 'node:crypto';
import { escapeXml } from './xml.ts';

const SECEXT = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const UTILITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const DIGEST =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
const BASE64 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

/**
 * A WS-Security UsernameToken with a password digest (OASIS profile 1.0): Base64(SHA-1(nonce + created + password)),
 * all in UTF-8, which npm `onvif` does not do and Vietnamese passwords need.
 *
 * @param createdAtMs the present by the *camera's* clock, milliseconds since 1970
 * @param nonce fresh random bytes, 16 or more
 */
export function usernameToken(
  username: string,
  password: string,
  createdAtMs: number,
  nonce: Uint8Array,
): string {
  const created = new Date(createdAtMs).toISOString();
  const digest = createHash('sha1')
    .update(nonce)
    .update(created, 'utf8')
    .update(password, 'utf8')
    .digest('base64');
  return (
    `<wsse:Security xmlns:wsse="${SECEXT}" xmlns:wsu="${UTILITY}"><wsse:UsernameToken>` +
    `<wsse:Username>${escapeXml(username)}</wsse:Username>` +
    `<wsse:Password Type="${DIGEST}">${digest}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${BASE64}">${Buffer.from(nonce).toString('base64')}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`
  );
}
