import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { lexiconEntryRequest } from '../lexicon/lexicon.request.ts';
import { AffectedService } from './affected.service.ts';
import { affectedView } from './announcement.view.ts';
import type { AffectedView } from './announcement.view.ts';

const affectedRequest = z.strictObject({
  /** As typed; null: the entry of that id taken away. */
  entry: lexiconEntryRequest.nullable(),
  id: z.uuid().optional(),
});

@Controller('api/lexicon')
export class AffectedController {
  constructor(private readonly affected: AffectedService) {}

  /** Which stored announcements an entry would change, also before it is kept. */
  @Post('affected')
  @HttpCode(200)
  @Needs('lexicon.write')
  @ApiOkResponse({ standardSchema: affectedView })
  by(
    @By() by: Person,
    @Body({ schema: affectedRequest }) request: z.infer<typeof affectedRequest>,
  ): Promise<AffectedView> {
    return this.affected.by(by, request);
  }
}
