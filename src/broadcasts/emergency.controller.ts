import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { emergencyDraftRequest, emergencyRequest } from './broadcast.request.ts';
import type { EmergencyDraftRequest, EmergencyRequest } from './broadcast.request.ts';
import { emergencyDraftView, emergencyView, safetyView } from './broadcast.view.ts';
import type { EmergencyDraftView, EmergencyView, SafetyView } from './broadcast.view.ts';
import { EmergencyService } from './emergency.service.ts';

@Controller('api')
export class EmergencyController {
  constructor(private readonly emergencies: EmergencyService) {}

  /** Of what is kept for the day the database is down: the console asks when nothing else answers. */
  @Get('safety')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: safetyView })
  safety(@By() by: Person): Promise<SafetyView> {
    return this.emergencies.safetyView(by);
  }

  @Get('emergencies')
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: z.array(emergencyView) })
  list(@By() by: Person): Promise<EmergencyView[]> {
    return this.emergencies.list(by.communeId);
  }

  @Get('emergencies/prepared')
  @Needs('emergencies.raise')
  @ApiOkResponse({ standardSchema: z.array(emergencyDraftView) })
  prepared(@By() by: Person): Promise<EmergencyDraftView[]> {
    return this.emergencies.prepared(by.communeId);
  }

  @Post('emergencies/drafts')
  @Needs('emergencies.raise')
  @ApiCreatedResponse({ standardSchema: emergencyDraftView })
  draft(
    @By() by: Person,
    @Body({ schema: emergencyDraftRequest }) request: EmergencyDraftRequest,
  ): Promise<EmergencyDraftView> {
    return this.emergencies.draft(by, request);
  }

  @Post('emergencies')
  @Needs('emergencies.raise')
  @ApiCreatedResponse({ standardSchema: emergencyView })
  raise(
    @By() by: Person,
    @Body({ schema: emergencyRequest }) request: EmergencyRequest,
  ): Promise<EmergencyView> {
    return this.emergencies.raise(by, request);
  }

  @Post('emergencies/:id/cancel')
  @HttpCode(204)
  @Needs('emergencies.raise')
  cancel(@By() by: Person, @Param('id', { schema: z.uuid() }) id: string): Promise<void> {
    return this.emergencies.cancel(by, id);
  }
}
