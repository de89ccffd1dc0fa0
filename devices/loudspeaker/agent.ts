import { join } from 'node:path';
import { BoxLink } from '../link/box-link.ts';
import type { Arrival } from '../link/box-link.ts';
import type { DownMessage } from '../link/down-message.ts';
import type { Identity } from '../link/identity.ts';
import type { Outbox } from '../link/outbox.ts';
import { pinnedAgent } from '../link/pinned-http.ts';
import { monotonicNow } from '../link/trusted-clock.ts';
import type { TrustedClock } from '../link/trusted-clock.ts';
import { emergenciesInForce } from '../protocol/decide.ts';
import { Refusal } from '../protocol/envelope.ts';
import { isTask } from '../protocol/pole-messages.ts';
import type { EnrolAnswer } from '../protocol/enrolment-messages.ts';
import type { Programme } from '../protocol/pole-messages.ts';
import type { Amplifier } from './amplifier.ts';
import { AudioCache } from './audio-cache.ts';
import type { Wanted } from './audio-cache.ts';
import type { Decoder } from './decoder.ts';
import { EarlyMail } from './early-mail.ts';
import type { Early } from './early-mail.ts';
import { acceptOrder, acceptProgramme, sha256Of } from './inbox.ts';
import { KeptProgramme } from './kept-programme.ts';
import type { Ground } from './inbox.ts';
import { LineReport } from './line-report.ts';
import { Mixer } from './mixer.ts';
import type { Modem } from './modem.ts';
import type { Player } from './player.ts';
import { Pole } from './pole.ts';
import type { ReplayMemory } from './replay-memory.ts';
import { Reports } from './reports.ts';
import { SelfReport } from './self-report.ts';
import { Tasks } from './tasks.ts';
import { TestTone } from './test-tone.ts';
import { whatStands } from './watchdog.ts';

export const software = 'loalang-loudspeaker/0.1';

export interface AgentParts {
  readonly directory: string;
  readonly identity: Identity;
  readonly enrolment: EnrolAnswer;
  readonly outbox: Outbox;
  readonly memory: ReplayMemory;
  readonly clock: TrustedClock;
  readonly player: Player;
  readonly amplifier: Amplifier;
  /** What is wrong with the wires to the pole, or null. */
  readonly pinsFault: () => string | null;
  readonly decoder: Decoder;
  /** Null where the box has no means to look at its line. */
  readonly modem: Modem | null;
  /** The end of the log. @param secrets to be struck out */
  readonly logTail: (secrets: readonly string[]) => string;
  /** Ends the program in order, to be started again by whatever watches it. */
  readonly restart: () => void;
  readonly log: (what: string, facts?: Record<string, unknown>) => void;
}

/** Where the programme does not say it: UTC+7, without summer time. */
const vietNamMinutes = 420;

/** The box on one pole: everything between its link and its pole. */
export class Agent {
  readonly pole: Pole;
  /** What the box says of itself. */
  readonly self: SelfReport;
  private readonly kept: KeptProgramme;
  private readonly link: BoxLink;
  private readonly reports: Reports;
  private readonly mixer: Mixer;
  private readonly tone: TestTone;
  private readonly tasks: Tasks;
  private line: LineReport | null = null;
  private audio!: AudioCache;
  private readonly early = new EarlyMail();
  private work: Promise<void> = Promise.resolve();
  private heldTold = '';
  /** Programmes that are followed already and on their way to the disk. */
  private unwritten = 0;
  private stopped = false;
  private askedToDecideMs: number | null = null;

  private constructor(private readonly parts: AgentParts) {
    const { identity, outbox, clock, memory, player, amplifier, log } = parts;
    this.kept = new KeptProgramme(parts.directory);
    this.reports = new Reports(
      outbox,
      () => clock.now() ?? Date.now(),
      (error) => log('a report could not be written yet', { error: String(error) }),
    );
    this.mixer = new Mixer(player);
    const audio = {
      held: () => this.audio.held,
      load: (sha256: string) => this.audio.load(sha256),
    };
    this.pole = new Pole({
      clock,
      memory,
      audio: {
        get held() {
          return audio.held();
        },
        load: audio.load,
      },
      mixer: this.mixer,
      player,
      amplifier,
      reports: this.reports,
      changed: () => this.self.tellSoon(),
      failed: (what, error) => log(what, { error: String(error) }),
    });
    this.tone = new TestTone({
      ...{ pole: this.pole, mixer: this.mixer, player, amplifier },
      ...{ now: () => clock.now() ?? 0, monotonic: monotonicNow },
    });
    this.tasks = new Tasks({
      ...{ memory, reports: this.reports, pole: this.pole, tone: this.tone, restart: parts.restart },
      log: () => parts.logTail([parts.enrolment.mqttSecret]),
      failed: (what, error) => log(what, { error: String(error) }),
    });
    this.link = new BoxLink({
      identity,
      outbox,
      clock,
      software,
      programmeNumber: () => this.pole.programme?.message.number ?? 0,
      arrived: (message, arrival) => this.arrived(message, arrival),
      welcomed: (floors) => this.inTurn(() => this.welcomed(floors)),
      refused: (what, refusal, bytes) => this.refuse(what, refusal, bytes),
      changed: (connected, reason) => {
        this.self.whyDisconnected = connected ? '' : reason;
        log(connected ? 'connected' : 'not connected', { reason });
        if (connected) this.self.tellSoon();
      },
    });
    amplifier.changed = (hears) => {
      // In a status it would be lost while the link is down.
      if (hears === 'unordered') void this.reports.add({ kind: 'sound', state: 'unordered' });
      this.self.tellSoon();
    };
    this.self = new SelfReport({
      ...parts,
      ...{ pole: this.pole, mixer: this.mixer, reports: this.reports, link: this.link },
      isAhead: () => this.kept.isAhead,
      audio: () => this.audio.counts,
      line: () => this.line,
    });
  }

