import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { CameraTrust } from './camera-trust.service.ts';
import { certificateRequest, handoverRequest } from './camera.request.ts';
import type { HandoverRequest } from './camera.request.ts';
import { cameraView } from './camera.view.ts';
import type { CameraView } from './camera.view.ts';
import { HandoverService } from './handover.service.ts';
import { changeRecorderRequest, channelsRequest, newRecorderRequest } from './recorder.request.ts';
import type { ChangeRecorderRequest, ChannelsRequest, NewRecorderRequest } from './recorder.request.ts';
import { RecorderService } from './recorder.service.ts';
import { recorderView } from './recorder.view.ts';
import type { RecorderView } from './recorder.view.ts';

const id = z.uuid();

@ApiTags('cameras')
@Controller('api/recorders')
export class RecorderController {
  constructor(
    private readonly recorders: RecorderService,
    private readonly trust: CameraTrust,
    private readonly handovers: HandoverService,
  ) {}

  @Get()
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: z.array(recorderView) })
  list(@By() by: Person): Promise<RecorderView[]> {
    return this.recorders.list(by.communeId);
  }

  @Get(':id')
  @Needs('cameras.read')
  @ApiOkResponse({ standardSchema: recorderView })
  one(@By() by: Person, @Param('id', { schema: id }) recorderId: string): Promise<RecorderView> {
    return this.recorders.one(by.communeId, recorderId);
  }

  @Post()
  @Needs('cameras.manage')
  @ApiCreatedResponse({ standardSchema: recorderView })
  add(
    @By() by: Person,
    @Body({ schema: newRecorderRequest }) request: NewRecorderRequest,
  ): Promise<RecorderView> {
    return this.recorders.add(by, request);
  }

  @Patch(':id')
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: recorderView })
  change(
    @By() by: Person,
    @Param('id', { schema: id }) recorderId: string,
    @Body({ schema: changeRecorderRequest }) request: ChangeRecorderRequest,
  ): Promise<RecorderView> {
    return this.recorders.change(by, recorderId, request);
  }

  @Post(':id/channels')
  @Needs('cameras.manage')
  @ApiCreatedResponse({ standardSchema: z.array(cameraView) })
  addChannels(
    @By() by: Person,
    @Param('id', { schema: id }) recorderId: string,
    @Body({ schema: channelsRequest }) request: ChannelsRequest,
  ): Promise<CameraView[]> {
    return this.recorders.addChannels(by, recorderId, request);
  }

  @Post(':id/certificate')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: recorderView })
  async trustCertificate(
    @By() by: Person,
    @Param('id', { schema: id }) recorderId: string,
    @Body({ schema: certificateRequest }) request: z.infer<typeof certificateRequest>,
  ): Promise<RecorderView> {
    await this.trust.certificate(by, recorderId, request.sha256);
    return this.recorders.one(by.communeId, recorderId);
  }

  @Post(':id/device')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: recorderView })
  async acceptDevice(
    @By() by: Person,
    @Param('id', { schema: id }) recorderId: string,
  ): Promise<RecorderView> {
    await this.trust.device(by, recorderId);
    return this.recorders.one(by.communeId, recorderId);
  }

  @Post(':id/connector')
  @HttpCode(200)
  @Needs('cameras.manage')
  @ApiOkResponse({ standardSchema: recorderView })
  async moveToConnector(
    @By() by: Person,
    @Param('id', { schema: id }) recorderId: string,
    @Body({ schema: handoverRequest }) request: HandoverRequest,
  ): Promise<RecorderView> {
    await this.handovers.move(by, recorderId, request);
    return this.recorders.one(by.communeId, recorderId);
  }

  @Post(':id/retire')
  @HttpCode(204)
  @Needs('cameras.manage')
  retire(@By() by: Person, @Param('id', { schema: id }) recorderId: string): Promise<void> {
    return this.recorders.retire(by, recorderId);
  }
}
