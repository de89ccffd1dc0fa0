import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { changeVillageRequest, villageRequest } from './village.request.ts';
import type { ChangeVillageRequest, VillageRequest } from './village.request.ts';
import { VillageService } from './village.service.ts';
import { villageView } from './village.view.ts';
import type { VillageView } from './village.view.ts';

@Controller('api/villages')
export class VillageController {
  constructor(private readonly villages: VillageService) {}

  @Get()
  @Needs('villages.read')
  @ApiOkResponse({ standardSchema: z.array(villageView) })
  list(@By() by: Person): Promise<VillageView[]> {
    return this.villages.all(by.communeId);
  }

  @Post()
  @Needs('villages.manage')
  @ApiCreatedResponse({ standardSchema: villageView })
  add(@By() by: Person, @Body({ schema: villageRequest }) request: VillageRequest): Promise<VillageView> {
    return this.villages.add(by, request);
  }

  @Patch(':id')
  @Needs('villages.manage')
  @ApiOkResponse({ standardSchema: villageView })
  change(
    @By() by: Person,
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: changeVillageRequest }) request: ChangeVillageRequest,
  ): Promise<VillageView> {
    return this.villages.change(by, id, request);
  }
}