  static async start(parts: AgentParts): Promise<Agent> {
    const agent = new Agent(parts);
    const { enrolment, clock, log } = parts;
    agent.audio = await AudioCache.open({
      directory: join(parts.directory, 'audio'),
      https: enrolment.https,
      dispatcher: pinnedAgent({ pem: enrolment.authority }, () => clock.now()),
      decoder: parts.decoder,
      secret: parts.identity.keys.privateKey,
      changed: () => agent.audioChanged(),
      refused: (sha256, reason, detail) => agent.reports.refusal('audio', reason, detail, sha256),
      failed: (sha256, error) => log('audio is not here yet', { sha256, error: error.message }),
    });
    await agent.recall();
    if (parts.modem !== null) {
      agent.line = await LineReport.open({
        ...{ modem: parts.modem, directory: parts.directory, monotonic: monotonicNow },
        now: () => ({ at: clock.now(), utcOffsetMinutes: agent.utcOffsetMinutes }),
        failed: (what, error) => log(what, { error: String(error) }),
      });
    }
    agent.link.start();
    // Where the host's clock is trusted the pole goes on at once, without a link.
    agent.pole.wake();
    return agent;
  }

  /** Last words, then silence. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.self.stop();
    await this.pole.stop();
    this.parts.amplifier.close();
    this.reports.close();
    await this.line?.close();
    this.self.tell();
    this.audio.close();
    await this.link.stop();
    this.mixer.close();
    await this.parts.player.close();
    await this.work;
    await this.parts.outbox.close();
    await this.parts.memory.close();
  }

  /** Mains are gone, for how long nobody knows: silence, and last words while the capacitor lasts. */
  powerFails(): void {
    this.self.power = 'failing';
    this.parts.amplifier.off();
    this.tone.end();
    this.pole.suspend();
    this.self.tell();
  }

  powerIsBack(): void {
    this.self.power = 'on';
    this.pole.resume();
    this.self.tellSoon();
  }

  /** What does not come round any more, or null; asks the decision to come round until the next time. */
  stuck(): string | null {
    const nowMs = monotonicNow();
    const stands = whatStands({
      ...{ nowMs, decidedMs: this.pole.turnedMs, askedMs: this.askedToDecideMs },
      ...{ mixerStuckMs: this.mixer.stuckMs, linkTurnedMs: this.link.turnedMs },
    });
    this.askedToDecideMs = nowMs;
    this.pole.wake();
    return stands;
  }

  private ground(): Ground {
    const { identity, enrolment, clock, memory } = this.parts;
    const holding = this.pole.programme !== null;
    return { pinned: identity.pinned, pole: enrolment.asset, now: clock.now(), holding, memory };
  }

  /** @param isAgain it waited for the time, which has just been told */
  private arrived(message: DownMessage, arrival: Arrival, isAgain = false): void {
    if (message !== 'programme' && message !== 'order') return;
    const { clock, memory } = this.parts;
    if (!clock.known || !memory.ready) {
      // The link has just come up and the answer to our hello is on its way.
      this.keepEarly(message, arrival, memory.ready ? 'no-trusted-time' : 'no-replay-memory');
      return;
    }
    try {
      if (message === 'programme') this.takeProgramme(arrival);
      else this.takeOrder(arrival);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (message === 'order' && !isAgain && this.early.doubts(error.reason)) {
        if (this.early.isEmpty) this.link.askTime();
        this.keepEarly(message, arrival, error.reason);
      } else this.refuse(message, error, arrival.bytes);
    }
  }

  private keepEarly(message: DownMessage, arrival: Arrival, reason: Early['reason']): void {
    const dropped = this.early.keep({ message, arrival, reason });
    if (dropped !== null) this.refuse('order', new Refusal(dropped.reason), dropped.arrival.bytes);
  }

