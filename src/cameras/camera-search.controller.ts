import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { cameraSearchRequest, knownAtQuery } from './camera.request.ts';
import type { CameraSearchRequest } from './camera.request.ts';
import { CameraSearchService } from './camera-search.service.ts';
import { cameraSearchView, knownAtView, latestSearchView } from './camera.view.ts';
import type { CameraSearchView, KnownAtView, LatestSearchView } from './camera.view.ts';

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

  /** Of an address that somebody is about to register: whether its device stands here already. */
  @Get('known')
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: knownAtView })
  async known(
    @By() by: Person,
    @Query({ schema: knownAtQuery }) { address }: z.infer<typeof knownAtQuery>,
  ): Promise<KnownAtView> {
    return { known: (await this.search.knownHere(by.communeId))(address) };
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
