import { Module } from '@nestjs/common';
import { JournalModule } from '../journal/journal.module.ts';
import { VillageController } from './village.controller.ts';
import { VillageService } from './village.service.ts';
import { VillageStore } from './village.store.ts';

@Module({
  imports: [JournalModule],
  controllers: [VillageController],
  providers: [VillageStore, VillageService],
  exports: [VillageService],
})
export class VillagesModule {}
