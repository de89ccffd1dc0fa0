import { randomInt } from 'node:crypto';

/** No 0/o, 1/l/i: people read it aloud and type it from a Zalo message. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';

/** 8 characters, about 40 random bits: a name, not a secret; opening it needs a session. */
export function newShortCode(): string {
  return Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
}
