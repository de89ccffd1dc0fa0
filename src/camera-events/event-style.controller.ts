import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { eventStyleRequest, eventTopicRequest } from './event-style.request.ts';
import type { EventStyleRequest, EventTopicRequest } from './event-style.request.ts';
import { EventStyleService } from './event-style.service.ts';
import { eventStyleView, eventTopicsView } from './event-style.view.ts';
import type { EventStyleView, EventTopicsView } from './event-style.view.ts';

const id = z.uuid();

/** How cameras tell, and what their topics mean. */
@ApiTags('camera-events')
@Controller('api')
export class EventStyleController {
  constructor(private readonly styles: EventStyleService) {}

  @Get('cameras/:id/event-styles')
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: z.array(eventStyleView) })
  ofCamera(@By() by: Person, @Param('id', { schema: id }) cameraId: string): Promise<EventStyleView[]> {
    return this.styles.ofCamera(by.communeId, cameraId);
  }

  @Put('cameras/:id/event-styles')
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: z.array(eventStyleView) })
  set(
    @By() by: Person,
    @Param('id', { schema: id }) cameraId: string,
    @Body({ schema: eventStyleRequest }) request: EventStyleRequest,
  ): Promise<EventStyleView[]> {
    return this.styles.set(by, cameraId, request);
  }

  @Get('event-topics')
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: eventTopicsView })
  topics(@By() by: Person): Promise<EventTopicsView> {
    return this.styles.topics(by.communeId);
  }

  @Put('event-topics')
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: eventTopicsView })
  name(
    @By() by: Person,
    @Body({ schema: eventTopicRequest }) request: EventTopicRequest,
  ): Promise<EventTopicsView> {
    return this.styles.name(by, request);
  }

  /** Reads the kept notices again with what is known now; goes on after the answer. */
  @Post('event-topics/reread')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: eventTopicsView })
  reread(@By() by: Person): Promise<EventTopicsView> {
    return this.styles.reread(by);
  }
}
