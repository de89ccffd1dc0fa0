import { describe, expect, test } from '@jest/globals';
import { explainDatabaseError } from './database.ts';

describe("a driver's error in the house's words", () => {
  test.each([
    ['Connection terminated unexpectedly', '', 'platform.database-down'],
    ['Query runner already released. Cannot run queries anymore.', '', 'platform.database-down'],
    [
      'Database connection provided by a query runner was already released, cannot continue',
      '',
      'platform.database-down',
    ],
    ['terminating connection due to administrator command', '57P01', 'platform.database-down'],
    ['connect ENOENT /socket/.s.PGSQL.5432', 'ENOENT', 'platform.database-down'],
    ['could not extend file: No space left on device', '53100', 'platform.disk-full'],
    ['canceling statement due to statement timeout', '57014', 'platform.database-slow'],
    ['deadlock detected', '40P01', 'platform.try-again'],
  ])('%s', (message, code, told) => {
    const error = Object.assign(new Error(message), code === '' ? {} : { code });
    expect(explainDatabaseError(error)).toMatchObject({ code: told });
  });

  test('a mistake of ours stays what it is, and is told by its number', () => {
    const mistake = Object.assign(new Error('column "nme" does not exist'), { code: '42703' });
    expect(explainDatabaseError(mistake)).toBe(mistake);
    expect(mistake.message).toBe('column "nme" does not exist (SQLSTATE 42703)');
    expect(explainDatabaseError(mistake)).toMatchObject({
      message: 'column "nme" does not exist (SQLSTATE 42703)',
    });
  });
});
