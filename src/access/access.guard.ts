import type {} from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Failure } from '../base/failure.ts';
import { beforeChangeKey, openKey, rightKey, unattendedKey } from './right.decorator.ts';
import type { RequestOfPerson } from './right.decorator.ts';
import { may } from './rights.ts';
import type { Right } from './rights.ts';
import { sessionCookie, SessionReader, unattendedHeader } from './session-reader.ts';

/** Every route is shut unless it names a right, or that it is open. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionReader,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    const isMarked = (key: string): boolean =>
      this.reflector.getAllAndOverride<boolean | undefined>(key, places) === true;
    if (isMarked(openKey)) return true;
    const right = this.reflector.getAllAndOverride<Right | undefined>(rightKey, places);
    if (right === undefined)
      throw new Failure('forbidden', 'access.no-right-named', 'This route names no right');

    const request = context.switchToHttp().getRequest<RequestOfPerson>();
    const token = request.cookies[sessionCookie];
    const isUse = !isMarked(unattendedKey) && request.headers[unattendedHeader] !== '1';
    const person = token === undefined ? null : await this.sessions.personOf(token, isUse);
    if (person === null) throw new Failure('unknown-person', 'access.sign-in', 'Sign in first');
    if (person.mustChangePassword === true && !isMarked(beforeChangeKey))
      throw new Failure(
        'forbidden',
        'access.change-password',
        'Change the password first: somebody else chose it',
      );
    if (!may(person, right)) throw new Failure('forbidden', 'access.forbidden', `Needs the right ${right}`);
    request.person = person;
    return true;
  }
}
