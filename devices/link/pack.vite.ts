import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** What of a box goes into its archive. */
export interface Packed {
  /** `loudspeaker`: the folder under `devices`, whose `install` goes along. */
  readonly box: string;
  /** Programs in that folder, without suffix. */
  readonly programs: readonly string[];
  /** Packages that the system's own programs stand for. */
  readonly external: readonly string[];
}

const root = resolve(
  fileURLToPath(new URL('.', import.meta.url)).replace(/\/dist\/devices\/link\/?$/, '/devices/link'),
  '../..',
);

/**
 * Packs a box into one archive that runs by itself on any Linux with Node: one file a program, no node_modules; what they
 * are made of and under which licences stands in licenses.md. Vite bundles the sources, built or not.
 *
 * @param into the directory that it is written to; default: dist
 * @returns the archive's path, `loa-lang-BOX-VERSION.tar.gz`
 */
export async function pack({ box, programs, external }: Packed, into = join(root, 'dist')): Promise<string> {
  const here = join(root, 'devices', box);
  const name = `loa-lang-${box}`;
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const work = mkdtempSync(join(tmpdir(), 'pack-'));
  try {
    const directory = join(work, name);
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      ssr: { noExternal: true, external: [...external] },
      build: {
        ...{ ssr: true, target: 'node20', outDir: directory, emptyOutDir: true, minify: true },
        license: { fileName: 'licenses.md' },
        rolldownOptions: {
          input: Object.fromEntries(programs.map((program) => [program, join(here, `${program}.ts`)])),
          output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
        },
      },
    });
    writeFileSync(
      join(directory, 'package.json'),
      `${JSON.stringify({ name, version, type: 'module', license: 'Apache-2.0', private: true }, null, 2)}\n`,
    );
    for (const file of ['LICENSE', 'NOTICE']) cpSync(join(root, file), join(directory, file));
    cpSync(join(here, 'install'), directory, { recursive: true });
    mkdirSync(into, { recursive: true });
    const archive = join(resolve(into), `${name}-${version}.tar.gz`);
    execFileSync('tar', ['-czf', archive, '--owner=0', '--group=0', '-C', work, name]);
    return archive;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
