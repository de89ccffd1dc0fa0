import { fileURLToPath } from 'node:url';

/**
 * How to start a `*.main` program that lies beside (or below) the calling file, with Node: from `dist` the built
 * `.js`; from the source tree (unit tests) the `.ts` through the test tree's loader.
 * @param base the caller's `import.meta.url`
 * @param path from there, without suffix: `./broker.main`
 * @returns for `fork(file, arguments, { execArgv })` or `spawn(process.execPath, [...execArgv, file])`
 */
export function programBeside(base: string, path: string): { file: string; execArgv: string[] } {
  if (!base.endsWith('.ts')) return { file: fileURLToPath(new URL(`${path}.js`, base)), execArgv: [] };
  const root = base.slice(0, base.search(/\/(src|devices|test)\/(?!.*\/(src|devices|test)\/)/));
  return {
    file: fileURLToPath(new URL(`${path}.ts`, base)),
    execArgv: ['--import', `${root}/test/typescript-loader.mjs`],
  };
}
