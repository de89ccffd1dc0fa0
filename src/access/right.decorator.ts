import { createParamDecorator, SetMetadata } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Person, Right } from './rights.ts';

export const rightKey = 'loa:right';
export const openKey = 'loa:open';
export const beforeChangeKey = 'loa:before-password-change';
export const unattendedKey = 'loa:unattended';

/** The right that a route needs. A route with neither this nor `@Open()` is shut. */
export const Needs = (right: Right): MethodDecorator & ClassDecorator => SetMetadata(rightKey, right);

/** A route for anybody at all. Say why where it is used. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(openKey, true);

/** A route for whoever still has a password that somebody else chose. */
export const BeforePasswordChange = (): MethodDecorator => SetMetadata(beforeChangeKey, true);

/** A route that a page calls by itself: it does not count as use of the session. */
export const Unattended = (): MethodDecorator => SetMetadata(unattendedKey, true);

export type RequestOfPerson = FastifyRequest & { person?: Person };

/** The person who asks, in a controller's parameters. Only behind `@Needs`. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext): Person => {
  const { person } = context.switchToHttp().getRequest<RequestOfPerson>();
  if (person === undefined) throw new Error('@By() on an open route');
  return person;
});
