import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { CameraSearchService } from './camera-search.service.ts';
import { CameraTrust } from './camera-trust.service.ts';
import {
  cameraTableRequest,
  certificateRequest,
  changeCameraRequest,
  handoverRequest,
  newCameraRequest,
} from './camera.request.ts';
import type {
  CameraTableRequest,
  ChangeCameraRequest,
  HandoverRequest,
  NewCameraRequest,
} from './camera.request.ts';
import { HandoverService } from './handover.service.ts';
import { CameraService } from './camera.service.ts';
import { cameraDetailView, cameraTableView, cameraView, twinsView } from './camera.view.ts';
import type { CameraDetailView, CameraTableView, CameraView, TwinsView } from './camera.view.ts';

const id = z.uuid();

@ApiTags('cameras')
@Controller('api/cameras')
export class CameraController {
  constructor(
    private readonly cameras: CameraService,
    private readonly trust: CameraTrust,
    private readonly handovers: HandoverService,
    private readonly search: CameraSearchService,
  ) {}

  @Get()
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: z.array(cameraView) })
  list(@By() by: Person): Promise<CameraView[]> {
    return this.cameras.list(by.communeId);
  }

  /** Devices that may have been registered twice. */
  @Get('twins')
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: z.array(twinsView) })
  twins(@By() by: Person): Promise<TwinsView[]> {
    return this.cameras.twins(by.communeId);
  }

  @Get(':id')
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: cameraDetailView })
  one(@By() by: Person, @Param('id', { schema: id }) cameraId: string): Promise<CameraDetailView> {
    return this.cameras.detail(by.communeId, cameraId);
  }

  @Post()
  @Needs('cameras.manage')
  @ApiCreatedResponse({ standardSchema: cameraView })
  add(@By() by: Person, @Body({ schema: newCameraRequest }) request: NewCameraRequest): Promise<CameraView> {
    return this.cameras.add(by, request);
  }

  @Post('table')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: cameraTableView })
  async addTable(
    @By() by: Person,
    @Body({ schema: cameraTableRequest }) request: CameraTableRequest,
  ): Promise<CameraTableView> {
    const knownAt = await this.search.knownHere(by.communeId);
    return this.cameras.addTable(by, request, (address) => knownAt(address) !== null);
  }

  @Patch(':id')
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: cameraView })
  change(
    @By() by: Person,
    @Param('id', { schema: id }) cameraId: string,
    @Body({ schema: changeCameraRequest }) request: ChangeCameraRequest,
  ): Promise<CameraView> {
    return this.cameras.change(by, cameraId, request);
  }

  @Post(':id/certificate')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: cameraView })
  async trustCertificate(
    @By() by: Person,
    @Param('id', { schema: id }) cameraId: string,
    @Body({ schema: certificateRequest }) request: z.infer<typeof certificateRequest>,
  ): Promise<CameraView> {
    await this.trust.certificate(by, cameraId, request.sha256);
    return this.cameras.one(by.communeId, cameraId);
  }

  @Post(':id/device')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: cameraView })
  async acceptDevice(@By() by: Person, @Param('id', { schema: id }) cameraId: string): Promise<CameraView> {
    await this.trust.device(by, cameraId);
    return this.cameras.one(by.communeId, cameraId);
  }

  @Post(':id/connector')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: cameraView })
  async moveToConnector(
    @By() by: Person,
    @Param('id', { schema: id }) cameraId: string,
    @Body({ schema: handoverRequest }) request: HandoverRequest,
  ): Promise<CameraView> {
    await this.handovers.move(by, cameraId, request);
    return this.cameras.one(by.communeId, cameraId);
  }

  @Post(':id/retire')
  @HttpCode(204)
  @Needs('cameras.manage')
  retire(@By() by: Person, @Param('id', { schema: id }) cameraId: string): Promise<void> {
    return this.cameras.retire(by, cameraId);
  }
}
