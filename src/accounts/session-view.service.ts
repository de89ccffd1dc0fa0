import { Injectable } from '@nestjs/common';
import { may, rights } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { Config } from '../platform/config/config.ts';
import type { SessionView } from './account.view.ts';
import { CommuneService } from './commune.service.ts';
import type { SignedIn } from './session.service.ts';
import { SessionMemory } from './session-reader.service.ts';

/** What the console is told about who is signed in. Works with the database down. */
@Injectable()
export class SessionViewService {
  constructor(
    private readonly communes: CommuneService,
    private readonly memory: SessionMemory,
    private readonly config: Config,
  ) {}

  async of(person: Person): Promise<SessionView> {
    return {
      person: {
        ...{ id: person.id, displayName: person.displayName, roles: [...person.roles] },
        ...{ villageIds: [...person.villageIds], mustChangePassword: person.mustChangePassword === true },
      },
      rights: rights.filter((right) => may(person, right)),
      commune: await this.communes.get(person.communeId),
      demonstration: this.config.values.demonstration.controlUrl !== '',
    };
  }

  async ofFresh(signedIn: SignedIn): Promise<SessionView> {
    const person = await this.memory.personOf(signedIn.sessionToken, true);
    if (person === null) throw new Error('The session that was just opened is not there');
    return await this.of(person);
  }
}
