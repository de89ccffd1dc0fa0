import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { SpeechModule } from '../speech/speech.module.ts';
import { AnnouncementController } from './announcement.controller.ts';
import { AnnouncementReader } from './announcement.reader.ts';
import { AnnouncementRenderer } from './announcement.renderer.ts';
import { AnnouncementService } from './announcement.service.ts';
import { AnnouncementStore } from './announcement.store.ts';

@Module({
  imports: [AccountsModule, JournalModule, SpeechModule],
  controllers: [AnnouncementController],
  providers: [AnnouncementStore, AnnouncementRenderer, AnnouncementService, AnnouncementReader],
  exports: [AnnouncementService],
})
export class AnnouncementsModule {}
