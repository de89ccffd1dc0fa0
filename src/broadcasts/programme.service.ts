import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { seal } from '../../devices/protocol/envelope.ts';
import { leftOutBefore } from '../../devices/protocol/pole-messages.ts';
import { CommuneKeys } from '../accounts/commune-keys.store.ts';
import { Breath } from '../base/breath.ts';
import { ClockWatch } from '../base/clock-watch.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { LoudspeakerStore } from '../loudspeakers/loudspeaker.store.ts';
import { PoleLink } from '../loudspeakers/pole.link.ts';
import { Config } from '../platform/config/config.ts';
import { Database } from '../platform/database/database.ts';
import { AiringStore } from './airing.store.ts';
import type { NewAiring } from './airing.store.ts';
import { EmergencyStore } from './emergency.store.ts';
import { CompilationService } from './compilation.service.ts';
import type { Ground } from './compilation.service.ts';
import { stopMarginMs } from './order.service.ts';
import { compileProgramme, contentHash, soundings } from './programme.ts';
import type { ProgrammeContent } from './programme.ts';
import { ProgrammeStore } from './programme.store.ts';
import type { IssuedProgramme } from './programme.store.ts';
import { SafetySnapshot } from './safety.snapshot.ts';

const dayMs = 86_400_000;
/** A pole's days reach this much further than promised, so that they are compiled anew at most twice a day. */
const slackMs = dayMs / 2;
/** No pole can have been given a greater one: milliseconds since 1970, some thousand years on. */
const greatestNumber = 1e14;

/** Programmes that are sealed and lie in memory at once: about 10 kB each. */
const sentAtOnce = 1_000;

/** Airings in one statement: what is read for it, and waits for it, takes some 30 ms of this process. */
const bookedAtOnce = 2_000;

interface Issue {
  readonly content: ProgrammeContent;
  readonly issued: IssuedProgramme;
}

/**
 * Compiles everything that a pole will say in the coming days into its programme, books the airings and publishes it.
 * Compiled from what is in the database, whole and anew each time: whoever changes anything only has to say so.
 */
