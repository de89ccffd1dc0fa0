/**
 * Packs the box on a pole into one archive that runs by itself on any Linux with Node: `pack.main [DIRECTORY]` writes
 * DIRECTORY/loa-lang-loudspeaker-VERSION.tar.gz (default: dist). One file a program, no node_modules: what they are made
 * of and under which licences stands in licenses.md. ffmpeg, aplay and gpioset come from the system.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = resolve(
  fileURLToPath(new URL('.', import.meta.url)).replace(
    /\/dist\/devices\/loudspeaker\/?$/,
    '/devices/loudspeaker',
  ),
  '../..',
);
const here = join(root, 'devices/loudspeaker');
const into = resolve(process.argv[2] ?? join(root, 'dist'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const name = 'loa-lang-loudspeaker';

const work = mkdtempSync(join(tmpdir(), 'pack-'));
try {
  const directory = join(work, name);
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['ffmpeg-static', '@ffmpeg-installer/ffmpeg'] },
    build: {
      ...{ ssr: true, target: 'node20', outDir: directory, emptyOutDir: true, minify: true },
      license: { fileName: 'licenses.md' },
      rolldownOptions: {
        input: {
          'loudspeaker.main': join(here, 'loudspeaker.main.ts'),
          'wav-sink.main': join(here, 'wav-sink.main.ts'),
        },
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
  const archive = join(into, `${name}-${version}.tar.gz`);
  execFileSync('tar', ['-czf', archive, '--owner=0', '--group=0', '-C', work, name]);
  process.stdout.write(`${archive}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
