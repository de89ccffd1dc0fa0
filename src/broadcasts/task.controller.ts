import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { TaskService } from './task.service.ts';
import { poleLogView, taskRequest, taskView } from './task.view.ts';
import type { PoleLogView, TaskRequest, TaskView } from './task.view.ts';

const id = z.uuid();

@Controller('api/loudspeakers/:id')
export class TaskController {
  constructor(private readonly tasks: TaskService) {}

  @Get('tasks')
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: z.array(taskView) })
  list(@By() by: Person, @Param('id', { schema: id }) poleId: string): Promise<TaskView[]> {
    return this.tasks.list(by.communeId, poleId);
  }

  @Post('tasks')
  @Needs('loudspeakers.manage')
  @ApiCreatedResponse({ standardSchema: z.array(taskView) })
  ask(
    @By() by: Person,
    @Param('id', { schema: id }) poleId: string,
    @Body({ schema: taskRequest }) request: TaskRequest,
  ): Promise<TaskView[]> {
    return this.tasks.ask(by, poleId, request);
  }

  @Get('logs')
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: z.array(poleLogView) })
  logs(@By() by: Person, @Param('id', { schema: id }) poleId: string): Promise<PoleLogView[]> {
    return this.tasks.logs(by.communeId, poleId);
  }
}
