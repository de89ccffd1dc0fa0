import { join } from 'node:path';
import { SystemClock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { loadConfig } from '../platform/config/config.file.ts';
import { Database } from '../platform/database/database.ts';
import { EmbeddedPostgres } from '../platform/database/postgres.embedded.ts';
import type { ChainResult } from './chain-check.ts';
import { JournalService } from './journal.service.ts';
import { JournalStore } from './journal.store.ts';
import { Witness } from './witness.file.ts';

/**
 * Checks the journals of all communes, whether the service runs or not, and says in words what it found.
 * Exit code 0: every line stands; 1: one was changed, moved or removed; 2: it could not be checked.
 */
async function main(): Promise<number> {
  const { values } = loadConfig();
  const embedded =
    values.database.url === '' ? new EmbeddedPostgres(join(values.dataDirectory, 'postgres')) : null;
  await embedded?.start();
  const database = new Database({
    ...values.database,
    url: embedded?.appUrl ?? values.database.url,
    tables: [],
    poolSize: 2,
  });
  try {
    const witness = new Witness(join(values.dataDirectory, 'journal'));
    const journal = new JournalService(database, new JournalStore(), witness, new SystemClock());
    const communes = await database.everywhere((em) =>
      em.query<{ id: string; name: string }[]>('SELECT id, name FROM loa_communes ORDER BY created_at, id'),
    );
    let code = 0;
    for (const { id, name } of communes) {
      const result = await journal.check(id);
      if (result.fault !== null) code = 1;
      process.stdout.write(`${name} (${id}): ${inWords(result)}\n`);
    }
    if (communes.length === 0) process.stdout.write('There is no commune, and so no journal.\n');
    return code;
  } finally {
    await database.close();
    // One that a running service started is that service's to stop.
    if (embedded?.adopted === false) await embedded.stop();
  }
}

function inWords({ lines, firstFaultAt, fault, lastHash }: ChainResult): string {
  switch (fault) {
    case null:
      return `all ${lines} lines stand; the last one's hash is ${lastHash}`;
    case 'changed':
      return `line ${firstFaultAt ?? 0} is not what was written there: it was CHANGED`;
    case 'moved':
      return `line ${firstFaultAt ?? 0} was written at another place: it was MOVED`;
    case 'removed':
      return `line ${firstFaultAt ?? 0} was REMOVED`;
    case 'words-changed':
      return `the words beside line ${firstFaultAt ?? 0} are not those that were written: they were CHANGED`;
  }
}

main().then(
  // The database that was taken over is still watched: nothing else would end this program.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`The journal could not be checked: ${messageOf(error)}\n`);
    process.exit(2);
  },
);
