import { Failure } from '../../base/failure.ts';

export interface RequestFacts {
  readonly method: string;
  /** As `localhost:7700`. */
  readonly host: string;
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const harmlessMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change that another site's page asks for with our visitor's browser (CSRF, also at sign-in). Browsers say
 * where a request comes from: `Sec-Fetch-Site` over https and on localhost, `Origin` with every change. What says
 * neither is no browser (a pole that enrols), and is let through unless it holds a cookie.
 * @throws Failure `access.other-site`
 */
export function refuseOtherSites(request: RequestFacts): void {
  if (harmlessMethods.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const isOurs =
    site !== undefined
      ? site === 'same-origin' || site === 'none'
      : origin !== undefined
        ? origin === `${request.protocol}://${request.host}`
        : request.headers.cookie === undefined;
  if (!isOurs)
    throw new Failure(
      'forbidden',
      'access.other-site',
      'A page of another site asked for this; nothing was done',
    );
}
