import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { codeOf, messageOf } from '../../base/error.ts';
import { Failure } from '../../base/failure.ts';
import { sql as first } from './migrations/0001-first.ts';
import { sql as whoseBox } from './migrations/0002-whose-box.ts';
import { sql as lexicon } from './migrations/0003-lexicon.ts';
import { sql as languageVersions } from './migrations/0004-language-versions.ts';
import { sql as forms } from './migrations/0005-forms.ts';
import { sql as voices } from './migrations/0006-voices.ts';
import { sql as renderProfiles } from './migrations/0007-render-profiles.ts';
import { sql as onAir } from './migrations/0008-on-air.ts';
import { sql as eventSearches } from './migrations/0009-event-searches.ts';
import { sql as books } from './migrations/0011-books.ts';
import { sql as cameraPassports } from './migrations/0012-camera-passports.ts';
import { sql as emergencyLanguages } from './migrations/0014-emergency-languages.ts';
import { sql as managedPoles } from './migrations/0015-managed-poles.ts';
import { sql as checklists } from './migrations/0016-checklists.ts';
import { sql as cameraTrust } from './migrations/0017-camera-trust.ts';
import { sql as cameraHandovers } from './migrations/0018-camera-handovers.ts';
import { sql as eventStyles } from './migrations/0019-event-styles.ts';
import { sql as outageCauses } from './migrations/0020-outage-causes.ts';
import { sql as cameraDevices } from './migrations/0021-camera-devices.ts';
import { sql as detectors } from './migrations/0022-detectors.ts';
import { sql as cameraHealth } from './migrations/0023-camera-health.ts';
import { sql as lateEvents } from './migrations/0025-late-events.ts';
import { sql as unorderedSounds } from './migrations/0026-unordered-sounds.ts';
import { sql as unusedRecordings } from './migrations/0027-unused-recordings.ts';
import { sql as keptRecordings } from './migrations/0028-kept-recordings.ts';
import { sql as replays } from './migrations/0029-replays.ts';
import { sql as morePictures } from './migrations/0030-more-pictures.ts';
import { sql as hearingLinks } from './migrations/0031-hearing-links.ts';
import { sql as keptSettings } from './migrations/0032-kept-settings.ts';
import { sql as saidMemberships } from './migrations/0033-said-memberships.ts';
import { sql as longEvents } from './migrations/0036-long-events.ts';
import { sql as alarmPoles } from './migrations/0037-alarm-poles.ts';

export interface Migration {
  /** As `0001-first`; they run in this order. */
  readonly name: string;
  readonly sql: string;
}

/** Every migration, oldest first. One that was released is never changed: a correction is a new one. */
export const migrations: readonly Migration[] = [
  { name: '0001-first', sql: first },
  { name: '0002-whose-box', sql: whoseBox },
  { name: '0003-lexicon', sql: lexicon },
  { name: '0004-language-versions', sql: languageVersions },
  { name: '0005-forms', sql: forms },
  { name: '0006-voices', sql: voices },
  { name: '0007-render-profiles', sql: renderProfiles },
  { name: '0008-on-air', sql: onAir },
  { name: '0009-event-searches', sql: eventSearches },
  { name: '0011-books', sql: books },
  { name: '0012-camera-passports', sql: cameraPassports },
  { name: '0014-emergency-languages', sql: emergencyLanguages },
  { name: '0015-managed-poles', sql: managedPoles },
  { name: '0016-checklists', sql: checklists },
  { name: '0017-camera-trust', sql: cameraTrust },
  { name: '0018-camera-handovers', sql: cameraHandovers },
  { name: '0019-event-styles', sql: eventStyles },
  { name: '0020-outage-causes', sql: outageCauses },
  { name: '0021-camera-devices', sql: cameraDevices },
  { name: '0022-detectors', sql: detectors },
  { name: '0023-camera-health', sql: cameraHealth },
  { name: '0025-late-events', sql: lateEvents },
  { name: '0026-unordered-sounds', sql: unorderedSounds },
  { name: '0027-unused-recordings', sql: unusedRecordings },
  { name: '0028-kept-recordings', sql: keptRecordings },
  { name: '0029-replays', sql: replays },
  { name: '0030-more-pictures', sql: morePictures },
  { name: '0031-hearing-links', sql: hearingLinks },
  { name: '0032-kept-settings', sql: keptSettings },
  { name: '0033-said-memberships', sql: saidMemberships },
  { name: '0036-long-events', sql: longEvents },
  { name: '0037-alarm-poles', sql: alarmPoles },
];

