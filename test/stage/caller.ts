import { noteSecret, noteSecretsOfAnswer, noteSecretsOfRequest } from './secrets.ts';

/** Somebody at the console: calls the API as a browser would, with a cookie and an origin. */
export class Caller {
  private cookie = '';

  constructor(readonly base: string) {}

  /** As a browser would send them: `name=value`. */
  get cookies(): string {
    return this.cookie;
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PATCH', path, body);
  }

  async signIn(loginName: string, password: string): Promise<this> {
    await this.post('/api/session', { loginName, password });
    return this;
  }

  /** The answer as it is, whatever its status. */
  async raw(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const answer = await fetch(this.base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        origin: this.base,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    // What was refused may be any word that everybody knows.
    if (answer.ok) noteSecretsOfRequest(body);
    const set = answer.headers.getSetCookie().map((each) => each.split(';')[0] ?? '');
    for (const cookie of set) noteSecret('a cookie', cookie.slice(cookie.indexOf('=') + 1));
    if (set.length > 0) this.cookie = set.join('; ');
    return answer;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.raw(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new ApiError(method, path, answer.status, text);
    const told: unknown = text === '' ? undefined : JSON.parse(text);
    noteSecretsOfAnswer(told);
    return told as T;
  }
}

export class ApiError extends Error {
  readonly code: string;

  constructor(
    method: string,
    path: string,
    readonly status: number,
    readonly body: string,
  ) {
    super(`${method} ${path}: ${status} ${body.slice(0, 500)}`);
    this.name = 'ApiError';
    this.code = /"code":"([^"]+)"/.exec(body)?.[1] ?? '';
  }
}
