import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { aheadQuery, silenceQuery } from './broadcast.request.ts';
import { foreseenView, silenceView } from './broadcast.view.ts';
import type { ForeseenView, SilenceView } from './broadcast.view.ts';
import { ForesightService } from './foresight.service.ts';

const id = z.uuid();

@Controller('api/loudspeakers/:id')
export class ForesightController {
  constructor(private readonly foresight: ForesightService) {}

  @Get('ahead')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: z.array(foreseenView) })
  ahead(
    @By() by: Person,
    @Param('id', { schema: id }) poleId: string,
    @Query({ schema: aheadQuery }) { from, days }: z.infer<typeof aheadQuery>,
  ): Promise<ForeseenView[]> {
    return this.foresight.ahead(by.communeId, poleId, { fromAt: Date.parse(from), days });
  }

  @Get('silence')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: silenceView })
  silence(
    @By() by: Person,
    @Param('id', { schema: id }) poleId: string,
    @Query({ schema: silenceQuery }) { at }: z.infer<typeof silenceQuery>,
  ): Promise<SilenceView> {
    return this.foresight.silence(by.communeId, poleId, Date.parse(at));
  }
}
