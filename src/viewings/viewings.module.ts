import { Module } from '@nestjs/common';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { CamerasModule } from '../cameras/cameras.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { ViewingController } from './viewing.controller.ts';
import { ViewingService } from './viewing.service.ts';
import { WatchLink } from './watch.link.ts';

@Module({
  imports: [BoxesModule, CamerasModule, JournalModule],
  controllers: [ViewingController],
  providers: [WatchLink, ViewingService],
})
export class ViewingsModule {}
