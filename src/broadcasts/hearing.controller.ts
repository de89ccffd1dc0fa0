import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { hearingRequest, hearingsQuery } from './broadcast.request.ts';
import type { HearingRequest } from './broadcast.request.ts';
import { hearingView } from './broadcast.view.ts';
import type { HearingView } from './broadcast.view.ts';
import { HearingService } from './hearing.service.ts';

@Controller('api/hearings')
export class HearingController {
  constructor(private readonly hearings: HearingService) {}

  @Get()
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: z.array(hearingView) })
  between(
    @By() by: Person,
    @Query({ schema: hearingsQuery }) { from, until, broadcastId }: z.infer<typeof hearingsQuery>,
  ): Promise<HearingView[]> {
    return this.hearings.between(by.communeId, { from: new Date(from), until: new Date(until), broadcastId });
  }

  @Post()
  @HttpCode(204)
  @Needs('broadcasts.confirm')
  say(@By() by: Person, @Body({ schema: hearingRequest }) request: HearingRequest): Promise<void> {
    return this.hearings.say(by, request);
  }
}
