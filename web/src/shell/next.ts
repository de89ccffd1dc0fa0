/** Where somebody was going. Only within this console: a link must not lead a fresh session elsewhere. */
export const safeNext = (next: string | null): string =>
  next !== null && /^\/(?![/\\])/.test(next) ? next : '/today';