/** Any number, the same in every service: one migrates, the others wait. */
const lockKey = 7_265_610_001;

/**
 * Brings the schema up to date as the owner, each migration in a transaction of its own, and gives the service's
 * role its rights. Several services may start at once.
 * @param appUrl whose user is the service's role; made where it does not exist
 * @returns the names of those that ran now
 * @throws Failure `platform.migration-changed`, `platform.migration-unknown` (the schema is newer than this program),
 *   `platform.migration-failed`, `platform.database-roles`; `unavailable` `platform.database-down` naming where it was looked for
 */
export async function migrate(
  ownerUrl: string,
  appUrl: string,
  list: readonly Migration[] = migrations,
): Promise<string[]> {
  const client = new Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 });
  // A connection that breaks also rejects the query in hand, and that is where it is told.
  client.on('error', () => undefined);
  await connect(client);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await prepareRoles(client, appUrl);
    await client.query(
      `CREATE TABLE IF NOT EXISTS migrations (
         name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'SELECT name, checksum FROM migrations ORDER BY name',
    );
    refuseStrangers(rows, list);
    const applied: string[] = [];
    for (const migration of list.slice(rows.length)) {
      await apply(client, migration);
      applied.push(migration.name);
    }
    return applied;
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}

/** A name with several addresses fails with an error of several, and without a word of its own. */
async function connect(client: Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    const why = messageOf(error) || codeOf(error);
    const message = `The database at ${client.host}:${client.port} cannot be reached: ${why}`;
    throw new Failure('unavailable', 'platform.database-down', message, { cause: error });
  }
}

async function apply(client: Client, { name, sql }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO migrations (name, checksum) VALUES ($1, $2)', [name, checksumOf(sql)]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    const { message, position } = error as { message?: string; position?: string };
    const line =
      position === undefined ? '' : ` at line ${sql.slice(0, Number(position)).split('\n').length}`;
    throw new Failure(
      'unavailable',
      'platform.migration-failed',
      `Migration ${name}${line}: ${message ?? ''}`,
      {
        cause: error,
      },
    );
  }
}

function refuseStrangers(
  done: readonly { name: string; checksum: string }[],
  list: readonly Migration[],
): void {
  for (const [index, { name, checksum }] of done.entries()) {
    const known = list[index];
    if (known?.name !== name)
      throw new Failure(
        'unavailable',
        'platform.migration-unknown',
        `The database has the migration ${name}, which this version does not know: it belongs to a newer one`,
      );
    if (checksumOf(known.sql) !== checksum)
      throw new Failure(
        'unavailable',
        'platform.migration-changed',
        `The migration ${name} ran with another content. A released migration never changes: write a new one`,
      );
  }
}

/**
 * The owner passes row-level security (functions that look across communes are SECURITY DEFINER and run as it); the
 * service's role must not, and owns nothing. Rights come by default privileges when a table is made, so that a
 * migration can take some of them away again.
 */
async function prepareRoles(client: Client, appUrl: string): Promise<void> {
  const address = new URL(appUrl);
  const [app, password] = [decodeURIComponent(address.username), decodeURIComponent(address.password)];
  const role = client.escapeIdentifier(app);
  const { rows } = await client.query<{ name: string; free: boolean }>(
    `SELECT rolname AS name, rolsuper OR rolbypassrls AS free FROM pg_roles WHERE rolname IN (current_user, $1)`,
    [app],
  );
  const owner = rows.find(({ name }) => name !== app);
  if (owner === undefined) throw rolesFailure('database.url must name another role than database.ownerUrl');
  if (!owner.free) throw rolesFailure(`the owner ${owner.name} needs BYPASSRLS`);
  const service = rows.find(({ name }) => name === app);
  if (service?.free === true)
    throw rolesFailure(`the service's role ${app} must not be a superuser nor have BYPASSRLS`);
  if (service === undefined)
    await client.query(`CREATE ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  await client.query(`
    GRANT USAGE ON SCHEMA public TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO ${role}`);
}

function rolesFailure(message: string): Failure {
  return new Failure('unavailable', 'platform.database-roles', `The database's roles: ${message}`);
}

function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
