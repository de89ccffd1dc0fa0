import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { precedenceRequest } from './broadcast.request.ts';
import type { PrecedenceRequest } from './broadcast.request.ts';
import { collisionView } from './broadcast.view.ts';
import type { CollisionView } from './broadcast.view.ts';
import { CollisionService } from './collision.service.ts';

@Controller('api/collisions')
export class CollisionController {
  constructor(private readonly collisions: CollisionService) {}

  @Get()
  @Needs('broadcasts.read')
  @ApiOkResponse({ standardSchema: z.array(collisionView) })
  list(@By() by: Person): Promise<CollisionView[]> {
    return this.collisions.list(by.communeId);
  }

  @Post()
  @HttpCode(200)
  @Needs('broadcasts.schedule')
  @ApiOkResponse({ standardSchema: z.array(collisionView) })
  decide(
    @By() by: Person,
    @Body({ schema: precedenceRequest }) request: PrecedenceRequest,
  ): Promise<CollisionView[]> {
    return this.collisions.decide(by, request);
  }
}
