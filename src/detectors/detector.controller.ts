import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { changeDetectorRequest, newDetectorRequest } from './detector.request.ts';
import type { ChangeDetectorRequest, NewDetectorRequest } from './detector.request.ts';
import { DetectorService } from './detector.service.ts';
import { detectorKeyView, detectorSetupView, detectorView } from './detector.view.ts';
import type { DetectorKeyView, DetectorSetupView, DetectorView } from './detector.view.ts';

const id = z.uuid();

@ApiTags('detectors')
@Controller('api/detectors')
export class DetectorController {
  constructor(private readonly detectors: DetectorService) {}

  @Get()
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: z.array(detectorView) })
  list(@By() by: Person): Promise<DetectorView[]> {
    return this.detectors.list(by.communeId);
  }

  @Post()
  @Needs('cameras.manage')
  @ApiCreatedResponse({ standardSchema: detectorKeyView })
  add(
    @By() by: Person,
    @Body({ schema: newDetectorRequest }) request: NewDetectorRequest,
  ): Promise<DetectorKeyView> {
    return this.detectors.add(by, request);
  }

  @Patch(':id')
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: detectorView })
  change(
    @By() by: Person,
    @Param('id', { schema: id }) detectorId: string,
    @Body({ schema: changeDetectorRequest }) request: ChangeDetectorRequest,
  ): Promise<DetectorView> {
    return this.detectors.change(by, detectorId, request);
  }

  @Post(':id/key')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: detectorKeyView })
  newKey(@By() by: Person, @Param('id', { schema: id }) detectorId: string): Promise<DetectorKeyView> {
    return this.detectors.newKey(by, detectorId);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: detectorView })
  revoke(@By() by: Person, @Param('id', { schema: id }) detectorId: string): Promise<DetectorView> {
    return this.detectors.revoke(by, detectorId);
  }

  @Get(':id/setup')
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: detectorSetupView })
  setup(@By() by: Person, @Param('id', { schema: id }) detectorId: string): Promise<DetectorSetupView> {
    return this.detectors.setup(by.communeId, detectorId);
  }
}
