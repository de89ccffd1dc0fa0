import { Injectable } from '@nestjs/common';
import { villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { PeopleService } from '../accounts/people.service.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { JournalService } from '../journal/journal.service.ts';
import { HearingStore } from '../loudspeakers/hearing.store.ts';
import { Database } from '../platform/database/database.ts';
import { AiringStore } from './airing.store.ts';
import type { HearingRequest } from './broadcast.request.ts';
import type { HearingView } from './broadcast.view.ts';

/** What village heads confirm: a pole can say that it played, only a person that it was heard. */
@Injectable()
export class HearingService {
  constructor(
    private readonly database: Database,
    private readonly store: HearingStore,
    private readonly airings: AiringStore,
    private readonly people: PeopleService,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** In the order in which it was said: the last one of a village counts. */
  async between(
    communeId: string,
    range: { from: Date; until: Date; broadcastId?: string | undefined },
  ): Promise<HearingView[]> {
    const rows = await this.database.inCommune(communeId, (em) => this.store.between(em, communeId, range));
    const names = await this.people.names(communeId, [
      ...new Set(rows.filter(({ byLink }) => !byLink).map(({ personId }) => personId)),
    ]);
    return rows.map(({ broadcastId, nominalAt, villageId, personId, heard, saidAt, byLink }) => ({
      ...{ broadcastId, villageId, heard, nominalAt: nominalAt.toISOString(), saidAt: saidAt.toISOString() },
      ...{ personName: names.get(personId) ?? '', byLink },
    }));
  }

  /** @throws Failure `broadcasts.beyond-your-villages`; `broadcasts.nothing-aired`: it was not due there then */
  async say(by: Person, { broadcastId, villageId, heard, ...request }: HearingRequest): Promise<void> {
    const { communeId } = by;
    const nominalAt = new Date(request.nominalAt);
    const saidAt = this.clock.date();
    await this.database.inCommune(communeId, async (em) => {
      const at = { broadcastId, villageId, nominalAt, now: saidAt };
      if (!(await this.airings.wasDue(em, communeId, at))) {
        throw new Failure(
          'missing',
          'broadcasts.nothing-aired',
          'Nothing of it was due in that village then',
        );
      }
      if (villagesFor(by, 'broadcasts.confirm')?.includes(villageId) === false) {
        throw new Failure('forbidden', 'broadcasts.beyond-your-villages', 'This is not your village');
      }
      await this.store.say(em, communeId, { ...at, personId: by.id, heard, saidAt, byLink: false });
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'broadcasts.heard' },
        ...{ subjectType: 'broadcast', subjectId: broadcastId, facts: { villageId, heard } },
      });
    });
    this.events.tell('broadcasts.changed', { communeId });
  }
}
