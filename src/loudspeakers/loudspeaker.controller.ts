import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { changeLoudspeakerRequest, loudspeakerRequest, settleRequest } from './loudspeaker.request.ts';
import type { ChangeLoudspeakerRequest, LoudspeakerRequest, SettleRequest } from './loudspeaker.request.ts';
import { LoudspeakerService } from './loudspeaker.service.ts';
import { enrolmentView, loudspeakerDetailView, loudspeakerView } from './loudspeaker.view.ts';
import type { EnrolmentView, LoudspeakerDetailView, LoudspeakerView } from './loudspeaker.view.ts';

const id = z.uuid();

@Controller('api/loudspeakers')
export class LoudspeakerController {
  constructor(private readonly loudspeakers: LoudspeakerService) {}

  @Get()
  @Needs('loudspeakers.read')
  @ApiOkResponse({ standardSchema: z.array(loudspeakerView) })
  list(@By() by: Person): Promise<LoudspeakerView[]> {
    return this.loudspeakers.list(by.communeId);
  }

  @Post()
  @Needs('loudspeakers.manage')
  @ApiCreatedResponse({ standardSchema: loudspeakerView })
  add(
    @By() by: Person,
    @Body({ schema: loudspeakerRequest }) request: LoudspeakerRequest,
  ): Promise<LoudspeakerView> {
    return this.loudspeakers.add(by, request);
  }

  @Get(':id')
  @Needs('loudspeakers.read')
  @ApiOkResponse({ standardSchema: loudspeakerDetailView })
  detail(
    @By() by: Person,
    @Param('id', { schema: id }) loudspeakerId: string,
  ): Promise<LoudspeakerDetailView> {
    return this.loudspeakers.detail(by.communeId, loudspeakerId);
  }

  @Patch(':id')
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: loudspeakerView })
  change(
    @By() by: Person,
    @Param('id', { schema: id }) loudspeakerId: string,
    @Body({ schema: changeLoudspeakerRequest }) request: ChangeLoudspeakerRequest,
  ): Promise<LoudspeakerView> {
    return this.loudspeakers.change(by, loudspeakerId, request);
  }

  @Post(':id/settings')
  @HttpCode(200)
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: loudspeakerView })
  settle(
    @By() by: Person,
    @Param('id', { schema: id }) loudspeakerId: string,
    @Body({ schema: settleRequest }) request: SettleRequest,
  ): Promise<LoudspeakerView> {
    return this.loudspeakers.settle(by, loudspeakerId, request);
  }

  @Post(':id/enrolment')
  @HttpCode(200)
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: enrolmentView })
  enrol(@By() by: Person, @Param('id', { schema: id }) loudspeakerId: string): Promise<EnrolmentView> {
    return this.loudspeakers.enrol(by, loudspeakerId);
  }

  @Post(':id/retire')
  @HttpCode(204)
  @Needs('loudspeakers.manage')
  retire(@By() by: Person, @Param('id', { schema: id }) loudspeakerId: string): Promise<void> {
    return this.loudspeakers.retire(by, loudspeakerId);
  }
}
