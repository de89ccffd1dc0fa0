import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { AlarmService } from './alarm.service.ts';
import { alarmView } from './alarm.view.ts';
import type { AlarmView } from './alarm.view.ts';
import { acknowledgeRequest } from './loudspeaker.request.ts';

@Controller('api/alarms')
export class AlarmController {
  constructor(private readonly alarms: AlarmService) {}

  @Get()
  @Needs('loudspeakers.read')
  @ApiOkResponse({ standardSchema: z.array(alarmView) })
  list(@By() by: Person): Promise<AlarmView[]> {
    return this.alarms.list(by.communeId);
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: z.array(alarmView) })
  acknowledge(
    @By() by: Person,
    @Param('id', { schema: z.uuid() }) alarmId: string,
    @Body({ schema: acknowledgeRequest }) { note }: z.infer<typeof acknowledgeRequest>,
  ): Promise<AlarmView[]> {
    return this.alarms.acknowledge(by, alarmId, note);
  }
}
