import { emergenciesInForce, silencedUntil } from '../protocol/decide.ts';
import type { Due } from '../protocol/decide.ts';
import { leftOutBefore } from '../protocol/pole-messages.ts';
import type { Order, Programme } from '../protocol/pole-messages.ts';

/**
 * Whether somebody has taken back what sounds here. That the decision does not name it any more is not enough: a clock
 * that was set while it sounded puts it out of the decision's sight, and a service whose clock is ahead leaves it out
 * of its programme as over. It is then heard to its end.
 *
 * @param startAt when it began, by this box's clock then (ms)
 * @param now by its clock now, which may have been set in between (ms)
 */
export function isWithdrawn(
  due: Due,
  startAt: number,
  programme: Programme | null,
  orders: readonly Order[],
  now: number,
): boolean {
  if (programme === null) return true;
  if (Math.min(startAt, due.nominalAt, now) <= silencedUntil(programme, orders, due.raisedBy)) return true;
  if (orders.some((order) => order.kind === 'cancel' && order.emergency === due.broadcast)) return true;
  const isNamed =
    due.priority === 'emergency'
      ? emergenciesInForce(programme, orders).some(({ id }) => id === due.broadcast)
      : programme.items.some(({ airing }) => airing === due.airing);
  return !isNamed && due.hardEndAt >= leftOutBefore(programme);
}
