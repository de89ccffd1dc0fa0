import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { StrayService } from './stray.service.ts';
import { strayView } from './stray.view.ts';
import type { StrayView } from './stray.view.ts';

@ApiTags('cameras')
@Controller('api/recorders')
export class StrayController {
  constructor(private readonly strays: StrayService) {}

  @Get(':id/strays')
  @Needs('events.read')
  @ApiOkResponse({ standardSchema: z.array(strayView) })
  list(@By() by: Person, @Param('id', { schema: z.uuid() }) recorderId: string): Promise<StrayView[]> {
    return this.strays.of(by.communeId, recorderId);
  }
}
