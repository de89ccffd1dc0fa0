import { Injectable } from '@nestjs/common';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';

import { LoudspeakerService, refusalView } from '../loudspeakers/loudspeaker.service.ts';
import { LoudspeakerStore } from '../loudspeakers/loudspeaker.store.ts';
import { BrokerLink } from '../platform/broker/broker.link.ts';
import { Database } from '../platform/database/database.ts';
import { soundKey } from './airing.ts';
import { AiringStore } from './airing.store.ts';
import type { AiringRow } from './airing.store.ts';
import { airingView } from './airing.words.ts';
import type { OccurrenceView, TodayView } from './broadcast.view.ts';
import { EmergencyService } from './emergency.service.ts';
import { longestMs, occurrencesOf, readFrom, shownOn } from './occurrence.ts';
import { localDateOf, startOfDay } from './schedule.ts';

const dayMs = 86_400_000;

/** What the day and the week look like, read from the ledger. */
@Injectable()
export class TodayService {
  constructor(
    private readonly database: Database,
    private readonly airings: AiringStore,
    private readonly loudspeakers: LoudspeakerService,
    private readonly loudspeakerStore: LoudspeakerStore,
    private readonly emergencies: EmergencyService,
    private readonly communes: CommuneService,
    private readonly wire: BrokerLink,
    private readonly clock: Clock,
  ) {}

  async today(communeId: string): Promise<TodayView> {
    const now = this.clock.now();
    const { timeZone } = await this.communes.get(communeId);
    const from = startOfDay(localDateOf(now, timeZone), timeZone);
    const [poles, emergencies, lines] = await Promise.all([
      this.loudspeakers.list(communeId),
      this.emergencies.inForce(communeId),
      this.occurrences(communeId, readFrom(from, now), from + dayMs, timeZone),
    ]);
    const { sounding, next, mp3s, spoken, refusals } = await this.database.inCommune(
      communeId,
      async (em) => ({
        sounding: await this.airings.sounding(em, communeId, new Date(now - longestMs)),
        next: await this.airings.nextOfEach(em, communeId, new Date(now)),
        mp3s: await this.airings.mp3s(em, communeId, new Date(now - longestMs)),
        spoken: await this.airings.haveSpoken(em, communeId, new Date(now - dayMs)),
        refusals: await this.loudspeakerStore.refusals(em, communeId, null, new Date(now - dayMs), 40),
      }),
    );
    // A pole that fell silent in the middle is waited for: nobody knows whether it sounds, unless it says so.
    const isHeard = new Map(poles.map(({ id, now: { airingId } }) => [id, airingId]));
    const soundingAt = latestByPole(
      sounding.filter(
        (row) => isHeard.get(row.loudspeakerId) === row.id || !airingView(row, now).awaitingReport,
      ),
    );
    const nextAt = new Map(next.map((row) => [row.loudspeakerId, row]));
    return {
      at: new Date(now).toISOString(),
      brokerUp: this.wire.isConnected,
      poles: poles.map(({ id, number, name, villageId, villageName, now: poleNow }) => {
        const row = soundingAt.get(id);
        const coming = nextAt.get(id);
        const mp3 = row === undefined ? undefined : mp3s.get(soundKey(row));
        return {
          ...{ id, number, name, villageId, villageName, now: poleNow },
          airing:
            row === undefined
              ? null
              : { ...airingView(row, now), mp3Url: mp3 === undefined ? null : `/audio/${mp3}` },
          hasSpoken: spoken.has(id),
          next: coming === undefined ? null : { title: coming.title, at: coming.nominalAt.toISOString() },
        };
      }),
      occurrences: shownOn(from, lines),
      emergencies,
      refusals: refusals.map(refusalView),
    };
  }

  /** A week from a local date, 7 days. */
  async week(communeId: string, fromDate: string): Promise<OccurrenceView[]> {
    const { timeZone } = await this.communes.get(communeId);
    const from = startOfDay(fromDate, timeZone);
    return this.occurrences(communeId, from, from + 7 * dayMs, timeZone);
  }

  private async occurrences(
    communeId: string,
    from: number,
    until: number,
    timeZone: string,
  ): Promise<OccurrenceView[]> {
    const counts = await this.database.inCommune(communeId, (em) =>
      this.airings.counts(em, communeId, new Date(from), new Date(until)),
    );
    return occurrencesOf(counts, timeZone, this.clock.now());
  }
}

function latestByPole(rows: readonly AiringRow[]): Map<string, AiringRow> {
  const latest = new Map<string, AiringRow>();
  for (const row of rows) {
    const known = latest.get(row.loudspeakerId);
    if (known === undefined || (known.startedAt ?? 0) < (row.startedAt ?? 0))
      latest.set(row.loudspeakerId, row);
  }
  return latest;
}
