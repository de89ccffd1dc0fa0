import { airingId } from './airing-id.ts';
import type { AfterCut, AudioRef, Emergency, Order, Priority, Programme } from './pole-messages.ts';

/** How far an airing that began has come. */
export interface Begun {
  /** When its first sample went out (ms). */
  readonly beganAt: number;
  /** When the part that sounds began; null while it waits to go on after it was cut. */
  readonly partAt: number | null;
  /** Where in its sound that part began, or the next one will (ms). */
  readonly fromMs: number;
}

/**
 * What sounds now on one pole: the same function decides on the pole and explains in the service.
 * Pure and total: everything it looks at is handed in, the time included.
 */
export interface Situation {
  readonly programme: Programme | null;
  /**
   * Accepted orders, in any order and expired or not: expiry bounds when an order may be accepted. Those that the
   * programme speaks for (its `orderNumber`) count no more.
   */
  readonly orders: readonly Order[];
  /** Airings that began on this pole. Durable: what began is never begun again, only gone on with. */
  readonly began: ReadonlyMap<string, Begun>;
  /** Airings that came to their end here: played, cut, stopped, interrupted or missed. */
  readonly ended: ReadonlySet<string>;
  /** Audio that lies on this pole, whole and proved. */
  readonly heldAudio: ReadonlySet<string>;
}

/** One airing, as it may sound. */
export interface Due {
  readonly airing: string;
  /** The broadcast's or the emergency's id. */
  readonly broadcast: string;
  readonly priority: Priority;
  readonly nominalAt: number;
  /** The last instant at which it may begin. */
  readonly startBy: number;
  /** From here on it cuts a lower class; null: never. */
  readonly cutsAt: number | null;
  /** Nothing of it sounds after this instant, however late it began. */
  readonly hardEndAt: number;
  readonly afterCut: AfterCut;
  /** An airing that goes first. */
  readonly after: string | null;
  /** The number of the order that raised it, where the programme does not speak for that yet. */
  readonly raisedBy: number | null;
  readonly audio: AudioRef;
}

export interface Decision {
  /** What sounds now, or null for silence. */
  readonly sound: Due | null;
  /** Sounds, must stop now for a higher class, and may go on later. */
  readonly pause: readonly Due[];
  /**
   * Began, and is over: cut by a higher class for good, or stopped by a person. What sounds and is named neither here,
   * nor in `pause`, nor in `sound` was withdrawn (its broadcast or emergency was cancelled) and stops too.
   */
  readonly end: readonly { readonly due: Due; readonly because: 'cut' | 'stopped' }[];
  /** Waited to go on, and was withdrawn. */
  readonly withdrawn: readonly string[];
  /** May not begin any more. */
  readonly missed: readonly { readonly due: Due; readonly reason: 'no-audio' | 'pre-empted' | 'stopped' }[];
  /** Whatever happens or not, decide again at this instant (ms); null where nothing lies ahead. */
  readonly nextAt: number | null;
}

const rank: Record<Priority, number> = { regular: 0, priority: 1, emergency: 2 };

/** Orders that the programme does not speak for yet. */
function newerThan(programme: Programme | null, orders: readonly Order[]): readonly Order[] {
  return programme === null ? orders : orders.filter(({ number }) => number > programme.orderNumber);
}

interface InForce {
  readonly emergency: Emergency;
  readonly raisedBy: number | null;
}

function inForce(programme: Programme | null, accepted: readonly Order[]): InForce[] {
  const orders = newerThan(programme, accepted);
  const found = new Map<string, InForce>();
  for (const emergency of programme?.emergencies ?? [])
    found.set(emergency.id, { emergency, raisedBy: null });
  for (const order of orders)
    if (order.kind === 'emergency')
      found.set(order.emergency.id, { emergency: order.emergency, raisedBy: order.number });
  for (const order of orders) if (order.kind === 'cancel') found.delete(order.emergency);
  return [...found.values()];
}

/** The emergencies in force, from the programme and the orders; cancelled ones are out. */
export function emergenciesInForce(programme: Programme | null, accepted: readonly Order[]): Emergency[] {
  return inForce(programme, accepted).map(({ emergency }) => emergency);
}

/**
 * Everything due at or before this instant is stopped. A stop means what was raised before it: one that was given before
 * the clock was set back reaches into times that are still to come, and must not silence an emergency there.
 * @param raisedBy as in `Due`
 */
export function silencedUntil(
  programme: Programme | null,
  accepted: readonly Order[],
  raisedBy: number | null,
): number {
  return newerThan(programme, accepted).reduce(
    (latest, order) =>
      order.kind === 'stop' && order.number > (raisedBy ?? 0) ? Math.max(latest, order.silencedAt) : latest,
    // The programme speaks for orders before this one.
    raisedBy === null ? (programme?.silencedAt ?? 0) : 0,
  );
}

/**
 * Everything that the programme and the orders name around `now`: each scheduled item, and of each emergency the
 * repeats that are current, next, or may still be sounding.
 */
