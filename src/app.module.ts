import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { PlatformModule } from './platform/platform.module.ts';
import type { Platform } from './platform/platform.ts';

/** The map: one line a room, ground up. */
@Module({})
export class AppModule {
  static on(platform: Platform): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.forRoot(platform)],
    };
  }
}
