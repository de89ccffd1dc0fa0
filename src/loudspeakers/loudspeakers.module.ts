import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { VillagesModule } from '../villages/villages.module.ts';
import { AlarmController } from './alarm.controller.ts';
import { AlarmService } from './alarm.service.ts';
import { AlarmStore } from './alarm.store.ts';
import { ChecklistController } from './checklist.controller.ts';
import { ChecklistService } from './checklist.service.ts';
import { ChecklistStore } from './checklist.store.ts';
import { HearingStore } from './hearing.store.ts';
import { LoudspeakerController } from './loudspeaker.controller.ts';
import { LoudspeakerService } from './loudspeaker.service.ts';
import { LoudspeakerStore } from './loudspeaker.store.ts';
import { PoleKeeper } from './pole-keeper.service.ts';
import { PoleLink } from './pole.link.ts';
import { ReportService } from './report.service.ts';
import { ReportStore } from './report.store.ts';
import { UnorderedSoundStore } from './unordered-sound.store.ts';

@Module({
  imports: [AccountsModule, BoxesModule, JournalModule, VillagesModule],
  controllers: [AlarmController, ChecklistController, LoudspeakerController],
  providers: [
    AlarmStore,
    AlarmService,
    ChecklistStore,
    ChecklistService,
    HearingStore,
    LoudspeakerStore,
    LoudspeakerService,
    PoleKeeper,
    PoleLink,
    ReportStore,
    ReportService,
    UnorderedSoundStore,
  ],
  exports: [ReportStore, HearingStore, LoudspeakerStore, LoudspeakerService, PoleLink, UnorderedSoundStore],
})
export class LoudspeakersModule {}
