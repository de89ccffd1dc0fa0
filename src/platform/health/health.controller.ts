import { Controller, Get, SetMetadata } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { Broker } from '../broker/broker.ts';
import { Database } from '../database/database.ts';
import { Disk } from '../files/disk.service.ts';
import { ServiceVersion } from './version.ts';

const healthSchema = z.object({
  /** `degraded`: it answers, stops loudspeakers and raises prepared emergencies, and not everything else. */
  status: z.enum(['ok', 'degraded']),
  database: z.enum(['up', 'down']),
  broker: z.enum(['up', 'down']),
  diskFreeBytes: z.number().nullable(),
  version: z.string(),
});

@Controller('api/health')
// Open to anybody: a monitor has no account, and it learns nothing but whether we are well. (`@Open()` of the room
// access, which lies above the platform.)
@SetMetadata('loa:open', true)
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly disk: Disk,
    private readonly version: ServiceVersion,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: healthSchema })
  async health(): Promise<z.infer<typeof healthSchema>> {
    const isDatabaseUp = await this.database.isUp();
    const isBrokerUp = this.broker.isUp();
    return {
      status: isDatabaseUp && isBrokerUp ? 'ok' : 'degraded',
      database: isDatabaseUp ? 'up' : 'down',
      broker: isBrokerUp ? 'up' : 'down',
      diskFreeBytes: await this.disk.freeBytes().catch(() => null),
      version: this.version.text,
    };
  }
}
