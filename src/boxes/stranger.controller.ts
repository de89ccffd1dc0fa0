import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { StrangerService } from './stranger.service.ts';
import { strangersView } from './stranger.view.ts';
import type { StrangersView } from './stranger.view.ts';

@ApiTags('boxes')
@Controller('api/boxes/strangers')
export class StrangerController {
  constructor(private readonly strangers: StrangerService) {}

  /** Devices that were turned away since the service started: of this commune, and of nobody that is known. */
  @Get()
  @Needs('loudspeakers.manage')
  @ApiOkResponse({ standardSchema: strangersView })
  list(@By() by: Person): StrangersView {
    return this.strangers.of(by.communeId);
  }
}
