/** What kinds of no there are. The HTTP status of each stands in `platform/http/problem.ts`, and nowhere else. */
export type FailureKind =
  | 'invalid'
  | 'unknown-person'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  | 'too-large'
  | 'too-many'
  | 'unavailable';

/** A fault at one place of the input: `path` as in `village.name`, `code` stable, worded by the console. */
export interface FieldFault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/**
 * The one error of the house. `code` is `room.what` and never changes its meaning: the console words it in
 * Vietnamese; `message` is English, for the log and for programmers. `details` may reach the caller: never secrets.
 */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly code: string;
  readonly fields: readonly FieldFault[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    kind: FailureKind,
    code: string,
    message: string,
    more: { fields?: readonly FieldFault[]; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.code = code;
    this.fields = more.fields ?? [];
    this.details = more.details ?? {};
  }
}
