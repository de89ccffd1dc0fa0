import { makersPairs, miraiPairs } from './default-passwords.data.ts';

const words = new Set([...miraiPairs, ...makersPairs].map(([, password]) => password.toLowerCase()));

/**
 * Whether somebody who knows no secret would guess it: a word that worms and makers are known to use, with whatever user
 * (a worm tries them crosswise), the user's own name, or none at all. Compared here, never tried against a camera. Where
 * there is no user the camera asks for no password, and then anybody gets in as well.
 */
export function isDefaultPassword(username: string, password: string): boolean {
  const word = password.toLowerCase();
  return word === '' || words.has(word) || word === username.toLowerCase();
}
