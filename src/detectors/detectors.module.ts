import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { CamerasModule } from '../cameras/cameras.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { DetectorController } from './detector.controller.ts';
import { DetectorLink } from './detector.link.ts';
import { DetectorService } from './detector.service.ts';
import { DetectorStore } from './detector.store.ts';

@Module({
  imports: [AccountsModule, JournalModule, BoxesModule, CamerasModule],
  controllers: [DetectorController],
  providers: [DetectorStore, DetectorService, DetectorLink],
  exports: [DetectorStore, DetectorService, DetectorLink],
})
export class DetectorsModule {}