export function dues(situation: Situation, now: number): Due[] {
  const { programme, orders } = situation;
  if (programme === null) return [];
  const offsetMs = programme.offsetMs;
  const known = programme.items.filter((item) => item.startAt < programme.untilAt);
  const scheduled = known.map((item): Due => ({
    airing: item.airing,
    broadcast: item.broadcast,
    priority: item.priority,
    nominalAt: item.startAt + offsetMs,
    startBy: Math.min(item.startBy + offsetMs, item.endBy - 1),
    cutsAt: item.cutsAt === null ? null : item.cutsAt + offsetMs,
    hardEndAt: item.endBy,
    afterCut: item.afterCut,
    after: item.after,
    raisedBy: null,
    audio: item.audio,
  }));
  const urgent = inForce(programme, orders).flatMap((each) =>
    repeatsAround(each, programme.pole, offsetMs, now),
  );
  // Beyond `untilAt` the pole knows nothing, and begins nothing.
  return [...urgent.filter((due) => due.nominalAt - offsetMs < programme.untilAt), ...scheduled];
}

function repeatsAround({ emergency, raisedBy }: InForce, pole: string, offsetMs: number, now: number): Due[] {
  const everyMs = emergency.everySeconds * 1_000;
  const startAt = emergency.startAt + offsetMs;
  const current = Math.max(0, Math.floor((now - startAt) / everyMs));
  const result: Due[] = [];
  // As far back as one of them may still sound.
  const earliest = current - Math.ceil(soundingMs(emergency.audio) / everyMs);
  for (let repeat = earliest; repeat <= current + 1; repeat += 1) {
    const nominalAt = startAt + repeat * everyMs;
    if (repeat < 0 || nominalAt >= emergency.endAt) continue;
    result.push({
      airing: airingId(emergency.id, emergency.startAt, repeat, pole),
      broadcast: emergency.id,
      priority: 'emergency',
      nominalAt,
      // A pole that hears of it late speaks at once: the next repeat is together again.
      startBy: Math.min(nominalAt + everyMs, emergency.endAt) - 1,
      cutsAt: nominalAt,
      hardEndAt: emergency.endAt,
      afterCut: 'drop',
      after: null,
      raisedBy,
      audio: emergency.audio,
    });
  }
  return result;
}

/** When each emergency in force is said next. A stop may reach beyond the repeats that are looked at. */
function nextRepeats({ programme, orders }: Situation, now: number): number[] {
  if (programme === null) return [];
  const { offsetMs, untilAt } = programme;
  return inForce(programme, orders).flatMap(({ emergency, raisedBy }) => {
    const afterAt = Math.max(now, silencedUntil(programme, orders, raisedBy));
    const everyMs = emergency.everySeconds * 1_000;
    const startAt = emergency.startAt + offsetMs;
    const repeat = Math.max(0, Math.floor((afterAt - startAt) / everyMs) + 1);
    const at = startAt + repeat * everyMs;
    return at < emergency.endAt && at - offsetMs < untilAt ? [at] : [];
  });
}

/** The length of one sounding, in ms. */
export function soundingMs(audio: AudioRef): number {
  return Math.ceil(audio.seconds * 1_000);
}

/** When the part that sounds falls silent by itself. */
export function naturalEndAt(due: Due, part: { readonly partAt: number; readonly fromMs: number }): number {
  return Math.min(part.partAt + soundingMs(due.audio) - part.fromMs, due.hardEndAt);
}

/** What was cut goes on until here: later its rest would not fit before its hard end. */
export function resumeBy(due: Due, fromMs: number): number {
  return due.hardEndAt - (soundingMs(due.audio) - fromMs);
}

interface Sounding {
  readonly due: Due;
  readonly partAt: number;
}

