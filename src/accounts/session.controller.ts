import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BeforePasswordChange, By, Needs, Open } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { Config } from '../platform/config/config.ts';
import { changePasswordRequest, signInLinkRequest, signInRequest } from './account.request.ts';
import type { ChangePasswordRequest, SignInLinkRequest, SignInRequest } from './account.request.ts';
import { sessionView } from './account.view.ts';
import type { SessionView } from './account.view.ts';
import { giveCookies, originOf, sessionTokenOf, takeSessionCookie } from './session.cookies.ts';
import { SessionService } from './session.service.ts';
import { SessionViewService } from './session-view.service.ts';

@Controller('api/session')
export class SessionController {
  constructor(
    private readonly sessions: SessionService,
    private readonly views: SessionViewService,
    private readonly config: Config,
  ) {}

  /** Open: who signs in has no session yet. */
  @Post()
  @HttpCode(200)
  @Open()
  @ApiOkResponse({ standardSchema: sessionView })
  async signIn(
    @Body({ schema: signInRequest }) { loginName, password }: SignInRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const signedIn = await this.sessions.signIn(loginName, password, originOf(request));
    giveCookies(request, reply, signedIn, this.config);
    return await this.views.ofFresh(signedIn);
  }

  /** Open: the link's token is the proof. */
  @Post('link')
  @HttpCode(200)
  @Open()
  @ApiOkResponse({ standardSchema: sessionView })
  async signInByLink(
    @Body({ schema: signInLinkRequest }) { token }: SignInLinkRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const signedIn = await this.sessions.signInByLink(token, originOf(request));
    giveCookies(request, reply, signedIn, this.config);
    return await this.views.ofFresh(signedIn);
  }

  @Get()
  @Needs('session')
  @BeforePasswordChange()
  @ApiOkResponse({ standardSchema: sessionView })
  async session(@By() by: Person): Promise<SessionView> {
    return await this.views.of(by);
  }

  @Delete()
  @HttpCode(204)
  @Needs('session')
  @BeforePasswordChange()
  async signOut(
    @By() by: Person,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.signOut(by, sessionTokenOf(request));
    takeSessionCookie(reply);
  }

  @Post('password')
  @HttpCode(204)
  @Needs('session')
  @BeforePasswordChange()
  async changePassword(
    @By() by: Person,
    @Body({ schema: changePasswordRequest }) to: ChangePasswordRequest,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.sessions.changePassword(by, to, sessionTokenOf(request));
  }
}
