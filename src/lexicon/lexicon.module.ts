import { Module } from '@nestjs/common';
import { JournalModule } from '../journal/journal.module.ts';
import { SpeechModule } from '../speech/speech.module.ts';
import { CommuneReading } from './commune-reading.service.ts';
import { LexiconController } from './lexicon.controller.ts';
import { LexiconService } from './lexicon.service.ts';
import { LexiconStore } from './lexicon.store.ts';
import { ReadingController } from './reading.controller.ts';

@Module({
  imports: [JournalModule, SpeechModule],
  controllers: [LexiconController, ReadingController],
  providers: [LexiconStore, CommuneReading, LexiconService],
  exports: [CommuneReading, LexiconService],
})
export class LexiconModule {}
