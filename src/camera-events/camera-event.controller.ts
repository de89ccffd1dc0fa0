import { Controller, Get, Header, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { listCameraEventsQuery } from './camera-event.request.ts';
import type { ListCameraEventsQuery } from './camera-event.request.ts';
import { CameraEventService } from './camera-event.service.ts';
import { cameraEventDetailView, cameraEventView } from './camera-event.view.ts';
import type { CameraEventDetailView, CameraEventView } from './camera-event.view.ts';

const id = z.uuid();

@ApiTags('camera-events')
@Controller('api/camera-events')
export class CameraEventController {
  constructor(private readonly cameraEvents: CameraEventService) {}

  @Get()
  @Needs('events.read')
  @ApiOkResponse({ standardSchema: z.array(cameraEventView) })
  list(
    @By() by: Person,
    @Query({ schema: listCameraEventsQuery }) query: ListCameraEventsQuery,
  ): Promise<CameraEventView[]> {
    return this.cameraEvents.list(by.communeId, query);
  }

  @Get(':id')
  @Needs('events.read')
  @ApiOkResponse({ standardSchema: cameraEventDetailView })
  detail(@By() by: Person, @Param('id', { schema: id }) eventId: string): Promise<CameraEventDetailView> {
    return this.cameraEvents.detail(by, eventId);
  }

  @Post(':id/seen')
  @HttpCode(200)
  @Needs('events.review')
  @ApiOkResponse({ standardSchema: cameraEventView })
  seen(@By() by: Person, @Param('id', { schema: id }) eventId: string): Promise<CameraEventView> {
    return this.cameraEvents.seen(by, eventId);
  }

  /** Kept by no cache that others share, and by the browser only for a while: each look must be written down. */
  @Get(':id/picture')
  @Needs('events.read')
  @Header('cache-control', 'private, max-age=300')
  async picture(@By() by: Person, @Param('id', { schema: id }) eventId: string): Promise<StreamableFile> {
    return new StreamableFile(await this.cameraEvents.picture(by, eventId), { type: 'image/jpeg' });
  }

  @Get(':id/pictures/:sha256')
  @Needs('events.read')
  @Header('cache-control', 'private, max-age=300')
  async furtherPicture(
    @By() by: Person,
    @Param('id', { schema: id }) eventId: string,
    @Param('sha256', { schema: z.string().regex(/^[0-9a-f]{64}$/) }) hash: string,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.cameraEvents.furtherPicture(by, eventId, hash), {
      type: 'image/jpeg',
    });
  }
}