  /** @throws Refusal */
  private takeProgramme(arrival: Arrival): void {
    const programme = acceptProgramme(arrival.bytes, this.ground());
    if (programme === null) return;
    const { clock, identity, log, memory } = this.parts;
    const acceptedAt = clock.now() ?? programme.issuedAt;
    const sealed = { acceptedAt, envelope: arrival.bytes.toString('utf8') };
    const sha256 = sha256Of(arrival.bytes);
    const followed = this.kept.take(programme, this.pole.programme?.message ?? null, sealed);
    // Newer is better than durable: where the disk is full the pole follows it until it is switched off. That it is held
    // is said when it has been written, since nobody sends again what a box says that it holds.
    this.unwritten += 1;
    this.inTurn(async () => {
      try {
        await this.kept.write();
        await memory.keepProgramme(programme.number, sha256);
      } finally {
        this.unwritten -= 1;
        this.tellHeld();
      }
    });
    memory.programmeNumber = programme.number;
    memory.programmeSha256 = sha256;
    identity
      .revoke(programme.revokedKeys)
      .catch((error: unknown) => log('not kept', { error: String(error) }));
    this.follow(followed);
  }

  /** @throws Refusal */
  private takeOrder(arrival: Arrival): void {
    const order = acceptOrder(arrival, this.ground());
    if (order === null) return;
    const { memory, log } = this.parts;
    if (isTask(order)) {
      log('a task', { kind: order.kind, order: order.id });
      void this.tasks.take(order);
      return;
    }
    if (order.kind === 'stop') this.tone.end();
    // Not awaited: the beginning of whatever it makes sound is written behind it, and that is.
    memory.keepOrder(order).catch((error: unknown) => log('an order was not kept', { error: String(error) }));
    this.pole.wake();
    this.wantAudio();
  }

  private follow(programme: Programme): void {
    this.pole.programme = { message: programme, receivedMs: monotonicNow() };
    this.wantAudio();
    this.tellHeld();
    this.pole.wake();
    this.self.tellSoon();
  }

  /** The programme that was held before the box went off. */
  private async recall(): Promise<void> {
    const { enrolment, identity, log, memory } = this.parts;
    try {
      const found = await this.kept.read(identity.pinned, enrolment.asset);
      if (found === null) return;
      const { programme, sealed } = found;
      // Older than what is known to exist: what it still names may have been withdrawn.
      if (programme.number < memory.programmeNumber) return;
      memory.programmeNumber = programme.number;
      memory.programmeSha256 = sha256Of(Buffer.from(sealed.envelope));
      this.follow(programme);
    } catch (error) {
      log('the kept programme is not believed', { error: String(error) });
    }
  }

  private async welcomed(floors: { programmeFloor: number; orderFloor: number }): Promise<void> {
    const { clock, log, memory } = this.parts;
    const now = clock.now();
    if (now === null) return;
    // Where the disk is full the floors count until the restart, and are asked for again after it.
    await memory.welcome(now, floors).catch((error: unknown) => log('not kept', { error: String(error) }));
    const { fresh, stale } = this.early.take();
    for (const { message, arrival } of fresh) this.arrived(message, arrival, true);
    for (const { arrival, reason } of stale)
      this.refuse('order', new Refusal(reason, 'waited for a minute'), arrival.bytes);
    this.wantAudio();
    this.tellHeld();
    this.pole.wake();
    this.self.tellSoon();
    // Not awaited: on a full disk a report waits for room.
    void this.tasks.settleThePast();
    void this.line?.look().then(() => this.self.tellSoon());
    await memory.forget(now);
  }

  private wantAudio(): void {
    const { clock, memory } = this.parts;
    const programme = this.pole.programme?.message ?? null;
    const now = clock.now() ?? programme?.issuedAt ?? 0;
    const wanted: Wanted[] = [
      ...emergenciesInForce(programme, memory.acceptedOrders)
        .filter(({ endAt }) => endAt > now)
        .map(({ audio }) => ({ audio, neededAt: now })),
      ...(programme?.prepared ?? []).map((audio) => ({ audio, neededAt: now })),
      ...(programme?.items ?? [])
        .filter(({ endBy, airing }) => endBy >= now && !memory.ended.has(airing))
        .map(({ audio, startAt }) => ({ audio, neededAt: startAt })),
    ];
    this.audio.want(wanted, now);
  }

  private audioChanged(): void {
    if (this.stopped) return;
    this.pole.wake();
    this.tellHeld();
    this.self.tellSoon();
  }

  /** How much of the programme's sound is here: at its arrival, and whenever that changes. */
  private tellHeld(): void {
    const number = this.pole.programme?.message.number;
    if (number === undefined || !this.parts.clock.known || this.unwritten > 0) return;
    const { ready, of } = this.audio.counts;
    const state = `${number} ${ready} ${of}`;
    if (state === this.heldTold) return;
    this.heldTold = state;
    void this.reports.add({ kind: 'programme', state: 'held', number, ready, of });
  }

  private refuse(
    what: 'programme' | 'order' | 'welcome' | 'committed' | 'membership',
    refusal: Refusal,
    bytes: Buffer,
  ): void {
    this.parts.log('refused', { what, reason: refusal.reason, detail: refusal.detail });
    this.reports.refusal(what, refusal.reason, refusal.detail, bytes);
    this.self.noteRefusal();
  }

  private inTurn(work: () => Promise<void>): void {
    this.work = this.work
      .then(work)
      .catch((error: unknown) => this.parts.log('what arrived was not kept', { error: String(error) }));
  }

  private get utcOffsetMinutes(): number {
    return this.pole.programme?.message.settings?.utcOffsetMinutes ?? vietNamMinutes;
  }
}
