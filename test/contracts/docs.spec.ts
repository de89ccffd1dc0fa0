import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { ConfigTree } from '../../src/platform/config/config.ts';
import { leafPaths, variableOf } from '../../src/platform/config/config.ts';
import { defaultConfigPath, productRoot } from '../../src/platform/config/config.file.ts';

const root = productRoot();
const notOurs = new Set(['node_modules', 'dist', 'data', 'coverage', '.git']);

function filesBelow(directory: string, extensions: readonly string[]): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : filesBelow(path, extensions);
    return extensions.includes(extname(entry.name)) ? [path] : [];
  });
}

const pages = filesBelow(root, ['.md']).map((path) => ({
  path,
  name: relative(root, path),
  text: readFileSync(path, 'utf8'),
}));
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');
const withoutBlocks = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, '');
/** As GitHub makes them: lower case, punctuation gone, a dash for each space. */
const anchorsOf = (text: string): string[] =>
  all(withoutBlocks(text), /^#+ +(.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Where a link of a page leads nowhere; an empty list is good. */
function brokenLinks(page: { path: string; text: string }): string[] {
  return all(withoutBlocks(page.text), /\]\(([^()\s]+)\)/g).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page.path : resolve(dirname(page.path), decodeURI(file));
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
  });
}

describe('the documents', () => {
  test('are found', () => {
    expect(pages.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'README.md',
        'README.vi.md',
        'devices/protocol/README.md',
        'docs/guide/install.md',
      ]),
    );
  });

  test.each(pages)('$name links to what is there', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test('a link to a missing file or heading is seen', () => {
    const text =
      '[a](nowhere.md) [b](README.md#no-such-heading) [c](README.md#two-commands) [d](https://example.org)';
    expect(brokenLinks({ path: join(root, 'README.md'), text })).toEqual([
      'nowhere.md',
      'README.md#no-such-heading',
    ]);
  });

  test('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = pages.flatMap(({ name, text }) =>
      all(text, /npm run (?:-s )?([a-z][a-z:-]*)/g).map((script) => ({ name, script })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ script }) => scripts[script] === undefined)).toEqual([]);
  });

  test('name only programs that exist', () => {
    const named = pages.flatMap(({ name, text }) =>
      all(text, /\bdist\/([\w./-]+)\.js\b/g).map((program) => ({ name, program })),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ program }) => !existsSync(join(root, `${program}.ts`)))).toEqual([]);
  });

  test('name only settings that exist', () => {
    const settings = leafPaths(parse(readFileSync(defaultConfigPath(), 'utf8')) as ConfigTree);
    const groups = new Set(settings.map((path) => path.split('.')[0]));
    const isSetting = (path: string) => settings.some((each) => each === path || each.startsWith(`${path}.`));
    const named = pages
      .filter(({ name }) => !name.startsWith('docs/decisions/'))
      .flatMap(({ name, text }) =>
        all(text, /`([a-z][A-Za-z]*(?:\.[a-zA-Z]+)+)`/g)
          .filter((path) => groups.has(path.split('.')[0]))
          .map((path) => ({ name, path })),
      );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ path }) => !isSetting(path))).toEqual([]);
  });

  test('name only variables that something reads', () => {
    const settings = leafPaths(parse(readFileSync(defaultConfigPath(), 'utf8')) as ConfigTree).map(
      variableOf,
    );
    const read = filesBelow(root, ['.ts']).flatMap((path) =>
      all(readFileSync(path, 'utf8'), /env(?:ironment)?(?:\.|\[')(LOA_[A-Z_]+)/g),
    );
    const known = new Set([...settings, ...read]);
    const named = pages.flatMap(({ name, text }) =>
      all(text, /\b(LOA_[A-Z][A-Z_]*)\b/g).map((variable) => ({ name, variable })),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter(({ variable }) => !known.has(variable))).toEqual([]);
  });

  test.each(['README.md', 'README.vi.md'])(
    '%s gives both commands on its first screens, each to be copied',
    (name) => {
      const first = readFileSync(join(root, name), 'utf8').split('\n').slice(0, 60).join('\n');
      for (const command of ['npm ci && npm run demo', 'npm ci && npm test']) {
        expect(first).toContain(`\`\`\`sh\n${command}\n\`\`\`\n`);
      }
      expect(first).toMatch(/docs\/pictures\/today\.png[^]*docs\/pictures\/first-minute\.mp4/);
    },
  );
});