export function decide(situation: Situation, now: number): Decision {
  const { programme, began, ended, heldAudio } = situation;
  const silencedAt = silencesIn(situation);
  const named = dues(situation, now);
  const open = named.filter((due) => !ended.has(due.airing));

  const end: { due: Due; because: 'cut' | 'stopped' }[] = [];
  const missed: { due: Due; reason: 'no-audio' | 'pre-empted' | 'stopped' }[] = [];
  const moments: number[] = nextRepeats(situation, now);
  const sounding: Sounding[] = [];
  const waiting: Due[] = [];
  const paused: Due[] = [];

  for (const due of open) {
    const begun = began.get(due.airing);
    if (begun === undefined) {
      // What lies ahead is not over, however far a stop reaches: the next programme may take that back.
      if (due.nominalAt > now) moments.push(due.nominalAt);
      else if (due.nominalAt <= silencedAt(due)) missed.push({ due, reason: 'stopped' });
      else if (now > due.startBy) missed.push({ due, reason: whyMissed(due, heldAudio) });
      else {
        waiting.push(due);
        moments.push(due.startBy + 1);
        if (due.cutsAt !== null) moments.push(due.cutsAt);
      }
    } else if (Math.min(begun.beganAt, due.nominalAt, now) <= silencedAt(due)) {
      // By a clock that was set back since, it began after now.
      end.push({ due, because: 'stopped' });
    } else if (begun.partAt !== null) {
      const endAt = naturalEndAt(due, { partAt: begun.partAt, fromMs: begun.fromMs });
      if (now >= endAt) continue;
      sounding.push({ due, partAt: begun.partAt });
      moments.push(endAt);
    } else if (now > resumeBy(due, begun.fromMs)) {
      end.push({ due, because: 'cut' });
    } else {
      paused.push(due);
      moments.push(resumeBy(due, begun.fromMs) + 1);
    }
  }

  const alarms = paused.length === 0 ? [] : soundingAlarms(situation, now);
  moments.push(...alarms);
  const goingOn = alarms.length > 0 ? [] : paused;
  const ready = [...goingOn, ...waiting]
    .filter((due) => heldAudio.has(due.audio.sha256))
    .filter((due) => began.has(due.airing) || !mustWait(due, open, situation, silencedAt, now));
  const sound = choose(sounding, ready, began, now);

  const pause: Due[] = [];
  for (const { due } of sounding) {
    if (due === sound) continue;
    if (due.afterCut === 'drop') end.push({ due, because: 'cut' });
    else pause.push(due);
  }
  const names = new Set(named.map(({ airing }) => airing));
  const withdrawn =
    programme === null
      ? []
      : [...began]
          .filter(([airing, { partAt }]) => partAt === null && !ended.has(airing) && !names.has(airing))
          .map(([airing]) => airing);
  const ahead = moments.filter((at) => at > now);
  return { sound, pause, end, withdrawn, missed, nextAt: ahead.length === 0 ? null : Math.min(...ahead) };
}

/** What an emergency cut goes on only when no emergency is in force: not in the pauses between its repeats. */
function soundingAlarms({ programme, orders }: Situation, now: number): number[] {
  const offsetMs = programme?.offsetMs ?? 0;
  return emergenciesInForce(programme, orders)
    .filter(({ startAt, endAt }) => startAt + offsetMs <= now && now < endAt)
    .map(({ endAt }) => endAt);
}

/** For each due: until when it is stopped. Of what the programme names, which is nearly all, it is asked once. */
function silencesIn({ programme, orders }: Situation): (due: Due) => number {
  const ofProgramme = silencedUntil(programme, orders, null);
  return ({ raisedBy }) => (raisedBy === null ? ofProgramme : silencedUntil(programme, orders, raisedBy));
}

/** Another one goes first: it sounds, waits to go on, or can still begin. */
function mustWait(
  { after }: Due,
  open: readonly Due[],
  { began, heldAudio }: Situation,
  silencedAt: (due: Due) => number,
  now: number,
): boolean {
  if (after === null) return false;
  const first = open.find(({ airing }) => airing === after);
  if (first === undefined) return false;
  const begun = began.get(first.airing);
  if (begun !== undefined) {
    const { partAt, fromMs } = begun;
    if (Math.min(begun.beganAt, first.nominalAt, now) <= silencedAt(first)) return false;
    return partAt === null ? now <= resumeBy(first, fromMs) : now < naturalEndAt(first, { partAt, fromMs });
  }
  return first.nominalAt > silencedAt(first) && now <= first.startBy && heldAudio.has(first.audio.sha256);
}

function whyMissed(due: Due, heldAudio: ReadonlySet<string>): 'no-audio' | 'pre-empted' {
  return heldAudio.has(due.audio.sha256) ? 'pre-empted' : 'no-audio';
}

/**
 * What sounds goes on, unless something of a higher class may cut it by now. In silence: the higher class, then what
 * was cut before what is fresh, then what was due first, then by id: never a tie.
 */
function choose(
  sounding: readonly Sounding[],
  ready: readonly Due[],
  began: Situation['began'],
  now: number,
): Due | null {
  const current = best(
    sounding,
    (a, b) => rank[b.due.priority] - rank[a.due.priority] || a.partAt - b.partAt || byNominal(a.due, b.due),
  );
  const cutters =
    current === null
      ? ready
      : ready.filter(
          ({ priority, cutsAt }) =>
            rank[priority] > rank[current.due.priority] && cutsAt !== null && cutsAt <= now,
        );
  const next = best(
    cutters,
    (a, b) =>
      rank[b.priority] - rank[a.priority] ||
      Number(began.has(b.airing)) - Number(began.has(a.airing)) ||
      byNominal(a, b),
  );
  return next ?? current?.due ?? null;
}

function byNominal(a: Due, b: Due): number {
  return a.nominalAt - b.nominalAt || (a.airing < b.airing ? -1 : 1);
}

function best<T>(candidates: readonly T[], order: (a: T, b: T) => number): T | null {
  return candidates.reduce<T | null>(
    (found, each) => (found === null || order(each, found) < 0 ? each : found),
    null,
  );
}
