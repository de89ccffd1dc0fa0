import { createHash } from 'node:crypto';
import type { KeyPair } from '../../devices/protocol/envelope.ts';
import type { FieldFault } from '../base/failure.ts';
import { Failure } from '../base/failure.ts';
import { readRoot } from './commune-keys.ts';

/** Without I, L, O and U: nothing on the sheet can be taken for something else (Crockford's base 32). */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const lineBytes = 10;
/** 16 letters of content, and 4 that prove the line and its place. */
const lineLetters = 20;
/** What stands before the 32 bytes of an Ed25519 key in its PKCS#8 (RFC 8410). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

export const sheetLines = 8;

/** What is printed: with it another machine becomes the server that the boxes know. */
export interface OnSheet {
  readonly communeId: string;
  readonly root: KeyPair;
  /** Of the authority behind our TLS, which boxes pinned: its private number (P-256), 32 bytes. */
  readonly authorityKey: Uint8Array;
}

/** Eight lines of five groups of four letters. */
export function writeSheet({ communeId, root, authorityKey }: OnSheet): string[] {
  const bytes = Buffer.concat([
    Buffer.from(communeId.replaceAll('-', ''), 'hex'),
    Buffer.from(root.privateKey, 'base64').subarray(-32),
    authorityKey,
  ]);
  return Array.from({ length: sheetLines }, (_, index) => {
    const part = bytes.subarray(index * lineBytes, (index + 1) * lineBytes);
    const text = lettersOf(part) + proofOf(part, index);
    return (text.match(/.{4}/g) ?? []).join(' ');
  });
}

/**
 * Case, blanks and dashes do not matter, nor O for 0 and I or L for 1.
 * @throws Failure `invalid`, `accounts.sheet-line` for each line (`recovery.0` …) that was not copied as it is printed
 */
export function readSheet(lines: readonly string[]): OnSheet {
  const parts = Array.from({ length: sheetLines }, (_, index) => readLine(lines[index] ?? '', index));
  const fields = parts.flatMap((part, index): FieldFault[] =>
    part === null
      ? [
          {
            path: `recovery.${index}`,
            code: 'accounts.sheet-line',
            message: `Line ${index + 1} is not right`,
          },
        ]
      : [],
  );
  if (fields.length > 0)
    throw new Failure('invalid', 'accounts.sheet-line', 'The sheet was not copied as it is printed', {
      fields,
    });
  const bytes = Buffer.concat(parts.filter((part) => part !== null));
  const hex = bytes.subarray(0, 16).toString('hex');
  const root = readRoot(Buffer.concat([pkcs8Head, bytes.subarray(16, 48)]).toString('base64'));
  if (root === null) throw new Failure('invalid', 'accounts.not-the-root', 'This is no root key');
  return {
    communeId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    root,
    authorityKey: new Uint8Array(bytes.subarray(48)),
  };
}

/** All lines as one text, as they are copied into one field. @throws as `readSheet` */
export function readSheetText(text: string): OnSheet {
  return readSheet(plain(text).match(new RegExp(`.{1,${lineLetters}}`, 'g')) ?? []);
}

function readLine(line: string, index: number): Buffer | null {
  const text = plain(line);
  if (text.length !== lineLetters || Array.from(text).some((letter) => !letters.includes(letter)))
    return null;
  const part = bytesOf(text.slice(0, 16));
  return proofOf(part, index) === text.slice(16) ? part : null;
}

function plain(text: string): string {
  return text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/** 20 bits: of a million slips one would pass, and then the key behind it fits nothing. */
function proofOf(part: Uint8Array, index: number): string {
  const hash = createHash('sha256').update(`loalang/sheet/${index}/`).update(part).digest();
  return lettersOf(hash.subarray(0, 5)).slice(0, 4);
}

/** 5 bytes are 8 letters. */
function lettersOf(bytes: Uint8Array): string {
  let bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let left = (bytes.length * 8) / 5; left > 0; left -= 1) {
    text = (letters[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}

function bytesOf(text: string): Buffer {
  const bits = Array.from(text).reduce((sum, letter) => (sum << 5n) | BigInt(letters.indexOf(letter)), 0n);
  return Buffer.from(bits.toString(16).padStart((text.length * 5) / 4, '0'), 'hex');
}
