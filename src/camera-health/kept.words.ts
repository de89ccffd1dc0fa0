import type { CameraAtPoint } from '../cameras/camera.store.ts';
import type { KeptView } from './health.view.ts';
import { daysKept, faultOf } from './kept.ts';
import type { Kept } from './kept.ts';

/** What is kept of a camera, as screens are told, beside the days that its point must keep. */
export function keptView(kept: Kept | null, { camera, point }: CameraAtPoint): KeptView | null {
  if (kept === null) return null;
  const { at, result, replay, of, fromAt, untilAt } = kept;
  const days = point.retentionDays;
  return {
    ...{ at: instant(at), result, replay, of, neededDays: days, days: daysKept(kept) },
    ...{ from: fromAt === null ? null : instant(fromAt), until: untilAt === null ? null : instant(untilAt) },
    fault: faultOf(kept, { days, since: camera.createdAt.getTime() }),
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
