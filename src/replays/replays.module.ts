import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { CameraEventsModule } from '../camera-events/camera-events.module.ts';
import { CameraHealthModule } from '../camera-health/camera-health.module.ts';
import { CamerasModule } from '../cameras/cameras.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { ClipFiles } from './clip.files.ts';
import { Films } from './film.ffmpeg.ts';
import { ReplayController } from './replay.controller.ts';
import { ReplayLink } from './replay.link.ts';
import { ReplayService } from './replay.service.ts';
import { ReplayStore } from './replay.store.ts';

@Module({
  imports: [
    AccountsModule,
    JournalModule,
    BoxesModule,
    CamerasModule,
    CameraEventsModule,
    CameraHealthModule,
  ],
  controllers: [ReplayController],
  providers: [ClipFiles, Films, ReplayStore, ReplayLink, ReplayService],
})
export class ReplaysModule {}
