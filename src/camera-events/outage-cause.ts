/**
 * Why cameras are out of reach, as far as their neighbours show it: the cameras and poles of the same village, and
 * those of the others. A probable cause and never more; what it was read from is told with it. Pure.
 */
export const causes = ['power', 'uplink', 'power-or-uplink', 'commune-uplink', 'camera', 'unknown'] as const;
export type Cause = (typeof causes)[number];

export interface Neighbour {
  readonly id: string;
  readonly kind: 'camera' | 'pole';
  readonly villageId: string;
  /** Since when it is out of reach (ms); null where it is reached, or nobody knows. */
  readonly lostAt: number | null;
  /** Out of reach, and not by its own fault: a refused password is no power cut. */
  readonly isSilent: boolean;
}

/** What is stored with an outage, and said on screens. */
export interface OutageCause {
  readonly cause: Cause;
  /** Lost together, itself included, of how many in the village that could be. */
  readonly cameras: number;
  readonly ofCameras: number;
  readonly poles: number;
  readonly ofPoles: number;
  /** Of the first of them (ms), and how long until the last. */
  readonly fromAt: number;
  readonly withinMs: number;
}

/**
 * What is lost by one cause is noticed at different times: a camera after its long poll (15 s), a pole when its
 * broker link has been silent for 45 to 75 s.
 */
export const togetherMs = 120_000;
/** Some things have batteries, or are noticed later. */
const mostShare = 0.6;

/** @param lost one that is out of reach. @param all everything of the commune that could be, itself included */
export function causeOf(
  lost: Neighbour & { readonly lostAt: number },
  all: readonly Neighbour[],
): OutageCause {
  const isTogether = (one: Neighbour): boolean =>
    one.isSilent && one.lostAt !== null && Math.abs(one.lostAt - lost.lostAt) <= togetherMs;
  const here = all.filter(({ villageId }) => villageId === lost.villageId);
  const gone = here.filter((one) => one.id === lost.id || isTogether(one));
  const count = (list: readonly Neighbour[], kind: Neighbour['kind']): number =>
    list.filter((one) => one.kind === kind).length;
  const times = gone.map((one) => one.lostAt ?? lost.lostAt);
  const fromAt = Math.min(...times);
  const facts = {
    ...{ cameras: count(gone, 'camera'), ofCameras: count(here, 'camera') },
    ...{ poles: count(gone, 'pole'), ofPoles: count(here, 'pole') },
    ...{ fromAt, withinMs: Math.max(...times) - fromAt },
  };
  return {
    cause: lost.isSilent ? judge(facts, isCommuneDark(lost.villageId, all, isTogether)) : 'camera',
    ...facts,
  };
}

export function isSameCause(one: OutageCause, other: OutageCause | null): boolean {
  if (other === null) return false;
  return (Object.keys(one) as (keyof OutageCause)[]).every((name) => one[name] === other[name]);
}

function judge(facts: Omit<OutageCause, 'cause'>, isWholeCommune: boolean): Cause {
  const { cameras, ofCameras, poles, ofPoles } = facts;
  if (isWholeCommune) return 'commune-uplink';
  const isMost = cameras + poles >= mostShare * (ofCameras + ofPoles);
  if (poles > 0 && isMost) return 'power';
  if (cameras > 1 && cameras >= mostShare * ofCameras) return ofPoles > poles ? 'uplink' : 'power-or-uplink';
  return ofCameras + ofPoles > cameras + poles ? 'camera' : 'unknown';
}

/** Most of at least two villages at once: no village's power cut does that, the line that they share does. */
function isCommuneDark(
  villageId: string,
  all: readonly Neighbour[],
  isTogether: (one: Neighbour) => boolean,
): boolean {
  const villages = [...new Set(all.map((one) => one.villageId))];
  const dark = villages.filter((id) => {
    const here = all.filter((one) => one.villageId === id);
    return here.filter(isTogether).length >= mostShare * here.length;
  });
  return dark.length >= 2 && dark.length >= mostShare * villages.length && dark.includes(villageId);
}
