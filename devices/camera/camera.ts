import { createHash } from 'node:crypto';
import { AccountLock } from './account-lock.ts';
import { SPOILED, type Act, type Scene, type View } from './scene.ts';
import { channelsOf, formOf, type Channel } from './channels.ts';
import { DigestAccess } from './digest-access.ts';
import { eventForm, EVENT_FORMS, type EventForm, type Item } from './event-forms.ts';
import type { Fault } from './faults.ts';
import { noticeText, type Operation } from './notice-text.ts';
import { PullPoints, type PullPoint } from './pull-points.ts';
import type { Search } from './recording-answers.ts';
import { Turning, type Position } from './turning.ts';
import { UsernameTokens, type TokenVerdict } from './username-tokens.ts';

export interface CameraIdentity {
  readonly name: string;
  readonly user: string;
  readonly password: string;
  readonly serial: string;
  readonly mac: string;
  /** Video sources: more than one makes it a recorder. */
  readonly channels: number;
  /** It keeps so many days of each channel, and offers them (Profile G); 0: it keeps nothing. */
  readonly recordedDays: number;
  /** It has motors, and ONVIF's PTZ service. */
  readonly turns?: boolean;
  /** With the fault `locks`: refusals in a row that shut the account; 5 by itself. */
  readonly locksAt?: number;
  /** With the fault `holds-pulls`; a minute by itself. */
  readonly holdsForMs?: number;
}

/** What a test asks a simulated camera afterwards. */
export interface CameraTally {
  /** Requests by operation, `GET picture` among them. */
  readonly requests: Record<string, number>;
  /** Why requests were refused for their password, each as often as it happened. */
  readonly refusals: Partial<Record<Exclude<TokenVerdict, 'accepted'> | 'locked', number>>;
  /** SOAP faults by subcode. */
  readonly faults: Record<string, number>;
  /** Every event sent, with the label of what truly happened. The last 1,000. */
  readonly fired: {
    readonly at: string;
    readonly event: string;
    readonly state: string;
    readonly label: string;
  }[];
  /** SHA-256 of each notice that went out in a whole and good answer. */
  readonly delivered: Set<string>;
  /** When the last such answer was asked for, ms since 1970; 0 before the first. */
  pulledWellAt: number;
  /** When a pull point was last made, ms since 1970; 0 before the first. */
  subscribedAt: number;
}

/** The state of one simulated camera: its clock, subscriptions, properties, faults and tally. */
export class Camera {
  readonly faults = new Set<Fault>();
  /** What it gives for a picture, whatever that is; undefined: what it sees. */
  given: { readonly bytes: Buffer; readonly type: string } | undefined;
  /** Of its stream, once it listens. */
  streamPort = 554;
  /** Where its PTZ service is, and nowhere else: `http://host:port`; undefined: at the port of all the others. */
  turnsAt: string | undefined;
  /** How long a request is on its way to it, and a picture is drawn. */
  slowness = { onTheWayMs: () => 0, drawingMs: () => 0 };
  readonly points = new PullPoints();
  readonly tokens: UsernameTokens;
  readonly digest: DigestAccess;
  readonly lock: AccountLock;
  readonly tally: CameraTally = {
    ...{ requests: {}, refusals: {}, faults: {}, fired: [] },
    ...{ delivered: new Set(), pulledWellAt: 0, subscribedAt: 0 },
  };
  readonly channels: readonly Channel[];
  /** Recording searches, by their token. */
  readonly searches = new Map<string, Search>();
  /** By event, on a recorder by channel as well. */
  private readonly states = new Map<
    string,
    { event: string; channel: number | undefined; state: 'on' | 'off' }
  >();
  /** By channel. */
  private readonly motors = new Map<number, Turning>();
  private clockOffsetMs = 0;
  private shows: Act['shows'] | undefined;

  constructor(
    readonly identity: CameraIdentity,
    readonly scene: Scene,
  ) {
    this.lock = new AccountLock(identity.locksAt ?? 5);
    this.tokens = new UsernameTokens(identity.user, identity.password);
    this.digest = new DigestAccess(`IPC ${identity.serial}`, identity.user, identity.password);
    this.channels = channelsOf(identity.channels);
    for (const act of scene.acts) {
      for (const { event } of act.sends)
        if (eventForm(event)?.property === true) this.noteState(event, undefined, 'off');
    }
  }

  /** Milliseconds since 1970 by the camera's own clock, right or wrong. */
  now(): number {
    return Date.now() + this.clockOffsetMs;
  }

  /** The oldest instant that it keeps, by its own clock. */
  keptFrom(): number {
    return this.now() - this.identity.recordedDays * 86_400_000;
  }

  setClockOffset(ms: number): void {
    this.clockOffsetMs = ms;
  }

  setPassword(password: string): void {
    this.tokens.setPassword(password);
    this.digest.setPassword(password);
  }

  show(what: Act['shows'] | undefined): void {
    this.shows = what;
  }

