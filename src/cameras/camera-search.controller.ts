import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { cameraSearchRequest } from './camera.request.ts';
import type { CameraSearchRequest } from './camera.request.ts';
import { CameraSearchService } from './camera-search.service.ts';
import { cameraSearchView, latestSearchView } from './camera.view.ts';
import type { CameraSearchView, LatestSearchView } from './camera.view.ts';

@ApiTags('cameras')
@Controller('api/camera-search')
export class CameraSearchController {
  constructor(private readonly search: CameraSearchService) {}

  @Get()
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: latestSearchView })
  async latest(@By() by: Person): Promise<LatestSearchView> {
    return { search: await this.search.latest(by.communeId) };
  }

  @Post()
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: cameraSearchView })
  start(
    @By() by: Person,
    @Body({ schema: cameraSearchRequest }) request: CameraSearchRequest,
  ): Promise<CameraSearchView> {
    return this.search.start(by, request);
  }

  @Post('stop')
  @HttpCode(204)
  @Needs('cameras.manage')
  stop(@By() by: Person): Promise<void> {
    return this.search.stop(by.communeId);
  }
}
