import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Config } from '../platform/config/config.ts';
import { JournalController } from './journal.controller.ts';
import { JournalService } from './journal.service.ts';
import { JournalStore } from './journal.store.ts';
import { Witness } from './witness.file.ts';

@Module({
  controllers: [JournalController],
  providers: [
    JournalService,
    JournalStore,
    {
      provide: Witness,
      inject: [Config],
      useFactory: (config: Config) => new Witness(join(config.values.dataDirectory, 'journal')),
    },
  ],
  exports: [JournalService],
})
export class JournalModule {}
