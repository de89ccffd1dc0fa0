import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { communeRequest } from './account.request.ts';
import type { CommuneRequest } from './account.request.ts';
import { communeView } from './account.view.ts';
import type { CommuneView } from './account.view.ts';
import { CommuneService } from './commune.service.ts';

@Controller('api/commune')
export class CommuneController {
  constructor(private readonly communes: CommuneService) {}

  @Get()
  @Needs('session')
  @ApiOkResponse({ standardSchema: communeView })
  async own(@By() by: Person): Promise<CommuneView> {
    return await this.communes.get(by.communeId);
  }

  @Patch()
  @Needs('commune.manage')
  @ApiOkResponse({ standardSchema: communeView })
  async change(
    @By() by: Person,
    @Body({ schema: communeRequest }) request: CommuneRequest,
  ): Promise<CommuneView> {
    return await this.communes.change(by, request);
  }
}
