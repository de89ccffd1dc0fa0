import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import type { Announcement } from './announcement.ts';
import { AnnouncementReader } from './announcement.reader.ts';
import {
  approveRequest,
  changeAnnouncementRequest,
  listAnnouncementsQuery,
  newAnnouncementRequest,
  preparedRequest,
  sendBackRequest,
} from './announcement.request.ts';
import type { ChangeAnnouncementRequest, NewAnnouncementRequest } from './announcement.request.ts';
import { AnnouncementService } from './announcement.service.ts';
import { announcementLineView, announcementView } from './announcement.view.ts';
import type { AnnouncementLineView, AnnouncementView } from './announcement.view.ts';

const id = z.uuid();
const code = z.string().regex(/^[0-9a-z]{8}$/);

@Controller('api/announcements')
export class AnnouncementController {
  constructor(
    private readonly announcements: AnnouncementService,
    private readonly reader: AnnouncementReader,
  ) {}

  @Get()
  @Needs('announcements.read')
  @ApiOkResponse({ standardSchema: z.array(announcementLineView) })
  async list(
    @By() by: Person,
    @Query({ schema: listAnnouncementsQuery }) query: z.infer<typeof listAnnouncementsQuery>,
  ): Promise<AnnouncementLineView[]> {
    return this.reader.lines(by, await this.announcements.list(by, query));
  }

  @Post()
  @Needs('announcements.write')
  @ApiCreatedResponse({ standardSchema: announcementView })
  write(
    @By() by: Person,
    @Body({ schema: newAnnouncementRequest }) request: NewAnnouncementRequest,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.write(by, request));
  }

  @Get('by-code/:code')
  @Needs('announcements.read')
  @ApiOkResponse({ standardSchema: announcementView })
  byCode(@By() by: Person, @Param('code', { schema: code }) shortCode: string): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.byShortCode(by, shortCode));
  }

  @Get(':id')
  @Needs('announcements.read')
  @ApiOkResponse({ standardSchema: announcementView })
  one(@By() by: Person, @Param('id', { schema: id }) announcementId: string): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.seen(by, announcementId));
  }

  @Patch(':id')
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: announcementView })
  edit(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
    @Body({ schema: changeAnnouncementRequest }) request: ChangeAnnouncementRequest,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.edit(by, announcementId, request));
  }

  @Post(':id/render')
  @HttpCode(202)
  @Needs('announcements.write')
  render(@By() by: Person, @Param('id', { schema: id }) announcementId: string): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.render(by, announcementId));
  }

  @Post(':id/stop-rendering')
  @HttpCode(200)
  @Needs('announcements.write')
  stopRendering(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.stopRendering(by, announcementId));
  }

  @Post(':id/submit')
  @HttpCode(200)
  @Needs('announcements.write')
  submit(@By() by: Person, @Param('id', { schema: id }) announcementId: string): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.submit(by, announcementId));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Needs('announcements.approve')
  approve(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
    @Body({ schema: approveRequest }) { recordingIds, note }: z.infer<typeof approveRequest>,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.approve(by, announcementId, recordingIds, note));
  }

  @Post(':id/send-back')
  @HttpCode(200)
  @Needs('announcements.approve')
  sendBack(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
    @Body({ schema: sendBackRequest }) { note }: z.infer<typeof sendBackRequest>,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.sendBack(by, announcementId, note));
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Needs('announcements.write')
  withdraw(@By() by: Person, @Param('id', { schema: id }) announcementId: string): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.withdraw(by, announcementId));
  }

  @Post(':id/duplicate')
  @Needs('announcements.write')
  duplicate(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.duplicate(by, announcementId));
  }

  @Post(':id/prepared')
  @HttpCode(200)
  @Needs('announcements.approve')
  prepare(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
    @Body({ schema: preparedRequest }) { prepared }: z.infer<typeof preparedRequest>,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.announcements.prepare(by, announcementId, prepared));
  }

  private async shown(by: Person, announcement: Promise<Announcement>): Promise<AnnouncementView> {
    return this.reader.view(by, await announcement);
  }
}
