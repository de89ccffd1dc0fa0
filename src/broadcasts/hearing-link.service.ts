import { Injectable } from '@nestjs/common';
import { v5 } from 'uuid';
import { villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { hashOfToken, newSecretToken } from '../accounts/secret-token.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { JournalService } from '../journal/journal.service.ts';
import { HearingStore } from '../loudspeakers/hearing.store.ts';
import { Database } from '../platform/database/database.ts';
import { communeOf } from '../platform/database/directory.ts';
import { VillageService } from '../villages/village.service.ts';
import { AiringStore } from './airing.store.ts';
import type { HearingAnswerRequest, HearingLinkRequest } from './broadcast.request.ts';
import { BroadcastStore } from './broadcast.store.ts';
import type { HearingAskedView, HearingLinkView } from './broadcast.view.ts';
import { HearingLinkStore } from './hearing-link.store.ts';
import type { HearingLink } from './hearing-link.store.ts';

const dayMs = 86_400_000;
const lastsMs = 7 * dayMs;
/** What somebody was asked yesterday they may answer today. */
const askedWithinMs = 3 * dayMs;
/** People change their minds; programs go on and on. */
const mostAnswers = 60;
const mostAsked = 10;

/**
 * A village head answers by a link, without an account: was this broadcast heard in this village? The token says that
 * one thing and opens nothing else; it stands behind the `#` of the link, which browsers send to nobody.
 */
@Injectable()
export class HearingLinkService {
  constructor(
    private readonly database: Database,
    private readonly links: HearingLinkStore,
    private readonly hearings: HearingStore,
    private readonly airings: AiringStore,
    private readonly broadcasts: BroadcastStore,
    private readonly villages: VillageService,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `broadcasts.beyond-your-villages`, `broadcasts.missing`, `villages.missing` */
  async make(by: Person, { broadcastId, villageId }: HearingLinkRequest): Promise<HearingLinkView> {
    const { communeId } = by;
    if (villagesFor(by, 'broadcasts.schedule')?.includes(villageId) === false)
      throw new Failure('forbidden', 'broadcasts.beyond-your-villages', 'This is not your village');
    const now = this.clock.now();
    const token = newSecretToken();
    const expiresAt = new Date(now + lastsMs);
    await this.database.inCommune(communeId, async (em) => {
      await this.broadcasts.one(em, communeId, broadcastId);
      await this.villages.one(em, communeId, villageId);
      const link = { broadcastId, villageId, expiresAt, tokenHash: hashOfToken(token), madeBy: by.id };
      await this.links.make(em, communeId, link, new Date(now));
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'broadcasts.hearing-link-made' },
        ...{ subjectType: 'broadcast', subjectId: broadcastId, facts: { villageId } },
      });
    });
    return { token, expiresAt: expiresAt.toISOString() };
  }

  /** What the link asks: each time of the last days at which it was due there, the newest first. @throws as `answer` */
  async asked(token: string): Promise<HearingAskedView> {
    const { communeId, broadcastId, villageId, expiresAt } = await this.read(token);
    const now = this.clock.now();
    const range = { from: new Date(now - askedWithinMs), until: new Date(now), broadcastId };
    return this.database.inCommune(communeId, async (em) => {
      const { broadcast } = await this.broadcasts.one(em, communeId, broadcastId);
      const { word, name } = await this.villages.one(em, communeId, villageId);
      const times = await this.airings.timesDue(em, communeId, { ...range, villageId, atMost: mostAsked });
      const said = await this.hearings.between(em, communeId, range);
      return {
        ...{ title: broadcast.title, village: { word, name }, expiresAt: expiresAt.toISOString() },
        occasions: times.map((nominalAt) => ({
          nominalAt: nominalAt.toISOString(),
          // The last word of the village, whoever said it.
          heard:
            said.findLast(
              (each) => each.villageId === villageId && each.nominalAt.getTime() === nominalAt.getTime(),
            )?.heard ?? null,
        })),
      };
    });
  }

  /** @throws Failure `broadcasts.hearing-link-over`: unknown, void, past its time or used too often; `broadcasts.nothing-aired` */
  async answer({ token, heard, ...request }: HearingAnswerRequest): Promise<void> {
    const { communeId, broadcastId, villageId } = await this.read(token);
    const saidAt = this.clock.date();
    const nominalAt = new Date(request.nominalAt);
    await this.database.inCommune(communeId, async (em) => {
      const at = { broadcastId, villageId, nominalAt, now: saidAt };
      const isOld = saidAt.getTime() - nominalAt.getTime() > askedWithinMs;
      if (isOld || !(await this.airings.wasDue(em, communeId, at)))
        throw new Failure('missing', 'broadcasts.nothing-aired', 'Nothing of it was due there then');
      if (!(await this.links.countAnswer(em, communeId, hashOfToken(token), mostAnswers))) throw over();
      const personId = v5(broadcastId, villageId);
      await this.hearings.say(em, communeId, { ...at, personId, heard, saidAt, byLink: true });
      await this.journal.write(em, communeId, {
        ...{ actorId: null, action: 'broadcasts.heard-by-link' },
        ...{ subjectType: 'broadcast', subjectId: broadcastId, facts: { villageId, heard } },
      });
    });
    this.events.tell('broadcasts.changed', { communeId });
  }

  private async read(token: string): Promise<HearingLink & { communeId: string }> {
    const tokenHash = hashOfToken(token);
    const communeId = await communeOf(this.database, 'hearing-link', tokenHash);
    if (communeId === null) throw over();
    const link = await this.database.inCommune(communeId, (em) =>
      this.links.find(em, communeId, tokenHash, this.clock.date()),
    );
    if (link === null) throw over();
    return { ...link, communeId };
  }
}

function over(): Failure {
  return new Failure('missing', 'broadcasts.hearing-link-over', 'This link is too old, void, or never was');
}
