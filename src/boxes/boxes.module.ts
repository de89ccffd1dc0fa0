import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { BoxLink } from './box.link.ts';
import { BoxService } from './box.service.ts';
import { BoxStore } from './box.store.ts';
import { BrokerCredentialsService } from './broker-credentials.service.ts';
import { EnrolmentController } from './enrolment.controller.ts';
import { EnrolmentService } from './enrolment.service.ts';
import { MembershipService } from './membership.service.ts';
import { Places } from './places.ts';
import { ReturnService } from './return.service.ts';
import { StrangerController } from './stranger.controller.ts';
import { StrangerService } from './stranger.service.ts';

/** What is the same for every box: enrolment, the broker's list, the proved line. */
@Module({
  imports: [AccountsModule, JournalModule],
  controllers: [EnrolmentController, StrangerController],
  providers: [
    BoxStore,
    BoxService,
    BrokerCredentialsService,
    EnrolmentService,
    MembershipService,
    Places,
    ReturnService,
    StrangerService,
    BoxLink,
  ],
  exports: [BoxStore, BoxService, BrokerCredentialsService, EnrolmentService, Places, BoxLink],
})
export class BoxesModule {}
