import { createHash, randomBytes } from 'node:crypto';

/** Without 0, 1, I and O: a code is also read aloud by telephone to somebody on a ladder. 32 letters, 5 bits each. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const letters = 16;

/** A new code of 80 random bits, as `ABCD-EFGH-JKLM-NPQR`. */
export function newEnrolmentCode(): string {
  const text = Array.from(randomBytes(letters), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  return (text.match(/.{4}/g) ?? []).join('-');
}

/** What is kept of a code. Case, blanks and dashes do not matter. */
export function hashOfCode(code: string): string {
  const bare = code.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  return createHash('sha256').update(`loalang/enrol/${bare}`).digest('hex');
}
