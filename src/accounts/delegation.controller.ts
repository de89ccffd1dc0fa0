import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { delegationRequest } from './account.request.ts';
import type { DelegationRequest } from './account.request.ts';
import { delegationView } from './account.view.ts';
import type { DelegationView } from './account.view.ts';
import { DelegationService } from './delegation.service.ts';

@Controller('api/delegations')
@Needs('announcements.approve')
export class DelegationController {
  constructor(private readonly delegations: DelegationService) {}

  @Get()
  @ApiOkResponse({ standardSchema: z.array(delegationView) })
  async own(@By() by: Person): Promise<DelegationView[]> {
    return await this.delegations.own(by);
  }

  @Post()
  @ApiCreatedResponse({ standardSchema: delegationView })
  async begin(
    @By() by: Person,
    @Body({ schema: delegationRequest }) request: DelegationRequest,
  ): Promise<DelegationView> {
    return await this.delegations.begin(by, request);
  }

  @Delete(':id')
  @HttpCode(204)
  async end(@By() by: Person, @Param('id', { schema: z.uuid() }) id: string): Promise<void> {
    await this.delegations.end(by, id);
  }
}
