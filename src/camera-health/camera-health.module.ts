import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { CameraEventsModule } from '../camera-events/camera-events.module.ts';
import { CamerasModule } from '../cameras/cameras.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { VillagesModule } from '../villages/villages.module.ts';
import { CheckService } from './check.service.ts';
import { HealthController } from './health.controller.ts';
import { HealthService } from './health.service.ts';
import { HealthStore } from './health.store.ts';
import { SheetService } from './sheet.service.ts';
import { StillFiles } from './still.files.ts';

@Module({
  imports: [AccountsModule, JournalModule, VillagesModule, BoxesModule, CamerasModule, CameraEventsModule],
  controllers: [HealthController],
  providers: [HealthStore, StillFiles, CheckService, HealthService, SheetService],
  exports: [HealthStore],
})
export class CameraHealthModule {}
