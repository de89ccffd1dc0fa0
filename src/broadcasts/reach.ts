import { Failure } from '../base/failure.ts';
import { heardInOrder, vietnamese } from '../villages/language.ts';
import type { Target } from './broadcast.request.ts';

/** A pole in the narrow shape that targets need; kept ready for the day the database is down. */
export interface PolePlace {
  readonly id: string;
  readonly villageId: string;
}

/** The poles that a target means today. A pole that is put up tomorrow in a village is in its broadcasts as well. */
export function polesOf(target: Target, poles: readonly PolePlace[]): PolePlace[] {
  switch (target.kind) {
    case 'commune':
      return [...poles];
    case 'villages': {
      const villages = new Set(target.villageIds);
      return poles.filter(({ villageId }) => villages.has(villageId));
    }
    case 'loudspeakers': {
      const wanted = new Set(target.loudspeakerIds);
      return poles.filter(({ id }) => wanted.has(id));
    }
  }
}

/**
 * Refuses a target that names what is not there, or that reaches beyond a person's villages.
 * @param allowed the villages of a village head; null where the whole commune is theirs
 * @throws Failure `broadcasts.unknown-target`, `broadcasts.beyond-your-villages`, `broadcasts.no-poles`
 */
export function refuseBadTarget(
  target: Target,
  poles: readonly PolePlace[],
  allowed: readonly string[] | null,
): PolePlace[] {
  const reached = polesOf(target, poles);
  if (target.kind === 'loudspeakers' && reached.length < new Set(target.loudspeakerIds).size) {
    throw badTarget('target.loudspeakerIds', 'broadcasts.unknown-target', 'A loudspeaker does not exist');
  }
  if (
    allowed !== null &&
    (target.kind === 'commune' || reached.some(({ villageId }) => !allowed.includes(villageId)))
  ) {
    throw new Failure('forbidden', 'broadcasts.beyond-your-villages', 'This reaches beyond your villages');
  }
  if (reached.length === 0) throw badTarget('target', 'broadcasts.no-poles', 'No loudspeaker stands there');
  return reached;
}

/** Poles that say the same versions in the same order. */
export interface Hearers<V> {
  readonly poles: readonly PolePlace[];
  readonly versions: readonly V[];
}

/**
 * What each pole says: its village's languages in the village's order, of each what there is. Poles for which there is
 * nothing are in no group.
 * @param orders village → the languages that it hears
 */
export function byLanguages<V extends { readonly language: string }>(
  poles: readonly PolePlace[],
  orders: ReadonlyMap<string, readonly string[]>,
  versions: readonly V[],
): Hearers<V>[] {
  const groups = new Map<string, { poles: PolePlace[]; versions: readonly V[] }>();
  for (const pole of poles) {
    const heard = heardInOrder(orders.get(pole.villageId) ?? [vietnamese], versions);
    if (heard.length === 0) continue;
    const key = heard.map(({ language }) => language).join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { poles: [pole], versions: heard });
    else group.poles.push(pole);
  }
  return [...groups.values()];
}

function badTarget(path: string, code: string, message: string): Failure {
  return new Failure('invalid', code, message, { fields: [{ path, code, message }] });
}

/**
 * The same on the safety paths: by the poles that are kept for the day the database is down, and only where those do
 * not know the target (a pole that was put up a moment ago) by the database.
 */
export async function reachSafely(
  target: Target,
  allowed: readonly string[] | null,
  poles: {
    readonly kept: readonly PolePlace[] | undefined;
    readonly ask: () => Promise<readonly PolePlace[]>;
  },
): Promise<PolePlace[]> {
  const { kept, ask } = poles;
  if (kept === undefined) return refuseBadTarget(target, await ask(), allowed);
  try {
    return refuseBadTarget(target, kept, allowed);
  } catch (error) {
    const asked = await ask().catch(() => {
      throw error;
    });
    return refuseBadTarget(target, asked, allowed);
  }
}
