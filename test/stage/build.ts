import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { built } from './program.ts';

/** What a mutation changes in one built file; it must be there, else the mutation would prove nothing. */
export interface Mutation {
  /** Below `dist`, as `src/main.js`. */
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
}

/**
 * A copy of the built product with something broken in it, to see that a suite turns red.
 * @returns its `dist`, for `built` of a service or a pole
 */
export async function mutant(directory: string, mutations: readonly Mutation[]): Promise<string> {
  const root = join(directory, 'mutant');
  const product = dirname(built);
  await mkdir(root, { recursive: true });
  for (const name of await readdir(product)) {
    if (name !== 'dist' && name !== 'data') await symlink(join(product, name), join(root, name));
  }
  const copy = join(root, 'dist');
  await cp(built, copy, { recursive: true });
  for (const { file, from, to } of mutations) {
    const path = join(copy, file);
    const text = await readFile(path, 'utf8');
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`The mutation finds nothing to change in ${file}`);
    await writeFile(path, changed);
  }
  return copy;
}
