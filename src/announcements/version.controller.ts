import { Body, Controller, Delete, HttpCode, Param, Patch, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { Failure } from '../base/failure.ts';
import type { Announcement } from './announcement.ts';
import { AnnouncementReader } from './announcement.reader.ts';
import { nameVersionRequest, removeVersionQuery, versionSoundQuery } from './announcement.request.ts';
import type { NameVersionRequest, VersionSoundQuery } from './announcement.request.ts';
import { announcementView } from './announcement.view.ts';
import type { AnnouncementView } from './announcement.view.ts';
import { VersionService } from './version.service.ts';

const id = z.uuid();
const language = z.string().max(8);

@Controller('api/announcements/:id/versions/:language')
export class VersionController {
  constructor(
    private readonly versions: VersionService,
    private readonly reader: AnnouncementReader,
  ) {}

  /** The body is the sound, as a file of any kind that we take; its name and its declared type are not looked at. */
  @Put()
  @Needs('announcements.write')
  @RouteConfig({ takesFiles: true })
  @ApiConsumes('audio/*')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ standardSchema: announcementView })
  async record(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
    @Param('language', { schema: language }) code: string,
    @Query({ schema: versionSoundQuery }) query: VersionSoundQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnnouncementView> {
    const { body } = request;
    if (!(body instanceof Readable)) {
      throw new Failure('invalid', 'speech.import-empty', 'the body is the sound: audio/*', {
        fields: [{ path: 'file', code: 'speech.import-empty', message: 'the body is the sound: audio/*' }],
      });
    }
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const declared = Number(request.headers['content-length']);
    return this.shown(
      by,
      this.versions.record(by, announcementId, code, query, {
        body,
        declaredBytes: Number.isFinite(declared) ? declared : undefined,
        signal: gone.signal,
      }),
    );
  }

  /** What the logbook says of it. */
  @Patch()
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: announcementView })
  name(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
    @Param('language', { schema: language }) code: string,
    @Body({ schema: nameVersionRequest }) request: NameVersionRequest,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.versions.name(by, announcementId, code, request));
  }

  @Delete()
  @HttpCode(200)
  @Needs('announcements.write')
  @ApiOkResponse({ standardSchema: announcementView })
  remove(
    @By() by: Person,
    @Param('id', { schema: id }) announcementId: string,
    @Param('language', { schema: language }) code: string,
    @Query({ schema: removeVersionQuery }) { revision }: z.infer<typeof removeVersionQuery>,
  ): Promise<AnnouncementView> {
    return this.shown(by, this.versions.remove(by, announcementId, code, revision));
  }

  private async shown(by: Person, announcement: Promise<Announcement>): Promise<AnnouncementView> {
    return this.reader.view(by, await announcement);
  }
}
