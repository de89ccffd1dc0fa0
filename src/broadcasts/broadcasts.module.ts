import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { AnnouncementsModule } from '../announcements/announcements.module.ts';
import { ClockWatch } from '../base/clock-watch.ts';
import { Clock } from '../base/clock.ts';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { LoudspeakersModule } from '../loudspeakers/loudspeakers.module.ts';
import { Config } from '../platform/config/config.ts';
import { LexiconModule } from '../lexicon/lexicon.module.ts';
import { SpeechModule } from '../speech/speech.module.ts';
import { VillagesModule } from '../villages/villages.module.ts';
import { AiringStore } from './airing.store.ts';
import { BroadcastController } from './broadcast.controller.ts';
import { BroadcastService } from './broadcast.service.ts';
import { BroadcastStore } from './broadcast.store.ts';
import { BroadcastsWiring } from './broadcasts.wiring.ts';
import { CollisionController } from './collision.controller.ts';
import { CollisionService } from './collision.service.ts';
import { CompilationService } from './compilation.service.ts';
import { EmergencyController } from './emergency.controller.ts';
import { EmergencyService } from './emergency.service.ts';
import { EmergencyStore } from './emergency.store.ts';
import { ForesightController } from './foresight.controller.ts';
import { ForesightService } from './foresight.service.ts';
import { HearingController } from './hearing.controller.ts';
import { HearingLinkController } from './hearing-link.controller.ts';
import { HearingLinkService } from './hearing-link.service.ts';
import { HearingLinkStore } from './hearing-link.store.ts';
import { HearingService } from './hearing.service.ts';
import { OrderService } from './order.service.ts';
import { OrderSpool } from './order.spool.ts';
import { PrecedenceStore } from './precedence.store.ts';
import { ProgrammeService } from './programme.service.ts';
import { ProgrammeStore } from './programme.store.ts';
import { ReceiptService } from './receipt.service.ts';
import { RecordingRetention } from './recording-retention.service.ts';
import { SafetySnapshot } from './safety.snapshot.ts';
import { TaskController } from './task.controller.ts';
import { TaskService } from './task.service.ts';
import { TaskStore } from './task.store.ts';
import { TodayService } from './today.service.ts';
import { UnusedRecordingStore } from './unused-recording.store.ts';

@Module({
  imports: [
    AccountsModule,
    AnnouncementsModule,
    BoxesModule,
    JournalModule,
    LoudspeakersModule,
    SpeechModule,
    VillagesModule,
    LexiconModule,
  ],
  controllers: [
    CollisionController,
    ForesightController,
    HearingController,
    HearingLinkController,
    BroadcastController,
    EmergencyController,
    TaskController,
  ],
  providers: [
    AiringStore,
    BroadcastStore,
    EmergencyStore,
    ProgrammeStore,
    PrecedenceStore,
    CollisionService,
    ForesightService,
    HearingService,
    HearingLinkService,
    HearingLinkStore,
    CompilationService,
    BroadcastService,
    EmergencyService,
    OrderService,
    ProgrammeService,
    { provide: ClockWatch, useFactory: (clock: Clock) => new ClockWatch(clock), inject: [Clock] },
    ReceiptService,
    TaskService,
    TaskStore,
    TodayService,
    UnusedRecordingStore,
    RecordingRetention,
    BroadcastsWiring,
    {
      provide: OrderSpool,
      useFactory: (config: Config) => new OrderSpool(join(config.values.dataDirectory, 'spool', 'orders')),
      inject: [Config],
    },
    {
      provide: SafetySnapshot,
      useFactory: (config: Config) => new SafetySnapshot(join(config.values.dataDirectory, 'safety')),
      inject: [Config],
    },
  ],
})
export class BroadcastsModule {}
