import { airingId } from './airing-id.ts';
import type { AudioRef, Emergency, Order, Priority, Programme } from './messages.ts';

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
  /** Airings that began on this pole, and when (ms). Durable: an airing that began is never begun again. */
  readonly began: ReadonlyMap<string, number>;
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
  /** Nothing of it sounds after this instant, however late it began. */
  readonly hardEndAt: number;
  readonly audio: AudioRef;
}

export interface Decision {
  /** What sounds now, or null for silence. */
  readonly sound: Due | null;
  /**
   * Began, and must stop now: something of a higher class is due, or a person stopped it. What sounds and is named
   * neither here nor in `sound` was withdrawn (its broadcast or emergency was cancelled) and stops too.
   */
  readonly end: readonly { readonly due: Due; readonly because: 'cut' | 'stopped' }[];
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

/** The emergencies in force, from the programme and the orders; cancelled ones are out. */
export function emergenciesInForce(programme: Programme | null, accepted: readonly Order[]): Emergency[] {
  const orders = newerThan(programme, accepted);
  const inForce = new Map<string, Emergency>();
  for (const carried of programme?.emergencies ?? []) inForce.set(carried.id, carried);
  for (const order of orders)
    if (order.kind === 'emergency') inForce.set(order.emergency.id, order.emergency);
  for (const order of orders) if (order.kind === 'cancel') inForce.delete(order.emergency);
  return [...inForce.values()];
}

/** Everything due at or before this instant is stopped. */
export function silencedUntil(programme: Programme | null, accepted: readonly Order[]): number {
  return newerThan(programme, accepted).reduce(
    (latest, order) => (order.kind === 'stop' ? Math.max(latest, order.silencedAt) : latest),
    programme?.silencedAt ?? 0,
  );
}

/**
 * Everything that the programme and the orders name around `now`: each scheduled item, and of each emergency the
 * repeat that is current and the one before it (which may still be sounding).
 */
export function dues(situation: Situation, now: number): Due[] {
  const { programme, orders } = situation;
  if (programme === null) return [];
  const offsetMs = programme.offsetMs;
  const known = programme.items.filter((item) => item.startAt < programme.untilAt);
  const scheduled = known.map((item): Due => {
    const startBy = item.startBy + offsetMs;
    return {
      airing: item.airing,
      broadcast: item.broadcast,
      priority: item.priority,
      nominalAt: item.startAt + offsetMs,
      startBy,
      hardEndAt: startBy + soundingMs(item.audio),
      audio: item.audio,
    };
  });
  const urgent = emergenciesInForce(programme, orders).flatMap((emergency) =>
    repeatsAround(emergency, programme.pole, offsetMs, now),
  );
  // Beyond `untilAt` the pole knows nothing, and begins nothing.
  return [...urgent.filter((due) => due.nominalAt - offsetMs < programme.untilAt), ...scheduled];
}

function repeatsAround(emergency: Emergency, pole: string, offsetMs: number, now: number): Due[] {
  const everyMs = emergency.everySeconds * 1_000;
  const startAt = emergency.startAt + offsetMs;
  const current = Math.max(0, Math.floor((now - startAt) / everyMs));
  const result: Due[] = [];
  for (const repeat of [current - 1, current, current + 1]) {
    const nominalAt = startAt + repeat * everyMs;
    if (repeat < 0 || nominalAt >= emergency.endAt) continue;
    result.push({
      airing: airingId(emergency.id, emergency.startAt, repeat, pole),
      broadcast: emergency.id,
      priority: 'emergency',
      nominalAt,
      // A pole that hears of it late speaks at once: the next repeat is together again.
      startBy: Math.min(nominalAt + everyMs - 1, emergency.endAt),
      hardEndAt: emergency.endAt,
      audio: emergency.audio,
    });
  }
  return result;
}

/** The length of one sounding, in ms. */
export function soundingMs(audio: AudioRef): number {
  return Math.ceil(audio.seconds * 1_000);
}

/** When a due airing that began at `beganAt` falls silent by itself. */
export function naturalEndAt(due: Due, beganAt: number): number {
  return Math.min(beganAt + soundingMs(due.audio), due.hardEndAt);
}

export function decide(situation: Situation, now: number): Decision {
  const { programme, orders, began, ended, heldAudio } = situation;
  const silencedAt = silencedUntil(programme, orders);
  const open = dues(situation, now).filter((due) => !ended.has(due.airing));

  const end: { due: Due; because: 'cut' | 'stopped' }[] = [];
  const missed: { due: Due; reason: 'no-audio' | 'pre-empted' | 'stopped' }[] = [];
  const moments: number[] = [];
  const sounding: Due[] = [];
  const waiting: Due[] = [];

  for (const due of open) {
    const beganAt = began.get(due.airing);
    if (beganAt === undefined) {
      if (due.nominalAt <= silencedAt) missed.push({ due, reason: 'stopped' });
      else if (due.nominalAt > now) moments.push(due.nominalAt);
      else if (now > due.startBy) missed.push({ due, reason: whyMissed(due, heldAudio) });
      else {
        waiting.push(due);
        moments.push(due.startBy + 1);
      }
    } else if (beganAt <= silencedAt || due.nominalAt <= silencedAt) {
      end.push({ due, because: 'stopped' });
    } else if (now < naturalEndAt(due, beganAt)) {
      sounding.push(due);
      moments.push(naturalEndAt(due, beganAt));
    }
  }

  const ready = waiting.filter((due) => heldAudio.has(due.audio.sha256));
  const sound = first([...sounding, ...ready], began);
  for (const due of sounding) if (due !== sound) end.push({ due, because: 'cut' });

  const ahead = moments.filter((at) => at > now);
  return { sound, end, missed, nextAt: ahead.length === 0 ? null : Math.min(...ahead) };
}

function whyMissed(due: Due, heldAudio: ReadonlySet<string>): 'no-audio' | 'pre-empted' {
  return heldAudio.has(due.audio.sha256) ? 'pre-empted' : 'no-audio';
}

/** Higher class first; within a class what already sounds, then what was due first, then by id: never a tie. */
function first(candidates: readonly Due[], began: ReadonlyMap<string, number>): Due | null {
  const order = (a: Due, b: Due): number =>
    rank[b.priority] - rank[a.priority] ||
    Number(began.has(b.airing)) - Number(began.has(a.airing)) ||
    a.nominalAt - b.nominalAt ||
    (a.airing < b.airing ? -1 : 1);
  return candidates.reduce<Due | null>(
    (best, due) => (best === null || order(due, best) < 0 ? due : best),
    null,
  );
}
