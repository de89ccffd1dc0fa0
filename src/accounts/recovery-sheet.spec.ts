import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { fc } from '../../test/property.ts';
import { newKeyPair } from '../../devices/protocol/envelope.ts';
import { Failure } from '../base/failure.ts';
import { newId } from '../base/identifier.ts';
import { readSheet, readSheetText, sheetLines, writeSheet } from './recovery-sheet.ts';

const sheet = { communeId: newId(), root: newKeyPair(), authorityKey: new Uint8Array(randomBytes(32)) };
const lines = writeSheet(sheet);

function faultsOf(typed: readonly string[]): string[] {
  try {
    readSheet(typed);
  } catch (error) {
    if (error instanceof Failure) return error.fields.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('A recovery sheet', () => {
  test('is eight lines that a person can copy, and gives back what was printed', () => {
    expect(lines).toHaveLength(sheetLines);
    for (const line of lines) expect(line).toMatch(/^([0-9A-HJKMNP-TV-Z]{4} ){4}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(readSheet(lines)).toEqual(sheet);
    const sloppy = lines.map((line) =>
      line.toLowerCase().replaceAll(' ', '-').replaceAll('0', 'o').replaceAll('1', 'l'),
    );
    expect(readSheet(sloppy)).toEqual(sheet);
    expect(readSheetText(lines.join('\n'))).toEqual(sheet);
  });

  test('names the line in which a letter is wrong, whichever it is', () => {
    fc.assert(
      fc.property(
        fc.nat(sheetLines - 1),
        fc.nat(23),
        fc.constantFrom(...Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ')),
        (line, at, letter) => {
          const before = lines[line] ?? '';
          fc.pre(before[at] !== ' ' && before[at] !== letter);
          const wrong = `${before.slice(0, at)}${letter}${before.slice(at + 1)}`;
          expect(faultsOf(lines.with(line, wrong))).toEqual([`recovery.${line}`]);
        },
      ),
      { verbose: true },
    );
  });

  test('names lines that changed places, and those that are missing', () => {
    expect(faultsOf([lines[1] ?? '', lines[0] ?? '', ...lines.slice(2)])).toEqual([
      'recovery.0',
      'recovery.1',
    ]);
    expect(faultsOf(lines.slice(0, -1))).toEqual(['recovery.7']);
  });
});