  /** @param channel from 1; null where there is none of that number */
  view(channel = 1): View | null {
    const { name } = this.identity;
    if (channel < 1 || channel > this.channels.length) return null;
    return {
      name: this.channels.length === 1 ? name : `${name} ${channel}`,
      place: this.scene.place,
      night: this.scene.night,
      shows: this.shows,
      spoiled: SPOILED.find((how) => this.faults.has(`view-${how}`)),
      turned: this.positionOf(channel),
      atMs: this.now(),
    };
  }

  motorsOf(channel: number): Turning {
    const motors = this.motors.get(channel) ?? new Turning();
    this.motors.set(channel, motors);
    return motors;
  }

  /** Where it looks now. */
  positionOf(channel = 1): Position {
    return this.motorsOf(channel).at(performance.now());
  }

  /** A good answer to PullMessages left whole. @param askedAt ms since 1970 */
  noteDelivered(answer: string, askedAt: number): void {
    for (const [notice] of answer.matchAll(/<wsnt:NotificationMessage[ >].*?<\/wsnt:NotificationMessage>/gs))
      this.tally.delivered.add(createHash('sha256').update(notice).digest('hex'));
    this.tally.pulledWellAt = askedAt;
  }

  /** Whoever shows no password was refused none: it is asked for one. */
  noteRefusal(why: keyof CameraTally['refusals']): void {
    if (why === 'absent') return;
    this.tally.refusals[why] = (this.tally.refusals[why] ?? 0) + 1;
    if (this.faults.has('locks') && why !== 'locked') this.lock.refused(Date.now());
  }

  count(operation: string): void {
    this.tally.requests[operation] = (this.tally.requests[operation] ?? 0) + 1;
  }

  /** Sends one known form, told of that channel or to the letter. Throws when the name or the channel is unknown. */
  fire(name: string, state: 'on' | 'off', label: string, channel?: number): void {
    const known = eventForm(name);
    if (known === undefined)
      throw new Error(`unknown event ${name}; known: ${Object.keys(EVENT_FORMS).join(', ')}`);
    const form = formOf(known, this.channel(channel));
    if (form.property) this.noteState(name, channel, state);
    if (state === 'off' && (form.off === undefined || this.faults.has('start-only'))) return;
    this.noteFired(name, state, label);
    this.points.publish(
      noticeText(form, this.data(form, state), form.property ? 'Changed' : undefined, this.utcText()),
    );
  }

  /** Sends any message, to the letter. */
  fireForm(
    form: Pick<EventForm, 'topic' | 'source' | 'key'>,
    data: readonly Item[],
    operation: Operation,
    utcTime?: string,
  ): void {
    this.noteFired(form.topic, 'raw', 'fired by hand');
    this.points.publish(noticeText(form, data, operation, utcTime ?? this.utcText()));
  }

  /** What a new subscription is told first: the state of every property. */
  initialMessages(): string[] {
    return [...this.states.values()].flatMap(({ event, channel, state }) => {
      const known = eventForm(event);
      if (known === undefined) return [];
      const form = formOf(known, this.channel(channel));
      const told = this.faults.has('initialized-true') ? 'on' : state;
      const time = this.faults.has('epoch-initialized') ? '1970-01-01T00:00:00Z' : this.utcText();
      return [noticeText(form, this.data(form, told), 'Initialized', time)];
    });
  }

  /** A hundred messages of one moment, for the flood. */
  floodMessages(): string[] {
    const form = EVENT_FORMS.motion;
    return Array.from({ length: 100 }, (_, turn) =>
      noticeText(form, turn % 2 === 0 ? form.on : form.off, 'Changed', this.utcText()),
    );
  }

  topics(): EventForm[] {
    return Object.values(EVENT_FORMS);
  }

  /** An instant of the camera's clock as the camera writes it. */
  utcText(atMs = this.now()): string {
    const text = new Date(atMs).toISOString();
    return this.faults.has('no-zone') ? text.slice(0, 19) : `${text.slice(0, 19)}Z`;
  }

  /** When a subscription ends, by the camera's clock. */
  terminationText(point: PullPoint): string {
    return this.utcText(this.now() + this.points.remainingMs(point));
  }

  private channel(number: number | undefined): Channel | undefined {
    const found = this.channels.find((one) => one.number === number);
    if (number !== undefined && found === undefined) throw new Error(`no channel ${String(number)}`);
    return found;
  }

  private noteState(event: string, channel: number | undefined, state: 'on' | 'off'): void {
    this.states.set(`${event} ${String(channel)}`, { event, channel, state });
  }

  private data(form: EventForm, state: 'on' | 'off'): readonly Item[] {
    const turned =
      this.faults.has('inverted') && form.off !== undefined ? (state === 'on' ? 'off' : 'on') : state;
    return turned === 'on' ? form.on : (form.off ?? []);
  }

  private noteFired(event: string, state: string, label: string): void {
    this.tally.fired.push({ at: new Date().toISOString(), event, state, label });
    if (this.tally.fired.length > 1_000) this.tally.fired.shift();
  }
}
