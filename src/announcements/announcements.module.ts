import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { LexiconModule } from '../lexicon/lexicon.module.ts';
import { SpeechModule } from '../speech/speech.module.ts';
import { VillagesModule } from '../villages/villages.module.ts';
import { AffectedController } from './affected.controller.ts';
import { AffectedService } from './affected.service.ts';
import { AnnouncementController } from './announcement.controller.ts';
import { AnnouncementReader } from './announcement.reader.ts';
import { AnnouncementRenderer } from './announcement.renderer.ts';
import { AnnouncementService } from './announcement.service.ts';
import { AnnouncementStore } from './announcement.store.ts';
import { TemplateController } from './template.controller.ts';
import { TemplateService } from './template.service.ts';
import { VersionController } from './version.controller.ts';
import { VersionService } from './version.service.ts';

@Module({
  imports: [AccountsModule, JournalModule, SpeechModule, LexiconModule, VillagesModule],
  controllers: [TemplateController, AnnouncementController, AffectedController, VersionController],
  providers: [
    AnnouncementStore,
    AnnouncementRenderer,
    AnnouncementService,
    AnnouncementReader,
    TemplateService,
    VersionService,
    AffectedService,
  ],
  exports: [AnnouncementService],
})
export class AnnouncementsModule {}
