import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, as text for a cookie or a link. */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of it: whoever reads the database can sign in as nobody. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
