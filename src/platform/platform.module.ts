import type { DynamicModule } from '@nestjs/common';
import { Global, Logger, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Clock } from '../base/clock.ts';
import { messageOf } from '../base/error.ts';
import { Events } from '../base/events.ts';
import { Addresses } from './addresses.ts';
import { BrokerLink } from './broker/broker.link.ts';
import { Broker } from './broker/broker.ts';
import { Config } from './config/config.ts';
import { Database } from './database/database.ts';
import { Disk } from './files/disk.service.ts';
import { HealthController } from './health/health.controller.ts';
import { ServiceVersion } from './health/version.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import type { Platform } from './platform.ts';
import { Authority } from './tls/authority.ts';

/** Hands the ground floor to the rooms: each asks for what it needs by class. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(platform: Platform): DynamicModule {
    const shared = [
      { provide: Config, useValue: platform.config },
      { provide: Clock, useValue: platform.clock },
      { provide: Database, useValue: platform.database },
      { provide: Broker, useValue: platform.broker },
      { provide: BrokerLink, useValue: platform.brokerLink },
      { provide: Authority, useValue: platform.authority },
      { provide: Addresses, useValue: platform.addresses },
      { provide: Disk, useValue: platform.disk },
      { provide: Events, useFactory: newEvents },
      ServiceVersion,
    ];
    return {
      module: PlatformModule,
      controllers: [HealthController],
      providers: [...shared, { provide: APP_FILTER, useClass: ProblemFilter }],
      exports: shared,
    };
  }
}

function newEvents(): Events {
  const log = new Logger('Events');
  return new Events((name, error) => log.error(`A listener of ${name} failed: ${messageOf(error)}`));
}
