import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Open } from '../access/right.decorator.ts';
import { Config } from '../platform/config/config.ts';
import { setUpRequest } from './account.request.ts';
import type { SetUpRequest } from './account.request.ts';
import { recoverySheetView, sessionView, setUpView } from './account.view.ts';
import type { RecoverySheetView, SessionView, SetUpView } from './account.view.ts';
import { giveCookies, originOf } from './session.cookies.ts';
import { SessionViewService } from './session-view.service.ts';
import { SetUpService } from './set-up.service.ts';

/** Open: before set-up nobody has an account. What lets somebody in is the token. */
@Controller('api/setup')
@Open()
export class SetUpController {
  constructor(
    private readonly setUps: SetUpService,
    private readonly views: SessionViewService,
    private readonly config: Config,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: setUpView })
  async isNeeded(): Promise<SetUpView> {
    return { needed: await this.setUps.isNeeded() };
  }

  @Post()
  @ApiCreatedResponse({
    standardSchema: z.object({ session: sessionView, recoverySheet: recoverySheetView }),
  })
  async setUp(
    @Body({ schema: setUpRequest }) body: SetUpRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ session: SessionView; recoverySheet: RecoverySheetView }> {
    const { recoverySheet, ...signedIn } = await this.setUps.setUp(body, originOf(request));
    giveCookies(request, reply, signedIn, this.config);
    return { session: await this.views.ofFresh(signedIn), recoverySheet };
  }
}
