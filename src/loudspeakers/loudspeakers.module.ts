import { Module } from '@nestjs/common';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { VillagesModule } from '../villages/villages.module.ts';
import { LoudspeakerController } from './loudspeaker.controller.ts';
import { LoudspeakerService } from './loudspeaker.service.ts';
import { LoudspeakerStore } from './loudspeaker.store.ts';
import { PoleLink } from './pole.link.ts';

@Module({
  imports: [BoxesModule, JournalModule, VillagesModule],
  controllers: [LoudspeakerController],
  providers: [LoudspeakerStore, LoudspeakerService, PoleLink],
  exports: [LoudspeakerStore, LoudspeakerService, PoleLink],
})
export class LoudspeakersModule {}
