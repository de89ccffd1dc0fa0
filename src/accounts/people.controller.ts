import { Body, Controller, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import {
  changePersonRequest,
  newPersonRequest,
  newSignInLinkRequest,
  resetPasswordRequest,
} from './account.request.ts';
import type {
  ChangePersonRequest,
  NewPersonRequest,
  NewSignInLinkRequest,
  ResetPasswordRequest,
} from './account.request.ts';
import { personNameView, personView, signInLinkView } from './account.view.ts';
import type { PersonNameView, PersonView, SignInLinkView } from './account.view.ts';
import { PeopleService } from './people.service.ts';
import { SessionService } from './session.service.ts';

const id = z.uuid();

@Controller('api/people')
export class PeopleController {
  constructor(
    private readonly people: PeopleService,
    private readonly sessions: SessionService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('accounts.manage')
  @ApiOkResponse({ standardSchema: z.array(personView) })
  async all(@By() by: Person): Promise<PersonView[]> {
    return await this.people.all(by.communeId);
  }

  /** Who may be asked to approve. */
  @Get('approvers')
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: z.array(personNameView) })
  async approvers(@By() by: Person): Promise<PersonNameView[]> {
    return await this.people.working(by.communeId, true);
  }

  /** To whom approvals can be handed over. */
  @Get('colleagues')
  @Needs('announcements.approve')
  @ApiOkResponse({ standardSchema: z.array(personNameView) })
  async colleagues(@By() by: Person): Promise<PersonNameView[]> {
    return (await this.people.working(by.communeId, false)).filter((person) => person.id !== by.id);
  }

  @Post()
  @Needs('accounts.manage')
  @ApiCreatedResponse({ standardSchema: personView })
  async add(
    @By() by: Person,
    @Body({ schema: newPersonRequest }) request: NewPersonRequest,
  ): Promise<PersonView> {
    return await this.people.add(by, request);
  }

  @Patch(':id')
  @Needs('accounts.manage')
  @ApiOkResponse({ standardSchema: personView })
  async change(
    @By() by: Person,
    @Param('id', { schema: id }) personId: string,
    @Body({ schema: changePersonRequest }) request: ChangePersonRequest,
  ): Promise<PersonView> {
    return await this.people.change(by, personId, request);
  }

  @Post(':id/password')
  @HttpCode(204)
  @Needs('accounts.manage')
  async resetPassword(
    @By() by: Person,
    @Param('id', { schema: id }) personId: string,
    @Body({ schema: resetPasswordRequest }) { password }: ResetPasswordRequest,
  ): Promise<void> {
    await this.people.resetPassword(by, personId, password);
  }

  /** For a phone at which nobody wants to type a password: whoever opens it first is signed in as that person. */
  @Post(':id/sign-in-link')
  @Needs('accounts.manage')
  @ApiCreatedResponse({ standardSchema: signInLinkView })
  async makeLink(
    @By() by: Person,
    @Param('id', { schema: id }) personId: string,
    @Body({ schema: newSignInLinkRequest }) { minutes }: NewSignInLinkRequest,
    @Req() request: FastifyRequest,
  ): Promise<SignInLinkView> {
    const token = await this.sessions.makeLink(by, personId, minutes);
    return {
      // The address by which the administrator reaches the console; there the link works. Behind the `#`: browsers send
      // that to nobody, so that no proxy logs it.
      link: `${request.protocol}://${request.host}/sign-in#${token}`,
      expiresAt: new Date(this.clock.now() + minutes * 60_000).toISOString(),
    };
  }
}
