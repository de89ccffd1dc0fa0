import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Put,
  StreamableFile,
} from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { checkRequest, photoRequest } from './checklist.request.ts';
import type { CheckRequest, PhotoRequest } from './checklist.request.ts';
import { ChecklistService } from './checklist.service.ts';
import { checklistView } from './checklist.view.ts';
import type { ChecklistView } from './checklist.view.ts';

const id = z.uuid();

@Controller('api')
export class ChecklistController {
  constructor(private readonly checklists: ChecklistService) {}

  @Get('loudspeakers/:id/checklist')
  @Needs('loudspeakers.read')
  @ApiOkResponse({ standardSchema: checklistView })
  of(@By() by: Person, @Param('id', { schema: id }) poleId: string): Promise<ChecklistView> {
    return this.checklists.of(by.communeId, poleId);
  }

  @Put('loudspeakers/:id/checklist')
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: checklistView })
  say(
    @By() by: Person,
    @Param('id', { schema: id }) poleId: string,
    @Body({ schema: checkRequest }) request: CheckRequest,
  ): Promise<ChecklistView> {
    return this.checklists.say(by, poleId, request);
  }

  @Post('loudspeakers/:id/photos')
  @HttpCode(200)
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: checklistView })
  addPhoto(
    @By() by: Person,
    @Param('id', { schema: id }) poleId: string,
    @Body({ schema: photoRequest }) request: PhotoRequest,
  ): Promise<ChecklistView> {
    return this.checklists.addPhoto(by, poleId, request);
  }

  @Get('pole-photos/:id')
  @Needs('loudspeakers.read')
  @Header('cache-control', 'private, max-age=86400, immutable')
  async photo(@By() by: Person, @Param('id', { schema: id }) photoId: string): Promise<StreamableFile> {
    return new StreamableFile(await this.checklists.photo(by.communeId, photoId), { type: 'image/jpeg' });
  }

  @Delete('pole-photos/:id')
  @HttpCode(200)
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: checklistView })
  removePhoto(@By() by: Person, @Param('id', { schema: id }) photoId: string): Promise<ChecklistView> {
    return this.checklists.removePhoto(by, photoId);
  }
}
