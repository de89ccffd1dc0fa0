import { Injectable } from '@nestjs/common';
import { v5 } from 'uuid';
import { villagesFor } from '../access/rights.ts';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { JournalService } from '../journal/journal.service.ts';
import { LoudspeakerService } from '../loudspeakers/loudspeaker.service.ts';
import { Database } from '../platform/database/database.ts';
import { BroadcastStore } from './broadcast.store.ts';
import type { PrecedenceRequest } from './broadcast.request.ts';
import type { CollisionView } from './broadcast.view.ts';
import { collisions, precedenceOf } from './collisions.ts';
import type { Collision } from './collisions.ts';
import { CompilationService } from './compilation.service.ts';
import { PrecedenceStore } from './precedence.store.ts';
import { soundings } from './programme.ts';
import { refuseBadTarget } from './reach.ts';

/** So far ahead people are asked (ms). */
const aheadMs = 7 * 86_400_000;

/**
 * Circular 39/2020: where two priority items collide, the commune's user decides the order. Asked ahead of time; until
 * somebody answers they play in the order in which they were scheduled, and the journal says that nobody decided.
 */
@Injectable()
export class CollisionService {
  constructor(
    private readonly database: Database,
    private readonly compilations: CompilationService,
    private readonly precedences: PrecedenceStore,
    private readonly broadcasts: BroadcastStore,
    private readonly loudspeakers: LoudspeakerService,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  async list(communeId: string): Promise<CollisionView[]> {
    const now = this.clock.now();
    const { found, titles } = await this.between(communeId, now, now + aheadMs);
    const broadcast = (id: string) => ({ id, title: titles.get(id) ?? '' });
    return found.map(({ earlierId, laterId, at, firstId, poles }) => ({
      earlier: broadcast(earlierId),
      later: broadcast(laterId),
      ...{ at: new Date(at).toISOString(), poles, firstId },
    }));
  }

  /** @throws Failure `broadcasts.no-collision`: these two never meet */
  async decide(by: Person, { firstId, secondId }: PrecedenceRequest): Promise<CollisionView[]> {
    const { communeId } = by;
    const known = await this.list(communeId);
    const ids = [firstId, secondId];
    if (
      firstId === secondId ||
      !known.some(({ earlier, later }) => [earlier.id, later.id].every((id) => ids.includes(id)))
    ) {
      throw new Failure('conflict', 'broadcasts.no-collision', 'These two broadcasts do not collide');
    }
    const poles = await this.loudspeakers.all(communeId);
    await this.database.inCommune(communeId, async (em) => {
      for (const id of ids) {
        const { broadcast } = await this.broadcasts.one(em, communeId, id);
        refuseBadTarget(broadcast.target, poles, villagesFor(by, 'broadcasts.schedule'));
      }
      await this.precedences.decide(em, communeId, { firstId, secondId, by: by.id, at: this.clock.date() });
      await this.journal.write(em, communeId, {
        ...{ actorId: by.id, action: 'broadcasts.precedence-decided' },
        ...{ subjectType: 'broadcast', subjectId: firstId, facts: { firstId, secondId } },
      });
    });
    this.events.tell('broadcasts.reordered', { communeId });
    return this.list(communeId);
  }

  /** Writes into the journal, once each, what began to sound undecided in this period. */
  async noteUndecided(communeId: string, fromAt: number, untilAt: number): Promise<void> {
    const { found } = await this.between(communeId, fromAt, untilAt);
    for (const { earlierId, laterId, at, firstId, poles } of found) {
      if (firstId !== null || at < fromAt) continue;
      await this.database.inCommune(communeId, (em) =>
        this.journal.writeLate(
          em,
          communeId,
          {
            ...{ actorId: null, action: 'broadcasts.collision-undecided' },
            ...{ subjectType: 'broadcast', subjectId: earlierId, facts: { earlierId, laterId, poles } },
          },
          { at: new Date(at), spoolId: v5(precedenceOf(String(at), laterId), earlierId) },
        ),
      );
    }
  }

  private async between(
    communeId: string,
    fromAt: number,
    untilAt: number,
  ): Promise<{ found: Collision[]; titles: ReadonlyMap<string, string> }> {
    const ground = await this.compilations.ground(communeId);
    const { compilation } = await this.database.inCommune(communeId, (em) =>
      this.compilations.make(em, ground, { fromAt, untilAt }),
    );
    const all = soundings({
      ...compilation,
      broadcasts: compilation.broadcasts.filter(({ priority }) => priority === 'priority'),
    });
    const due = all.filter(({ startAt, version }) => startAt + version.audio.seconds * 1_000 > fromAt);
    return {
      found: collisions(due, compilation.precedence),
      titles: new Map(compilation.broadcasts.map(({ id, title }) => [id, title])),
    };
  }
}

declare module '../base/events.ts' {
  interface News {
    'broadcasts.reordered': { communeId: string };
  }
}
