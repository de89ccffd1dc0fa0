import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionCookie } from '../access/session-reader.ts';
import type { Config } from '../platform/config/config.ts';
import type { Origin, SignedIn } from './session.service.ts';

const deviceCookie = 'loa_device';
const yearSeconds = 365 * 86_400;

export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, deviceToken: request.cookies[deviceCookie] };
}

export function sessionTokenOf(request: FastifyRequest): string {
  return request.cookies[sessionCookie] ?? '';
}

/** Not for scripts, and not with what other sites send. `Secure` where it came by TLS, or a setting says so. */
export function giveCookies(
  request: FastifyRequest,
  reply: FastifyReply,
  signedIn: SignedIn,
  config: Config,
): void {
  const { http, sessions } = config.values;
  const common = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict' as const,
    secure: http.secureCookies || request.protocol === 'https',
  };
  void reply.setCookie(sessionCookie, signedIn.sessionToken, {
    ...common,
    maxAge: Math.floor(sessions.hours * 3_600),
  });
  void reply.setCookie(deviceCookie, signedIn.deviceToken, { ...common, maxAge: yearSeconds });
}

export function takeSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(sessionCookie, { path: '/' });
}
