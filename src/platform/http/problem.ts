import type { FailureKind, FieldFault } from '../../base/failure.ts';
import { Failure } from '../../base/failure.ts';

/** What a caller is told when it is refused: RFC 9457, with our stable code. */
export interface Problem {
  /** `urn:loa:problem:` and the code. */
  readonly type: string;
  /** English, the same for every problem of a status. */
  readonly title: string;
  readonly status: number;
  /** `room.what`: stable, worded in Vietnamese by the console. */
  readonly code: string;
  /** English, for programmers. */
  readonly detail: string;
  readonly fields?: readonly FieldFault[];
  readonly details?: Readonly<Record<string, unknown>>;
  /** Of an unexpected error: stands in the log beside its cause. */
  readonly instance?: string;
}

export const problemContentType = 'application/problem+json; charset=utf-8';

/** The one table from kinds of no to HTTP. */
export const statusOf: Readonly<Record<FailureKind, number>> = {
  invalid: 400,
  'unknown-person': 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
  unavailable: 503,
};

const titles: Readonly<Record<number, string>> = {
  400: 'The request is wrong',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Not found',
  405: 'This method is not allowed here',
  409: 'Not possible now',
  413: 'Too large',
  415: 'This content type is not understood',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Not available now',
};

/** The codes of refusals that the framework makes before any room is asked. */
const frameworkCodes: Readonly<Record<number, string>> = {
  400: 'request.invalid',
  401: 'access.sign-in',
  403: 'access.forbidden',
  404: 'request.no-such-address',
  405: 'request.wrong-method',
  406: 'request.not-acceptable',
  408: 'request.too-slow',
  413: 'request.too-large',
  414: 'request.too-large',
  415: 'request.wrong-content-type',
  416: 'request.wrong-range',
  429: 'request.too-many',
  431: 'request.too-large',
  503: 'platform.unavailable',
};

export function problemOf(failure: Failure): Problem {
  return {
    ...base(statusOf[failure.kind], failure.code, failure.message),
    ...(failure.fields.length > 0 ? { fields: failure.fields } : {}),
    ...(Object.keys(failure.details).length > 0 ? { details: failure.details } : {}),
  };
}

/** A refusal of the framework with a status below 500; its message is about the request, never about our inside. */
export function problemOfStatus(status: number, message: string): Problem {
  return base(status, frameworkCodes[status] ?? 'request.invalid', message);
}

/** Nothing of the cause: it may hold anything. */
export function unexpectedProblem(correlationId: string): Problem {
  return {
    ...base(500, 'platform.unexpected', 'An unexpected error; the log has it under this instance'),
    instance: `urn:uuid:${correlationId}`,
  };
}

function base(status: number, code: string, detail: string): Problem {
  return { type: `urn:loa:problem:${code}`, title: titles[status] ?? 'Refused', status, code, detail };
}
