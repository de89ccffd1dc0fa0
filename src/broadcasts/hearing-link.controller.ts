import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { By, Needs, Open } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { hearingAnswerRequest, hearingLinkRequest, hearingLinkToken } from './broadcast.request.ts';
import type { HearingAnswerRequest, HearingLinkRequest } from './broadcast.request.ts';
import { hearingAskedView, hearingLinkView } from './broadcast.view.ts';
import type { HearingAskedView, HearingLinkView } from './broadcast.view.ts';
import { HearingLinkService } from './hearing-link.service.ts';

/** One address a minute: a whole village behind one telephone mast, and no guessing. */
const rateLimit = { max: 60, timeWindow: 60_000 };

@Controller('api/hearings')
export class HearingLinkController {
  constructor(private readonly links: HearingLinkService) {}

  @Post('links')
  @Needs('broadcasts.schedule')
  @ApiCreatedResponse({ standardSchema: hearingLinkView })
  make(
    @By() by: Person,
    @Body({ schema: hearingLinkRequest }) request: HearingLinkRequest,
  ): Promise<HearingLinkView> {
    return this.links.make(by, request);
  }

  /** Open: the link's token is the proof. In the body, and never in an address that somebody logs. */
  @Post('asked')
  @HttpCode(200)
  @Open()
  @RouteConfig({ rateLimit })
  @ApiOkResponse({ standardSchema: hearingAskedView })
  asked(@Body({ schema: hearingLinkToken }) { token }: { token: string }): Promise<HearingAskedView> {
    return this.links.asked(token);
  }

  /** Open as above. */
  @Post('answers')
  @HttpCode(204)
  @Open()
  @RouteConfig({ rateLimit })
  answer(@Body({ schema: hearingAnswerRequest }) request: HearingAnswerRequest): Promise<void> {
    return this.links.answer(request);
  }
}
