import { statfs } from 'node:fs/promises';
import type { BoxLink } from '../link/box-link.ts';
import type { Outbox } from '../link/outbox.ts';
import { monotonicNow } from '../link/trusted-clock.ts';
import type { TrustedClock } from '../link/trusted-clock.ts';
import type { EnrolAnswer } from '../protocol/enrolment-messages.ts';
import type { Status } from '../protocol/pole-messages.ts';
import type { Amplifier } from './amplifier.ts';
import type { BoxState } from './box-state.ts';
import type { LineReport } from './line-report.ts';
import type { Mixer } from './mixer.ts';
import type { Player } from './player.ts';
import type { Pole } from './pole.ts';
import { poleReport } from './pole-report.ts';
import type { ReplayMemory } from './replay-memory.ts';
import type { Reports } from './reports.ts';

export interface SelfReportParts {
  readonly directory: string;
  readonly enrolment: EnrolAnswer;
  readonly outbox: Outbox;
  readonly memory: ReplayMemory;
  readonly clock: TrustedClock;
  readonly player: Player;
  readonly amplifier: Amplifier;
  /** What is wrong with the wires to the pole, or null. */
  readonly pinsFault: () => string | null;
  readonly pole: Pole;
  /** The pole is as loud as a newer programme said than the one that it holds. */
  readonly isAhead: () => boolean;
  readonly mixer: Mixer;
  readonly reports: Reports;
  readonly link: Pick<BoxLink, 'connected' | 'send'>;
  /** Sounds that are here, of those that are wanted. */
  readonly audio: () => { readonly ready: number; readonly of: number };
  readonly line: () => LineReport | null;
}

const statusEveryMs = 30_000;
/** What changes at once is told at once. */
const soonMs = 100;
/** The lamp shows that something was refused for so long. */
const refusedForMs = 600_000;

/** What the box says of itself: to the service, to the lamp, to the page under its pole. */
export class SelfReport {
  power: Status['power'] = 'on';
  /** Empty while it is connected. */
  whyDisconnected = 'not yet connected';
  private readonly startedMs = monotonicNow();
  private readonly timer: NodeJS.Timeout;
  private soon: NodeJS.Timeout | null = null;
  private count = 0;
  private freeBytes: number | null = null;
  private refusedMs = -Infinity;
  private isOver = false;

  constructor(private readonly parts: SelfReportParts) {
    this.timer = setInterval(() => this.tell(), statusEveryMs);
  }

  /** Nothing more by itself; last words may still be told. */
  stop(): void {
    this.isOver = true;
    clearInterval(this.timer);
    if (this.soon !== null) clearTimeout(this.soon);
  }

  noteRefusal(): void {
    this.refusedMs = monotonicNow();
    this.tellSoon();
  }

  tellSoon(): void {
    if (this.isOver) return;
    this.soon ??= setTimeout(() => {
      this.soon = null;
      this.tell();
    }, soonMs);
  }

  tell(): void {
    const { amplifier, clock, directory, enrolment, line, link, mixer, outbox, player, pole } = this.parts;
    const now = clock.now();
    statfs(directory).then(
      ({ bavail, bsize }) => (this.freeBytes = bavail * bsize),
      () => (this.freeBytes = null),
    );
    const at = Math.floor(now ?? Date.now());
    const { airing, programme } = pole;
    const { ready, of } = this.parts.audio();
    const state = now === null ? 'waiting-for-time' : player.fault !== null ? 'fault' : 'idle';
    const message: Status = {
      v: 1,
      commune: enrolment.commune,
      asset: enrolment.asset,
      box: enrolment.box,
      count: (this.count += 1),
      at,
      state: airing === null ? state : 'playing',
      airing,
      programmeNumber: programme?.message.number ?? 0,
      programmeUntilAt: programme?.message.untilAt ?? 0,
      audioReady: ready,
      audioNeeded: of,
      clock: clock.state(),
      amplifier: amplifier.hears,
      power: this.power,
      outbox: outbox.size,
      freeBytes: this.freeBytes,
      startedAt: Math.floor(now === null ? Date.now() : clock.trueAt(this.startedMs)),
      pole: poleReport(
        at,
        programme?.message ?? null,
        this.parts.isAhead(),
        mixer.gain,
        line()?.report ?? null,
      ),
    };
    link.send('status', message);
  }

  /** What lamp, page and voice at the pole tell from. */
  state(): BoxState {
    const { amplifier, clock, link, memory, pinsFault, player, pole } = this.parts;
    const { ready, of } = this.parts.audio();
    const now = clock.now();
    const until = pole.programme?.message.untilAt ?? 0;
    return {
      ...{ isEnrolled: true, isConnected: link.connected, isPlaying: pole.airing !== null },
      ...{ hasTime: now !== null && memory.ready, hasProgramme: until > (now ?? 0) },
      ...{ fault: player.fault ?? pinsFault(), hears: amplifier.hears, power: this.power },
      hasRefusedLately: monotonicNow() - this.refusedMs < refusedForMs,
      audio: { ready, of },
    };
  }

  /** For the local page. */
  facts(): Record<string, unknown> {
    const { amplifier, clock, enrolment, link, memory, mixer, outbox, player, pole, reports } = this.parts;
    const programme = pole.programme?.message;
    return {
      commune: enrolment.communeName,
      pole: enrolment.assetName,
      poleId: enrolment.asset,
      box: enrolment.box,
      connected: link.connected,
      whyNot: this.whyDisconnected,
      clock: clock.state(),
      now: clock.now(),
      memory: { ready: memory.ready, lost: memory.lost },
      programme: programme === undefined ? null : { number: programme.number, untilAt: programme.untilAt },
      next: programme?.items
        .filter((item) => !memory.ended.has(item.airing) && !memory.begun.has(item.airing))
        .slice(0, 5)
        .map(({ airing, startAt, priority }) => ({ airing, startAt, priority })),
      airing: pole.airing,
      amplifier: { on: amplifier.on, hears: amplifier.hears },
      power: this.power,
      audio: this.parts.audio(),
      itemsLeft: this.itemsLeft,
      last: reports.last,
      outbox: outbox.size,
      refused: reports.refused,
      fault: player.fault,
      slips: mixer.slips,
    };
  }

  /** Items of the programme that are still to come. */
  get itemsLeft(): number {
    const { clock, memory, pole } = this.parts;
    const now = clock.now() ?? 0;
    const items = pole.programme?.message.items ?? [];
    return items.filter(({ airing, startBy }) => startBy >= now && !memory.ended.has(airing)).length;
  }
}
