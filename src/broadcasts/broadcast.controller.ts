import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { airingsQuery, broadcastRequest, stopRequest, weekQuery } from './broadcast.request.ts';
import type { BroadcastRequest, Target } from './broadcast.request.ts';
import { BroadcastService } from './broadcast.service.ts';
import {
  airingView,
  broadcastPreviewView,
  broadcastView,
  occurrenceView,
  todayView,
} from './broadcast.view.ts';
import type {
  AiringView,
  BroadcastPreviewView,
  BroadcastView,
  OccurrenceView,
  TodayView,
} from './broadcast.view.ts';
import { TodayService } from './today.service.ts';

const id = z.uuid();

@Controller('api')
export class BroadcastController {
  constructor(
    private readonly broadcasts: BroadcastService,
    private readonly days: TodayService,
  ) {}

  @Get('today')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: todayView })
  today(@By() by: Person): Promise<TodayView> {
    return this.days.today(by.communeId);
  }

  @Get('week')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: z.array(occurrenceView) })
  week(
    @By() by: Person,
    @Query({ schema: weekQuery }) query: z.infer<typeof weekQuery>,
  ): Promise<OccurrenceView[]> {
    return this.days.week(by.communeId, query.from);
  }

  @Get('airings')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: z.array(airingView) })
  airings(
    @By() by: Person,
    @Query({ schema: airingsQuery })
    { from, until, loudspeakerId, broadcastId }: z.infer<typeof airingsQuery>,
  ): Promise<AiringView[]> {
    const range = { from: new Date(from), until: new Date(until), loudspeakerId, broadcastId };
    return this.broadcasts.airingsBetween(by.communeId, range);
  }

  @Get('broadcasts')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: z.array(broadcastView) })
  list(@By() by: Person): Promise<BroadcastView[]> {
    return this.broadcasts.list(by.communeId);
  }

  @Post('broadcasts/preview')
  @HttpCode(200)
  @Needs('broadcasts.schedule')
  @ApiOkResponse({ standardSchema: broadcastPreviewView })
  preview(
    @By() by: Person,
    @Body({ schema: broadcastRequest }) request: BroadcastRequest,
  ): Promise<BroadcastPreviewView> {
    return this.broadcasts.preview(by, request);
  }

  @Post('broadcasts')
  @Needs('broadcasts.schedule')
  @ApiCreatedResponse({ standardSchema: broadcastView })
  schedule(
    @By() by: Person,
    @Body({ schema: broadcastRequest }) request: BroadcastRequest,
  ): Promise<BroadcastView> {
    return this.broadcasts.schedule(by, request);
  }

  @Get('broadcasts/:id')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: broadcastView })
  one(@By() by: Person, @Param('id', { schema: id }) broadcastId: string): Promise<BroadcastView> {
    return this.broadcasts.one(by.communeId, broadcastId);
  }

  @Post('broadcasts/:id/cancel')
  @HttpCode(200)
  @Needs('broadcasts.schedule')
  @ApiOkResponse({ standardSchema: broadcastView })
  cancel(@By() by: Person, @Param('id', { schema: id }) broadcastId: string): Promise<BroadcastView> {
    return this.broadcasts.cancel(by, broadcastId);
  }

  @Post('stop')
  @HttpCode(200)
  @Needs('broadcasts.stop')
  async stop(
    @By() by: Person,
    @Body({ schema: stopRequest }) { target }: { target: Target },
  ): Promise<{ poles: number }> {
    return { poles: await this.broadcasts.stop(by, target) };
  }
}