@Injectable()
export class ProgrammeService {
  private readonly log = new Logger('Programmes');
  private readonly lines = new Map<string, Promise<void>>();
  /** Compilations that wait for their turn: who asks for the same meanwhile shares it. */
  private readonly queued = new Map<string, Promise<void>>();
  /** What poles say that they hold, where that is newer than what we know of. */
  private readonly ahead = new Map<string, number>();
  /** Numbers last issued, for the replay floors of a welcome. */
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly compilations: CompilationService,
    private readonly airings: AiringStore,
    private readonly emergencies: EmergencyStore,
    private readonly programmes: ProgrammeStore,
    private readonly loudspeakers: LoudspeakerStore,
    private readonly keys: CommuneKeys,
    private readonly link: PoleLink,
    private readonly safety: SafetySnapshot,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly clockWatch: ClockWatch,
  ) {}

  /**
   * A pole holds a newer programme than we ever issued: our books are an older backup's. The next one goes beyond it,
   * else the pole would refuse everything that we say as replayed.
   */
  async outrun(communeId: string, poleId: string, heldNumber: number): Promise<void> {
    if (heldNumber > greatestNumber) return;
    this.ahead.set(poleId, Math.max(this.ahead.get(poleId) ?? 0, heldNumber));
    await this.refresh(communeId, [poleId]);
  }

  /** The number of a pole's newest programme; null where it is not known (yet). */
  numberOf(poleId: string): number | null {
    return this.numbers.get(poleId) ?? null;
  }

  /**
   * Compiles a commune's programmes and publishes those that changed; one at a time for each commune.
   * @param only these poles are published even where nothing changed (a pole said hello, the broker came back)
   */
  async refresh(communeId: string, only: 'changed' | 'all' | readonly string[] = 'changed'): Promise<void> {
    const key = `${communeId}/${typeof only === 'string' ? only : only.join()}`;
    let mine = this.queued.get(key);
    if (mine === undefined) {
      const before = this.lines.get(communeId) ?? Promise.resolve();
      mine = before
        .catch(() => undefined)
        .then(() => {
          this.queued.delete(key);
          return this.compileAndPublish(communeId, only);
        });
      this.queued.set(key, mine);
      this.lines.set(communeId, mine);
    }
    await mine;
  }

  private async compileAndPublish(
    communeId: string,
    only: 'changed' | 'all' | readonly string[],
  ): Promise<void> {
    const ground = await this.compilations.ground(communeId);
    const issues = await this.compiled(ground, only);
    await this.keepSafety(ground);
    await this.publish(communeId, issues);
  }

  /**
   * Poles' receipts lock the same airings, each in its own order: PostgreSQL ends one of two that wait for each other.
   * The compilation is then made once more, since what it plans has been promised already.
   */
  private async compiled(
    ground: Ground,
    only: 'changed' | 'all' | readonly string[],
    triesLeft = 3,
  ): Promise<Issue[]> {
    const { communeId } = ground;
    try {
      return await this.database.inCommune(communeId, async (em) => {
        await this.programmes.lock(em, communeId);
        return this.compile(em, ground, only);
      });
    } catch (error) {
      const isDeadlock = error instanceof Failure && error.code === 'platform.try-again';
      if (!isDeadlock || triesLeft === 0) throw error;
      return this.compiled(ground, only, triesLeft - 1);
    }
  }

  private async compile(
    em: EntityManager,
    ground: Ground,
    wanted: 'changed' | 'all' | readonly string[],
  ): Promise<Issue[]> {
    const { communeId } = ground;
    const clockNow = this.clock.now();
    // A clock that was set forward may be wrong: what is due by the poles' must not be left out as over.
    const now = clockNow - this.clockWatch.doubtMs;
    const horizonMs = this.config.values.programmes.daysAhead * dayMs;
    const untilAt = clockNow + horizonMs + slackMs;
    const period = { fromAt: leftOutBefore({ issuedAt: now }), untilAt };
    await this.emergencies.endStopsBy(em, communeId, clockNow + stopMarginMs);
    const { compilation, poles } = await this.compilations.make(em, ground, period);
    const issued = await this.programmes.issued(em, communeId);

    const { keyId } = this.keys.signingKey(communeId);
    const all = soundings(compilation);
    const toPublish: Issue[] = [];
    const changed: IssuedProgramme[] = [];
    const planned: NewAiring[] = [];
    const plannedByPole = new Map<string, string[]>();
    const book = async (): Promise<void> => {
      if (plannedByPole.size === 0) return;
      await this.airings.plan(em, communeId, planned.splice(0), new Date(clockNow));
      await this.airings.cancelUnplanned(em, communeId, plannedByPole, new Date(clockNow));
      plannedByPole.clear();
    };
    const breath = new Breath();
    for (const pole of poles) {
      await breath.take();
      const { content, airings } = compileProgramme(compilation, all, pole);
      const hash = contentHash(content, keyId);
      const last = issued.get(pole.id);
      const ahead = this.ahead.get(pole.id) ?? 0;
      const isSame =
        last?.contentHash === hash && last.untilAt > clockNow + horizonMs && last.number >= ahead;
      const next: IssuedProgramme = isSame
        ? last
        : {
            loudspeakerId: pole.id,
            number: Math.max((last?.number ?? 0) + 1, ahead + 1, now),
            issuedAt: now,
            untilAt,
            contentHash: hash,
            heldNumber: last?.heldNumber ?? null,
          };
      if (!isSame) {
        changed.push(next);
        plannedByPole.set(
          pole.id,
          airings.map(({ item }) => item.airing),
        );
        for (const { item, title, language, repeat } of airings) {
          planned.push({
            id: item.airing,
            nominalAt: item.startAt,
            broadcastId: item.broadcast,
            loudspeakerId: pole.id,
            repeat,
            priority: item.priority,
            title,
            language,
            startBy: item.startBy,
            plannedSeconds: item.audio.seconds,
          });
        }
      }
      const isWanted = only(wanted, pole.id) || !isSame;
      if (isWanted) toPublish.push({ content, issued: next });
      if (planned.length >= bookedAtOnce) await book();
    }
    await book();
    await this.programmes.issue(em, communeId, changed);
    return toPublish;
  }

  private async publish(communeId: string, issues: readonly Issue[]): Promise<void> {
    if (issues.length === 0) return;
    let failed = 0;
    for (let from = 0; from < issues.length; from += sentAtOnce)
      failed += await this.publishTogether(communeId, issues.slice(from, from + sentAtOnce));
    // Nothing is lost: they go out again when the broker is back, and to each pole that says hello.
    if (failed > 0) this.log.warn(`${failed} programmes wait for the broker`);
  }

  /**
   * Sealed first, which costs most, and then sent without a pause: poles that speak together change over together.
   * @returns how many the broker did not take
   */
  private async publishTogether(communeId: string, issues: readonly Issue[]): Promise<number> {
    const key = this.keys.signingKey(communeId);
    const breath = new Breath();
    const sealed: { readonly poleId: string; readonly envelope: Uint8Array }[] = [];
    for (const { content, issued } of issues) {
      await breath.take();
      const { number, issuedAt, untilAt, loudspeakerId: poleId } = issued;
      this.numbers.set(poleId, number);
      const envelope = seal('programme', { ...content, number, issuedAt, untilAt }, key);
      sealed.push({ poleId, envelope: Buffer.from(envelope) });
      this.link.noteProgramme(communeId, poleId, { number, heldNumber: issued.heldNumber });
    }
    const sent = await Promise.allSettled(
      sealed.map(({ poleId, envelope }) => this.link.publishProgramme(communeId, poleId, envelope)),
    );
    return sent.filter(({ status }) => status === 'rejected').length;
  }

  private async keepSafety({ communeId, prepared, orders }: Ground): Promise<void> {
    const { poles, inForce, lastOrderNumber } = await this.database.inCommune(communeId, async (em) => ({
      poles: await this.loudspeakers.all(em, communeId),
      inForce: await this.emergencies.inForce(em, communeId, this.clock.date()),
      lastOrderNumber: await this.emergencies.lastOrderNumber(em, communeId),
    }));
    await this.safety.keep(communeId, {
      poles: poles.map(({ id, villageId }) => ({ id, villageId })),
      prepared,
      orders: Object.fromEntries([...orders].map(([village, languages]) => [village, [...languages]])),
      inForce: inForce.map(({ id, title, endAt, together }) => ({
        ...{ id, title, together },
        endAt: endAt.getTime(),
      })),
      lastOrderNumber,
    });
  }
}

function only(wanted: 'changed' | 'all' | readonly string[], poleId: string): boolean {
  return wanted === 'all' || (wanted !== 'changed' && wanted.includes(poleId));
}
