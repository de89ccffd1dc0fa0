import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { By, Needs, Unattended } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { GlimpseService } from './glimpse.service.ts';
import { TurningService } from './turning.service.ts';
import { glimpseQuery, lookQuery, turnRequest } from './viewing.request.ts';
import type { GlimpseQuery, LookQuery, TurnRequest } from './viewing.request.ts';
import { ViewingService } from './viewing.service.ts';
import { turningView, viewingView } from './viewing.view.ts';
import type { TurningView, ViewingView } from './viewing.view.ts';

const id = z.uuid();

@ApiTags('viewings')
@Controller('api')
export class ViewingController {
  constructor(
    private readonly viewings: ViewingService,
    private readonly glimpses: GlimpseService,
    private readonly turning: TurningService,
  ) {}

  @Post('cameras/:id/viewings')
  @Needs('cameras.watch')
  @ApiCreatedResponse({ standardSchema: viewingView })
  start(@By() by: Person, @Param('id', { schema: id }) cameraId: string): Promise<ViewingView> {
    return this.viewings.start(by, cameraId);
  }

  /** The newest picture (204: nothing new), with `viewingStateView` in the header `loa-viewing`. */
  @Get('viewings/:id/picture')
  @Needs('cameras.watch')
  @Unattended()
  @Header('cache-control', 'no-store')
  @ApiProduces('image/jpeg')
  async look(
    @By() by: Person,
    @Param('id', { schema: id }) viewingId: string,
    @Query({ schema: lookQuery }) { after }: LookQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const { jpeg, state } = await this.viewings.look(by, viewingId, after);
    void reply.header('loa-viewing', JSON.stringify(state));
    if (jpeg !== null) return new StreamableFile(jpeg, { type: 'image/jpeg' });
    void reply.status(204);
    return undefined;
  }

  /** What a recorder's channel shows now, registered or not: the recorder is asked, which may take seconds. */
  @Get('recorders/:id/picture')
  @Needs('cameras.watch')
  @Header('cache-control', 'no-store')
  @ApiProduces('image/jpeg')
  async glimpse(
    @By() by: Person,
    @Param('id', { schema: id }) recorderId: string,
    @Query({ schema: glimpseQuery }) { channel }: GlimpseQuery,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.glimpses.look(by, recorderId, channel), { type: 'image/jpeg' });
  }

  /** Asks the camera: it may take seconds. */
  @Get('viewings/:id/turning')
  @Needs('cameras.turn')
  @ApiOkResponse({ standardSchema: turningView })
  places(@By() by: Person, @Param('id', { schema: id }) viewingId: string): Promise<TurningView> {
    return this.turning.places(by, viewingId);
  }

  @Post('viewings/:id/turns')
  @HttpCode(204)
  @Needs('cameras.turn')
  turn(
    @By() by: Person,
    @Param('id', { schema: id }) viewingId: string,
    @Body({ schema: turnRequest }) request: TurnRequest,
  ): Promise<void> {
    return this.turning.turn(by, viewingId, request);
  }

  @Post('viewings/:id/continue')
  @HttpCode(204)
  @Needs('cameras.watch')
  goOn(@By() by: Person, @Param('id', { schema: id }) viewingId: string): Promise<void> {
    return this.viewings.goOn(by, viewingId);
  }

  @Delete('viewings/:id')
  @HttpCode(204)
  @Needs('cameras.watch')
  stop(@By() by: Person, @Param('id', { schema: id }) viewingId: string): void {
    this.viewings.stop(by, viewingId);
  }
}
