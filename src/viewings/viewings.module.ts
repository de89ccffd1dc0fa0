import { Module } from '@nestjs/common';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { CamerasModule } from '../cameras/cameras.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { GlimpseLink } from './glimpse.link.ts';
import { GlimpseService } from './glimpse.service.ts';
import { TurnLink } from './turn.link.ts';
import { TurningService } from './turning.service.ts';
import { ViewingController } from './viewing.controller.ts';
import { ViewingService } from './viewing.service.ts';
import { WatchLink } from './watch.link.ts';

@Module({
  imports: [BoxesModule, CamerasModule, JournalModule],
  controllers: [ViewingController],
  providers: [WatchLink, TurnLink, GlimpseLink, ViewingService, TurningService, GlimpseService],
})
export class ViewingsModule {}
