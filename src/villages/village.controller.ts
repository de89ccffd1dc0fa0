import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { languages } from './language.ts';
import { changeVillageRequest, villageRequest } from './village.request.ts';
import type { ChangeVillageRequest, VillageRequest } from './village.request.ts';
import { VillageService } from './village.service.ts';
import { languageView, villageView } from './village.view.ts';
import type { LanguageView, VillageView } from './village.view.ts';

@Controller('api')
export class VillageController {
  constructor(private readonly villages: VillageService) {}

  /** What a village may hear. */
  @Get('languages')
  @Needs('session')
  @ApiOkResponse({ standardSchema: z.array(languageView) })
  languages(): LanguageView[] {
    return [...languages];
  }

  @Get('villages')
  @Needs('villages.read')
  @ApiOkResponse({ standardSchema: z.array(villageView) })
  list(@By() by: Person): Promise<VillageView[]> {
    return this.villages.all(by.communeId);
  }

  @Post('villages')
  @Needs('villages.manage')
  @ApiCreatedResponse({ standardSchema: villageView })
  add(@By() by: Person, @Body({ schema: villageRequest }) request: VillageRequest): Promise<VillageView> {
    return this.villages.add(by, request);
  }

  @Patch('villages/:id')
  @Needs('villages.manage')
  @ApiOkResponse({ standardSchema: villageView })
  change(
    @By() by: Person,
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: changeVillageRequest }) request: ChangeVillageRequest,
  ): Promise<VillageView> {
    return this.villages.change(by, id, request);
  }

  @Post('villages/:id/retire')
  @HttpCode(204)
  @Needs('villages.manage')
  retire(@By() by: Person, @Param('id', { schema: z.uuid() }) id: string): Promise<void> {
    return this.villages.retire(by, id);
  }
}
