import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { missedReasons } from '../../devices/protocol/pole-messages.ts';
import { rights } from '../../src/access/rights.ts';
import { productRoot } from '../../src/platform/config/config.file.ts';
import { failures } from '../../web/src/words/failures.vi.ts';
import { vi } from '../../web/src/words/vi.ts';

/** The service stops at its start with these, in English and on the terminal: no console is there to word them. */
const onTheTerminal = new Set([
  'platform.already-running',
  'platform.broker-start',
  'platform.database-roles',
  'platform.migration-changed',
  'platform.migration-failed',
  'platform.migration-unknown',
  'platform.no-embedded-postgres',
  'platform.no-postgres-account',
  'platform.postgres-start',
  'speech.lexicon-line',
]);

const rooms = readdirSync(join(productRoot(), 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const room = `(?:${[...rooms, 'reading', 'request', 'emergencies'].join('|')})`;
const code = `${room}\\.[a-z]+(?:-[a-z]+)*`;

/** What service and boxes are made of, without what stands there for specs. */
const source = ['src', 'devices']
  .flatMap((top) =>
    readdirSync(join(productRoot(), top), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(top, name),
    ),
  )
  .filter((name) => /\.ts$/.test(name) && !/\.(spec|testing)\.ts$/.test(name))
  .map((name) => readFileSync(join(productRoot(), name), 'utf8'))
  .join('\n');

const found = (pattern: string): string[] =>
  [...new Set([...source.matchAll(new RegExp(pattern, 'g'))].map((match) => match[1] ?? ''))].sort();

const written = found(`'(${code})'`);
const failed = found(`new Failure\\(\\s*[^,()]+,\\s*'(${code})'`);
const journalled = found(`\\baction: '(${code})'`);
const news = new Set<string>(found(`\\.tell\\('(${code})'`));

describe('The words of the console', () => {
  test('word every code with which the service refuses', () => {
    expect(failed.length).toBeGreaterThan(60);
    expect(failed.filter((each) => failures[each] === undefined && !onTheTerminal.has(each))).toEqual([]);
  });

  test('word every line of the journal', () => {
    expect(journalled.length).toBeGreaterThan(20);
    expect(journalled.filter((each) => vi.journalActions[each] === undefined)).toEqual([]);
  });

  test('word every other code that the service writes: faults of fields, warnings, doubts', () => {
    const worded = new Set<string>([
      ...[failures, vi.journalActions, vi.warnings, vi.doubtCodes].flatMap((list) => Object.keys(list)),
      ...rights,
      ...onTheTerminal,
      ...news,
    ]);
    expect(written.length).toBeGreaterThan(150);
    expect(written.filter((each) => !worded.has(each))).toEqual([]);
  });

  test('word every reason for which a pole did not play, its own and the service’s', () => {
    const ofService = found("state = '[a-z]+', reason = '([a-z-]+)'");
    expect(ofService).toContain('withdrawn');
    const all = [...missedReasons, ...ofService];
    expect(all.filter((reason) => vi.airingReasons[reason] === undefined)).toEqual([]);
  });

  test('hold no sentence for a code that nobody says any more', () => {
    // A code may be put together, as `speech.voice-${what}`.
    const prefixes = found('`([a-z-]+\\.[a-z-]+-)\\$\\{');
    const isSaid = (each: string): boolean =>
      written.includes(each) || prefixes.some((prefix) => each.startsWith(prefix));
    const ofConsole = /^console\./;
    expect(Object.keys(failures).filter((each) => !ofConsole.test(each) && !isSaid(each))).toEqual([]);
    expect(Object.keys(vi.journalActions).filter((each) => !isSaid(each))).toEqual([]);
    expect(Object.keys(vi.warnings).filter((each) => !isSaid(each))).toEqual([]);
    expect(Object.keys(vi.doubtCodes).filter((each) => !isSaid(each))).toEqual([]);
  });
});
