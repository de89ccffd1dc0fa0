import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { SpeechService } from '../speech/speech.service.ts';
import {
  hearRequest,
  importRequest,
  lexiconEntryRequest,
  lexiconQuery,
  promoteRequest,
  revertRequest,
} from './lexicon.request.ts';
import type { LexiconEntryRequest, LexiconQuery, PromoteRequest } from './lexicon.request.ts';
import { LexiconService } from './lexicon.service.ts';
import { lexiconVersionView, lexiconView } from './lexicon.view.ts';
import type { LexiconVersionView, LexiconView } from './lexicon.view.ts';
import { previewOf, untilGone } from './reading.controller.ts';

const uuid = z.uuid();

@Controller('api/lexicon')
export class LexiconController {
  constructor(
    private readonly lexicon: LexiconService,
    private readonly speech: SpeechService,
  ) {}

  /** The commune's entries and the shipped ones in which the words stand. */
  @Get()
  @Needs('lexicon.read')
  @ApiOkResponse({ standardSchema: lexiconView })
  search(@By() by: Person, @Query({ schema: lexiconQuery }) query: LexiconQuery): Promise<LexiconView> {
    return this.lexicon.search(by, query);
  }

  /** Who changed what; the newest version first. */
  @Get('versions')
  @Needs('lexicon.read')
  @ApiOkResponse({ standardSchema: z.array(lexiconVersionView) })
  versions(@By() by: Person): Promise<LexiconVersionView[]> {
    return this.lexicon.history(by);
  }

  /** The commune's entries in the file form of the shipped lexicon. */
  @Get('file')
  @Needs('lexicon.read')
  @Header('Content-Type', 'text/tab-separated-values; charset=utf-8')
  @Header('Content-Disposition', 'attachment; filename="tu-dien.tsv"')
  @ApiOkResponse({ description: 'text/tab-separated-values' })
  file(@By() by: Person): Promise<string> {
    return this.lexicon.export(by);
  }

  @Post('entries')
  @Needs('lexicon.write')
  @ApiCreatedResponse({ standardSchema: lexiconView })
  add(
    @By() by: Person,
    @Body({ schema: lexiconEntryRequest }) request: LexiconEntryRequest,
  ): Promise<LexiconView> {
    return this.lexicon.add(by, request);
  }

  @Put('entries/:id')
  @Needs('lexicon.write')
  @ApiOkResponse({ standardSchema: lexiconView })
  edit(
    @By() by: Person,
    @Param('id', { schema: uuid }) id: string,
    @Body({ schema: lexiconEntryRequest }) request: LexiconEntryRequest,
  ): Promise<LexiconView> {
    return this.lexicon.edit(by, id, request);
  }

  @Post('entries/:id/retire')
  @HttpCode(204)
  @Needs('lexicon.write')
  retire(@By() by: Person, @Param('id', { schema: uuid }) id: string): Promise<void> {
    return this.lexicon.retire(by, id);
  }

  /** What somebody picked in one announcement becomes the commune's reading. */
  @Post('promote')
  @HttpCode(204)
  @Needs('lexicon.write')
  promote(@By() by: Person, @Body({ schema: promoteRequest }) request: PromoteRequest): Promise<void> {
    return this.lexicon.promote(by, request);
  }

  @Post('import')
  @HttpCode(200)
  @Needs('lexicon.write')
  @ApiOkResponse({ standardSchema: z.object({ entries: z.int() }) })
  async import(
    @By() by: Person,
    @Body({ schema: importRequest }) { file }: z.infer<typeof importRequest>,
  ): Promise<{ entries: number }> {
    return { entries: await this.lexicon.import(by, file) };
  }

  @Post('revert')
  @HttpCode(204)
  @Needs('lexicon.write')
  revert(
    @By() by: Person,
    @Body({ schema: revertRequest }) { version }: z.infer<typeof revertRequest>,
  ): Promise<void> {
    return this.lexicon.revert(by, version);
  }

  /** How a respelling sounds, before it is kept. WAV. */
  @Post('hear')
  @HttpCode(200)
  @Needs('lexicon.write')
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ description: 'audio/wav' })
  hear(
    @By() by: Person,
    @Body({ schema: hearRequest }) { spoken }: z.infer<typeof hearRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const said = [spoken.normalize('NFC')];
    return previewOf(this.speech.preview(by.communeId, said, { signal: untilGone(reply) }));
  }
}
