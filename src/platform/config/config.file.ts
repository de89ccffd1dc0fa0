import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseDocument } from 'yaml';
import { messageOf } from '../../base/error.ts';
import type { ConfigTree } from './config.ts';
import { Config, ConfigError, composeConfig } from './config.ts';

/**
 * The settings in force: `config/default.yaml`, then the file named by `LOA_CONFIG`, then `LOA_…` variables.
 * @throws ConfigError with all faults at once
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const overlayPath = environment.LOA_CONFIG ?? '';
  const values = composeConfig(
    readTree(defaultConfigPath()),
    overlayPath === '' ? {} : readTree(resolve(overlayPath)),
    environment,
    (text) => parse(text) as unknown,
  );
  return new Config({ ...values, dataDirectory: resolve(values.dataDirectory) });
}

/** Where the shipped defaults lie. */
export function defaultConfigPath(): string {
  return join(productRoot(), 'config', 'default.yaml');
}

/** The product's directory (with `package.json`), from the source tree and from `dist` alike. */
export function productRoot(): string {
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'package.json'))) {
    if (dirname(at) === at) throw new Error('package.json was not found above the program');
    at = dirname(at);
  }
  return at;
}

function readTree(path: string): ConfigTree {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([{ path, message: `cannot be read (${messageOf(error)})` }]);
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0)
    throw new ConfigError(
      document.errors.map(({ message }) => ({ path, message: message.split('\n')[0] ?? '' })),
    );
  const tree: unknown = document.toJS();
  if (tree === null || tree === undefined) return {};
  if (typeof tree !== 'object' || Array.isArray(tree))
    throw new ConfigError([{ path, message: 'expected settings, as in config/default.yaml' }]);
  return tree as ConfigTree;
}
