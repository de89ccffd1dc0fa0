import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { renderProfiles } from '../speech/render-profile.ts';
import { AnnouncementReader } from './announcement.reader.ts';
import { announcementView } from './announcement.view.ts';
import type { AnnouncementView } from './announcement.view.ts';
import { readingView } from './announcement.words.ts';
import { changeFormRequest, newFormRequest, previewFormRequest } from './template.request.ts';
import type { ChangeFormRequest, NewFormRequest, PreviewFormRequest } from './template.request.ts';
import { TemplateService } from './template.service.ts';
import { formPreviewView, templateView } from './template.view.ts';
import type { FormPreviewView, TemplateView } from './template.view.ts';
import { mostOf } from './templates/fields.ts';
import type { Template } from './templates/template.ts';
import { templates } from './templates/templates.ts';

const templateId = z.string().max(40);

@Controller('api')
export class TemplateController {
  constructor(
    private readonly templates: TemplateService,
    private readonly reader: AnnouncementReader,
  ) {}

  /** The templates that are shipped, with the types of their fields. */
  @Get('announcement-templates')
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: z.array(templateView) })
  list(): TemplateView[] {
    return templates.map(viewOf);
  }

  /** What a form says as far as it is filled in, and how that would be spoken. Nothing is kept. */
  @Post('announcement-templates/:templateId/preview')
  @HttpCode(200)
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: formPreviewView })
  async preview(
    @By() by: Person,
    @Param('templateId', { schema: templateId }) chosen: string,
    @Body({ schema: previewFormRequest }) request: PreviewFormRequest,
  ): Promise<FormPreviewView> {
    const { title, text, priority, reading, faults } = await this.templates.preview(by, chosen, request);
    return {
      ...{ title, text, priority },
      reading: readingView(reading, renderProfiles[request.renderProfile]),
      faults: faults.map(({ path, code }) => ({ path, code })),
    };
  }

  @Post('announcements/with-form')
  @Needs('announcements.write')
  @ApiCreatedResponse({ standardSchema: announcementView })
  async write(
    @By() by: Person,
    @Body({ schema: newFormRequest }) request: NewFormRequest,
  ): Promise<AnnouncementView> {
    return this.reader.view(by, await this.templates.write(by, request));
  }

  /** Fills the form anew: a new revision of the announcement. */
  @Put('announcements/:id/form')
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: announcementView })
  async edit(
    @By() by: Person,
    @Param('id', { schema: z.uuid() }) announcementId: string,
    @Body({ schema: changeFormRequest }) request: ChangeFormRequest,
  ): Promise<AnnouncementView> {
    return this.reader.view(by, await this.templates.edit(by, announcementId, request));
  }
}

function viewOf({ id, name, purpose, fields }: Template): TemplateView {
  const all = Object.entries(fields);
  return {
    ...{ id, name, purpose },
    fields: all.map(([key, field]) => ({
      key,
      type: field.type,
      label: field.label,
      hint: field.hint ?? '',
      isOptional: field.optional === true || field.type === 'villages',
      options: [...(field.options ?? [])],
      when: field.when ?? null,
      most: mostOf(field),
    })),
    usual: Object.fromEntries(
      all.flatMap(([key, { usual }]) => (usual === undefined ? [] : [[key, usual] as const])),
    ),
  };
}
