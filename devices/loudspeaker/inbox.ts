import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Arrival } from '../link/box-link.ts';
import { openEnvelope, Refusal } from '../protocol/envelope.ts';
import { order, programme } from '../protocol/pole-messages.ts';
import type { Order, Programme } from '../protocol/pole-messages.ts';
import { clockToleranceMs, openFromService } from '../protocol/trust.ts';
import type { Pinned } from '../protocol/trust.ts';

/** What acceptance looks at besides the message. */
export interface Ground {
  readonly pinned: Pinned;
  readonly pole: string;
  /** Trusted time; null where there is none. */
  readonly now: number | null;
  /** A programme is in hand; without one (its file was lost) the newest known one is taken again. */
  readonly holding: boolean;
  readonly memory: {
    readonly ready: boolean;
    readonly programmeNumber: number;
    readonly programmeSha256: string;
    readonly programmeFloor: number;
    readonly orderFloor: number;
    knowsOrder(id: string): boolean;
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * A programme that this pole may follow; null where it is the very one that it holds already.
 * @throws Refusal with the first thing that is wrong
 */
export function acceptProgramme(bytes: Buffer, ground: Ground): Programme | null {
  const now = timeOf(ground);
  const { memory } = ground;
  const message = shaped(programme, openFromService('programme', bytes, ground.pinned, now));
  const { keyId } = openEnvelope('programme', bytes);
  if (message.commune !== ground.pinned.commune) throw new Refusal('wrong-commune', '', keyId);
  if (message.pole !== ground.pole) throw new Refusal('wrong-target', `pole ${message.pole}`, keyId);
  if (message.issuedAt > now + clockToleranceMs) throw new Refusal('from-the-future', '', keyId);
  if (message.untilAt <= now) throw new Refusal('expired', '', keyId);
  if (message.number === memory.programmeNumber && sha256Of(bytes) === memory.programmeSha256) {
    return ground.holding ? null : message;
  }
  if (message.number <= memory.programmeNumber || message.number < memory.programmeFloor) {
    const newest = Math.max(memory.programmeNumber, memory.programmeFloor);
    throw new Refusal('replayed', `number ${message.number}, held ${newest}`, keyId);
  }
  return message;
}

/** The programme that this box kept itself, whatever certificate has run out since. @throws Refusal */
export function reacceptProgramme(
  envelope: string,
  acceptedAt: number,
  pinned: Pinned,
  pole: string,
): Programme {
  const message = shaped(programme, openFromService('programme', envelope, pinned, acceptedAt));
  if (message.commune !== pinned.commune) throw new Refusal('wrong-commune');
  if (message.pole !== pole) throw new Refusal('wrong-target');
  return message;
}

/**
 * An order to follow; null where it is meant for other poles, or the broker handed it over twice.
 * @throws Refusal with the first thing that is wrong
 */
export function acceptOrder(arrival: Arrival, ground: Ground): Order | null {
  const { memory } = ground;
  const now = timeOf(ground);
  const message = shaped(order, openFromService('order', arrival.bytes, ground.pinned, now));
  const { keyId } = openEnvelope('order', arrival.bytes);
  if (message.commune !== ground.pinned.commune) throw new Refusal('wrong-commune', '', keyId);
  if (arrival.retained) throw new Refusal('retained-order', '', keyId);
  if (message.poles !== null && !message.poles.includes(ground.pole)) return null;
  if (memory.knowsOrder(message.id)) {
    if (arrival.duplicate) return null;
    throw new Refusal('replayed', `order ${message.id}`, keyId);
  }
  if (message.number <= memory.orderFloor) throw new Refusal('replayed', `number ${message.number}`, keyId);
  if (message.expiresAt < now) throw new Refusal('expired', `order ${message.id}`, keyId);
  if (message.issuedAt > now + clockToleranceMs) throw new Refusal('from-the-future', '', keyId);
  return message;
}

function timeOf({ now, memory }: Ground): number {
  if (!memory.ready) throw new Refusal('no-replay-memory');
  if (now === null) throw new Refusal('no-trusted-time');
  return now;
}

function shaped<T>(shape: z.ZodType<T>, message: unknown): T {
  const parsed = shape.safeParse(message);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal('bad-shape', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 300));
}
