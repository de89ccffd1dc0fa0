/** The `code` of a system's or driver's error (`ENOENT`, `57P01`), or ''. Works for errors of another realm, which
 *  `instanceof Error` does not know (Node's own errors in a test's VM). */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' &&
    error !== null &&
    'message' in error &&
    typeof error.message === 'string'
    ? error.message
    : String(error);
}
