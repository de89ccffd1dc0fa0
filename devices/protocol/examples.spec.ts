import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { openEnvelope } from './envelope.ts';
import { exampleCommune, exampleKeys, exampleNow, examples } from './examples.ts';
import type { Example } from './examples.ts';
import { committed, hello, welcome } from './box-messages.ts';
import { membership } from './enrolment-messages.ts';
import {
  missedReasons,
  order,
  programme,
  receipts,
  status,
  taskKinds,
  taskReasons,
} from './pole-messages.ts';
import { openFromService } from './trust.ts';

const directory = new URL('./examples/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, directory), 'utf8'));
const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');

const shapes: Partial<Record<string, z.ZodType>> = {
  hello,
  welcome,
  programme,
  order,
  receipts,
  committed,
  membership,
  status,
};

describe('the examples that other makers build against', () => {
  const written = examples();

  test('are the ones in the directory, byte for byte', () => {
    const names = readdirSync(directory).sort();
    expect(names).toEqual([...Object.keys(written).map((name) => `${name}.json`), 'keys.json'].sort());
    for (const [name, example] of Object.entries(written)) expect(read(`${name}.json`)).toEqual(example);
    expect(read('keys.json')).toEqual(exampleKeys);
  });

  test.each(Object.entries(written))('%s verifies and has its shape', (_name, example: Example) => {
    const pinned = {
      commune: exampleCommune,
      rootPublicKey: exampleKeys.root.publicKey,
      revokedKeys: new Set<string>(),
    };
    const opened =
      example.direction === 'to the box'
        ? openFromService(example.type, example.envelope, pinned, exampleNow)
        : openEnvelope(example.type, example.envelope).prove(exampleKeys.box.publicKey);
    expect(opened).toEqual(example.message);
    expect(shapes[example.type]?.parse(opened)).toEqual(example.message);
  });

  test('and the README name every message, every reason of a refusal and every state', () => {
    for (const word of [
      ...Object.keys(shapes),
      ...missedReasons,
      ...[
        'started',
        'paused',
        'resumed',
        'played',
        'cut',
        'stopped',
        'interrupted',
        'missed',
        'refused',
        'held',
        'done',
        'not-done',
        'log',
        'unordered',
      ],
      ...taskKinds,
      ...taskReasons,
      ...['bad-signature', 'bad-certificate', 'certificate-expired', 'key-revoked', 'wrong-commune'],
      ...['wrong-target', 'bad-shape', 'replayed', 'expired', 'from-the-future', 'retained-order'],
      ...['unreadable', 'too-large', 'wrong-type', 'unknown-key', 'no-trusted-time', 'no-replay-memory'],
    ]) {
      expect(readme).toContain(`\`${word}\``);
    }
  });
});
