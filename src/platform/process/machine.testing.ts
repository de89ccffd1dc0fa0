export const isLinux = process.platform === 'linux';
/** Who may mount a small disk, and has to give PostgreSQL another account. */
export const isRoot = process.getuid?.() === 0;

/**
 * `suite` where the machine can, else its `skip`: a developer's Mac need not do what a server does. In CI nothing is
 * skipped: there it is an error that the machine cannot.
 */
export function where<T extends { skip: unknown }>(can: boolean, needs: string, suite: T): T | T['skip'] {
  if (can) return suite;
  if ((process.env['CI'] ?? '') === '') return suite.skip;
  throw new Error(`A test needs ${needs}, and CI may skip none`);
}
