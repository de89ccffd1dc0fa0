import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { byteRangeIn } from '../speech/byte-range.ts';
import { replayRequest } from './replay.request.ts';
import type { ReplayRequest } from './replay.request.ts';
import { ReplayService } from './replay.service.ts';
import { eventReplaysView, replayView } from './replay.view.ts';
import type { EventReplaysView, ReplayView } from './replay.view.ts';

const id = z.uuid();
const endings = { jpeg: 'mjpeg', h264: 'h264', h265: 'h265' } as const;

@ApiTags('replays')
@Controller('api')
export class ReplayController {
  constructor(private readonly replays: ReplayService) {}

  @Get('camera-events/:id/replays')
  @Needs('events.read')
  @ApiOkResponse({ standardSchema: eventReplaysView })
  ofEvent(@By() by: Person, @Param('id', { schema: id }) eventId: string): Promise<EventReplaysView> {
    return this.replays.ofEvent(by.communeId, eventId);
  }

  @Post('camera-events/:id/replays')
  @Needs('events.review')
  @ApiCreatedResponse({ standardSchema: replayView })
  ask(
    @By() by: Person,
    @Param('id', { schema: id }) eventId: string,
    @Body({ schema: replayRequest }) request: ReplayRequest,
  ): Promise<ReplayView> {
    return this.replays.ask(by, eventId, request);
  }

  @Get('replays/:id')
  @Needs('events.read')
  @ApiOkResponse({ standardSchema: replayView })
  one(@By() by: Person, @Param('id', { schema: id }) replayId: string): Promise<ReplayView> {
    return this.replays.one(by.communeId, replayId);
  }

  /** The film for screens, or the range of it asked for. */
  @Get('replays/:id/film')
  @Needs('events.read')
  @ApiProduces('video/mp4')
  async film(
    @By() by: Person,
    @Param('id', { schema: id }) replayId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { path } = await this.replays.pathOf(by, replayId, 'film');
    const { size } = await stat(path);
    void reply.headers({
      ...{ 'accept-ranges': 'bytes', 'cache-control': 'private, max-age=300' },
      ...{ 'content-type': 'video/mp4', 'x-content-type-options': 'nosniff' },
    });
    const range = byteRangeIn(request.headers.range, size);
    if (range === 'beyond') return void reply.code(416).header('content-range', `bytes */${size}`).send();
    const { start, end } = range === 'whole' ? { start: 0, end: size - 1 } : range;
    if (range !== 'whole') void reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
    void reply.header('content-length', String(end - start + 1));
    void reply.send(createReadStream(path, { start, end }));
  }

  /** What was received, for those who must prove it: never shown by a browser. */
  @Get('replays/:id/clip')
  @Needs('events.review')
  @ApiProduces('application/octet-stream')
  async clip(
    @By() by: Person,
    @Param('id', { schema: id }) replayId: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { path, clip } = await this.replays.pathOf(by, replayId, 'clip');
    void reply.headers({
      ...{ 'content-type': 'application/octet-stream', 'content-length': String(clip.bytes) },
      ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      'content-disposition': `attachment; filename="${clip.sha256}.${endings[clip.codec]}"`,
    });
    void reply.send(createReadStream(path));
  }
}
