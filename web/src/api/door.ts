import { isAttended } from './attended.ts';
import { reachable } from './reach.ts';
import { learnServerTime } from '../time/clock.ts';

export interface FieldFault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What the service refused: RFC 9457, with its stable code. `console.unreachable` is our own: no answer came. */
export class ApiFailure extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly fields: readonly FieldFault[] = [],
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(code);
    this.name = 'ApiFailure';
  }
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Empty and absent values are left out: the service refuses an empty filter. */
export function withQuery(path: string, query: Query): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parts.set(name, String(value));
  }
  const text = parts.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The one way to the service: its answer, refused or not. @throws ApiFailure, and nothing else. */
async function send(
  method: string,
  path: string,
  accept: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const sentAt = Date.now();
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // A page that is only left open must not keep its session from ending.
        ...(isAttended() ? {} : { 'loa-unattended': '1' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      // What is ended by leaving the page is still said.
      keepalive: method === 'DELETE',
    });
  } catch {
    if (signal?.aborted !== true) reachable.set(false);
    throw new ApiFailure('console.unreachable', 0);
  }
  reachable.set(true);
  learnServerTime(response.headers.get('date'), sentAt);
  return response;
}

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await send(method, path, 'application/json', body);
  const answer = await readJson(response);
  if (!response.ok) throw failureFrom(response.status, answer);
  return answer;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => '');
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy's own page, or the console's page where a route is missing: not an answer of ours.
    throw new ApiFailure('console.not-understood', response.status);
  }
}

function failureFrom(status: number, answer: unknown): ApiFailure {
  if (typeof answer !== 'object' || answer === null) return new ApiFailure('console.not-understood', status);
  const { code, fields, details } = answer as { code?: unknown; fields?: unknown; details?: unknown };
  return new ApiFailure(
    typeof code === 'string' ? code : 'console.not-understood',
    status,
    Array.isArray(fields) ? (fields as FieldFault[]) : [],
    typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {},
  );
}

/* The service's word is taken for its shape: both are compiled against the same view files. */

export const get = async <T>(path: string): Promise<T> => (await ask('GET', path)) as T;
export const post = async <T = void>(path: string, body?: unknown): Promise<T> =>
  (await ask('POST', path, body)) as T;
export const patch = async <T = void>(path: string, body: unknown): Promise<T> =>
  (await ask('PATCH', path, body)) as T;
export const put = async <T = void>(path: string, body: unknown): Promise<T> =>
  (await ask('PUT', path, body)) as T;
export const remove = async <T = void>(path: string): Promise<T> => (await ask('DELETE', path)) as T;

/** A picture with what is told beside it in a header; an empty body where there is none. */
export async function picture(
  path: string,
  headerName: string,
  signal: AbortSignal,
): Promise<{ body: Blob; header: string }> {
  const { body, headers, status } = await still(path, signal);
  const header = headers.get(headerName);
  if (header === null) throw new ApiFailure('console.not-understood', status);
  return { body, header };
}

/** A picture that is taken for this once. */
export async function still(
  path: string,
  signal: AbortSignal,
): Promise<{ body: Blob; headers: Headers; status: number }> {
  const response = await send('GET', path, 'image/*, application/json', undefined, signal);
  if (!response.ok) throw failureFrom(response.status, await readJson(response));
  const { headers, status } = response;
  try {
    return { body: await response.blob(), headers, status };
  } catch {
    throw new ApiFailure('console.unreachable', 0);
  }
}

/** Sound that the service makes for this once: no address an `<audio>` could be given. */
export async function sound(path: string, body: unknown): Promise<Blob> {
  const response = await send('POST', path, 'audio/*, application/json', body);
  if (!response.ok) throw failureFrom(response.status, await readJson(response));
  try {
    return await response.blob();
  } catch {
    throw new ApiFailure('console.unreachable', 0);
  }
}
