import type { CameraState } from '../cameras/camera-device.ts';

/** Instants in ms, the end not included. */
export interface Span {
  readonly fromAt: number;
  readonly untilAt: number;
}

/** How a camera was held, as its connector told it from one instant to another. */
export interface Spell extends Span {
  readonly state: CameraState;
}

/** Milliseconds of a period, each instant in one of them. */
export interface Usability {
  /** Held, its events coming, and nothing wrong with its picture. */
  readonly usableMs: number;
  /** Told to be out of reach or refused. */
  readonly deadMs: number;
  /** Held, and its picture shows nothing of use. */
  readonly badPictureMs: number;
  /** Nobody told: the connector or the service was away, or the camera was just being connected. */
  readonly unknownMs: number;
}

/**
 * What a camera was worth in a period. Only what was told counts: an instant of which nobody has told is unknown and
 * neither good nor bad.
 *
 * @param spells in the order in which they were told; a later one corrects an earlier one that it overlaps
 * @param bad when the picture showed nothing of use
 */
export function usability(period: Span, spells: readonly Spell[], bad: readonly Span[]): Usability {
  const wholeMs = Math.max(0, period.untilAt - period.fromAt);
  let [held, dead, badPicture] = [0, 0, 0];
  const blind = joined(bad);
  let laterFromAt = Infinity;
  for (const spell of spells.toReversed()) {
    const untilAt = Math.min(spell.untilAt, laterFromAt);
    laterFromAt = Math.min(laterFromAt, spell.fromAt);
    const part = clipped({ fromAt: spell.fromAt, untilAt }, period);
    const ms = part.untilAt - part.fromAt;
    if (ms <= 0 || spell.state === 'connecting' || spell.state === 'waiting') continue;
    if (spell.state !== 'subscribed') {
      dead += ms;
      continue;
    }
    held += ms;
    for (const one of blind) {
      const both = clipped(one, part);
      badPicture += Math.max(0, both.untilAt - both.fromAt);
    }
  }
  return {
    usableMs: held - badPicture,
    deadMs: dead,
    badPictureMs: badPicture,
    unknownMs: wholeMs - held - dead,
  };
}

export function together(all: readonly Usability[]): Usability {
  const sum = (name: keyof Usability): number => all.reduce((total, one) => total + one[name], 0);
  return {
    usableMs: sum('usableMs'),
    deadMs: sum('deadMs'),
    badPictureMs: sum('badPictureMs'),
    unknownMs: sum('unknownMs'),
  };
}

/** Usable of what is known, and unknown of the whole, in percent to a tenth; null where nothing is known. */
export function percents(one: Usability): { usable: number | null; unknown: number } {
  const known = one.usableMs + one.deadMs + one.badPictureMs;
  const whole = known + one.unknownMs;
  const tenths = (part: number, of: number): number => Math.round((1_000 * part) / of) / 10;
  return {
    usable: known === 0 ? null : tenths(one.usableMs, known),
    unknown: whole === 0 ? 0 : tenths(one.unknownMs, whole),
  };
}

function clipped({ fromAt, untilAt }: Span, by: Span): Span {
  return { fromAt: Math.max(fromAt, by.fromAt), untilAt: Math.min(untilAt, by.untilAt) };
}

/** Without overlaps, so that nothing is bad twice. */
function joined(spans: readonly Span[]): Span[] {
  const whole: { fromAt: number; untilAt: number }[] = [];
  for (const { fromAt, untilAt } of [...spans].sort((a, b) => a.fromAt - b.fromAt)) {
    const last = whole.at(-1);
    if (last !== undefined && fromAt <= last.untilAt) last.untilAt = Math.max(last.untilAt, untilAt);
    else if (untilAt > fromAt) whole.push({ fromAt, untilAt });
  }
  return whole;
}
