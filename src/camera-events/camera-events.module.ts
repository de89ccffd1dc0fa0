import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { CamerasModule } from '../cameras/cameras.module.ts';
import { DetectorsModule } from '../detectors/detectors.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { LoudspeakersModule } from '../loudspeakers/loudspeakers.module.ts';
import { VillagesModule } from '../villages/villages.module.ts';
import { CameraEventController } from './camera-event.controller.ts';
import { CameraEventService } from './camera-event.service.ts';
import { CameraEventStore } from './camera-event.store.ts';
import { DetectionController } from './detection.controller.ts';
import { DetectionService } from './detection.service.ts';
import { EventStyleController } from './event-style.controller.ts';
import { EventStyleService } from './event-style.service.ts';
import { EventStyleStore } from './event-style.store.ts';
import { FloodService } from './flood.service.ts';
import { NoticeService } from './notice.service.ts';
import { OutageService } from './outage.service.ts';
import { RereadingService } from './rereading.service.ts';
import { RereadingStore } from './rereading.store.ts';
import { RetentionService } from './retention.service.ts';
import { SnapshotFiles } from './snapshot.files.ts';
import { StrayController } from './stray.controller.ts';
import { StrayService } from './stray.service.ts';
import { MorePicturesStore } from './more-pictures.store.ts';
import { StrayStore } from './stray.store.ts';

@Module({
  imports: [
    AccountsModule,
    JournalModule,
    VillagesModule,
    BoxesModule,
    LoudspeakersModule,
    CamerasModule,
    DetectorsModule,
  ],
  controllers: [CameraEventController, DetectionController, EventStyleController, StrayController],
  providers: [
    CameraEventStore,
    EventStyleStore,
    SnapshotFiles,
    CameraEventService,
    NoticeService,
    DetectionService,
    OutageService,
    FloodService,
    RetentionService,
    RereadingStore,
    RereadingService,
    EventStyleService,
    StrayStore,
    MorePicturesStore,
    StrayService,
  ],
  exports: [CameraEventStore],
})
export class CameraEventsModule {}
