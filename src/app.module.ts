import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.ts';
import { AnnouncementsModule } from './announcements/announcements.module.ts';
import { BoxesModule } from './boxes/boxes.module.ts';
import { BroadcastsModule } from './broadcasts/broadcasts.module.ts';
import { CameraEventsModule } from './camera-events/camera-events.module.ts';
import { CameraHealthModule } from './camera-health/camera-health.module.ts';
import { CamerasModule } from './cameras/cameras.module.ts';
import { DemonstrationModule } from './demonstration/demonstration.module.ts';
import { DetectorsModule } from './detectors/detectors.module.ts';
import { JournalModule } from './journal/journal.module.ts';
import { LiveModule } from './live/live.module.ts';
import { LoudspeakersModule } from './loudspeakers/loudspeakers.module.ts';
import { PlatformModule } from './platform/platform.module.ts';
import type { Platform } from './platform/platform.ts';
import { LexiconModule } from './lexicon/lexicon.module.ts';
import { SpeechModule } from './speech/speech.module.ts';
import { ReplaysModule } from './replays/replays.module.ts';
import { ViewingsModule } from './viewings/viewings.module.ts';
import { VillagesModule } from './villages/villages.module.ts';

/** The map: one line a room, ground up. */
@Module({})
export class AppModule {
  static on(platform: Platform): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(platform),
        JournalModule,
        AccountsModule,
        VillagesModule,
        BoxesModule,
        SpeechModule,
        LexiconModule,
        AnnouncementsModule,
        LoudspeakersModule,
        BroadcastsModule,
        CamerasModule,
        DetectorsModule,
        CameraEventsModule,
        ViewingsModule,
        CameraHealthModule,
        ReplaysModule,
        LiveModule,
        DemonstrationModule,
      ],
    };
  }
}
