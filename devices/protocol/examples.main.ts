/** Writes `examples/*.json` from `examples.ts`: `examples.main DIRECTORY`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleKeys, examples } from './examples.ts';

const directory = process.argv[2] ?? '';
mkdirSync(directory, { recursive: true });
const write = (name: string, content: unknown): void =>
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(content, null, 2)}\n`);
write('keys', exampleKeys);
for (const [name, example] of Object.entries(examples())) write(name, example);
