import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { referenceRequest, sheetQuery } from './health.request.ts';
import type { ReferenceRequest, SheetQuery } from './health.request.ts';
import { HealthService } from './health.service.ts';
import { cameraHealthView, cameraMarksView, cameraSheetView } from './health.view.ts';
import type { CameraHealthView, CameraMarksView, CameraSheetView } from './health.view.ts';
import { SheetService } from './sheet.service.ts';

const id = z.uuid();

@ApiTags('camera-health')
@Controller('api')
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly sheets: SheetService,
  ) {}

  @Get('camera-health')
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: z.array(cameraMarksView) })
  list(@By() by: Person): Promise<CameraMarksView[]> {
    return this.health.list(by.communeId);
  }

  @Get('camera-health/sheet')
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: cameraSheetView })
  sheet(@By() by: Person, @Query({ schema: sheetQuery }) query: SheetQuery): Promise<CameraSheetView> {
    return this.sheets.sheet(by.communeId, new Date(query.from), new Date(query.until));
  }

  @Get('cameras/:id/health')
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: cameraHealthView })
  one(@By() by: Person, @Param('id', { schema: id }) cameraId: string): Promise<CameraHealthView> {
    return this.health.one(by.communeId, cameraId);
  }

  /** Has it looked after now, and a still taken. */
  @Post('cameras/:id/health/check')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: cameraHealthView })
  check(@By() by: Person, @Param('id', { schema: id }) cameraId: string): Promise<CameraHealthView> {
    return this.health.check(by, cameraId);
  }

  /** From now on this still is what the camera should see at that part of the day; what was found is settled by it. */
  @Post('cameras/:id/health/reference')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: cameraHealthView })
  accept(
    @By() by: Person,
    @Param('id', { schema: id }) cameraId: string,
    @Body({ schema: referenceRequest }) request: ReferenceRequest,
  ): Promise<CameraHealthView> {
    return this.health.accept(by, cameraId, request.stillId);
  }

  /** Kept by no cache that others share, and by the browser only for a while: each look must be written down. */
  @Get('camera-stills/:id/picture')
  @Needs('cameras.read')
  @Header('cache-control', 'private, max-age=300')
  async picture(@By() by: Person, @Param('id', { schema: id }) stillId: string): Promise<StreamableFile> {
    return new StreamableFile(await this.health.picture(by, stillId), { type: 'image/jpeg' });
  }
}
