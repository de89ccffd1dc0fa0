/**
 * Whether anything before a camera is alive. A sensor is never still: between two pictures of the dullest scene cells change all
 * over, if only by one level, in the least of them. Where all that changes for a while lies in one small box, a clock that the
 * camera writes into its picture runs, and nothing else. Compared to the point, as a tolerance would take faint noise for none
 * (docs/decisions/0083-frozen-under-a-clock.md has the figures).
 */

/** Pictures are cut into so many cells, whatever their size: at 1,280 × 720 of 16 × 16 points each. */
export const cellColumns = 80;
export const cellRows = 45;

/** A sum of each cell's points, row by row: different where one point is. */
export type Cells = Uint32Array;

/** A camera's clock is a line of text, a hundredth or two of the picture; a whole line of large letters is less than this. */
const boxMostCells = (cellColumns * cellRows) / 10;

/** Nearer ones may be the same picture of the sensor, sent twice. */
const apartLeastMs = 500;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Whether the two differ nowhere outside one small box. They need not differ at all. */
export function isSameScene(one: Cells, other: Cells): boolean {
  return isSmall(changed(one, other));
}

/** For how long nothing but one small box has changed, over pictures that come one after the other. */
export class StillScene {
  private last: { readonly cells: Cells; readonly at: number } | null = null;
  /** Of all that has changed since `since`. */
  private box: Box | null = null;
  private since = 0;

  /** @param at when the picture was asked for, ms */
  see(cells: Cells, at: number): void {
    const { last } = this;
    if (last !== null && at - last.at < apartLeastMs) return;
    this.last = { cells, at };
    if (last === null) {
      this.since = at;
      return;
    }
    const now = changed(last.cells, cells);
    const all = around(this.box, now);
    if (isSmall(all)) {
      this.box = all;
      return;
    }
    // What changed just now may be small by itself: then it begins anew from the picture before.
    const isNewBox = isSmall(now);
    this.box = isNewBox ? now : null;
    this.since = isNewBox ? last.at : at;
  }

  /** Up to the last picture that was seen, ms. */
  get unmovedMs(): number {
    return this.last === null ? 0 : this.last.at - this.since;
  }
}

function changed(one: Cells, other: Cells): Box | null {
  let box: Box | null = null;
  for (let index = 0; index < cellColumns * cellRows; index += 1)
    if (one[index] !== other[index]) {
      const [x, y] = [index % cellColumns, Math.floor(index / cellColumns)];
      box = around(box, { left: x, top: y, right: x, bottom: y });
    }
  return box;
}

function around(one: Box | null, other: Box | null): Box | null {
  if (one === null || other === null) return one ?? other;
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

const isSmall = (box: Box | null): boolean =>
  box === null || (box.right - box.left + 1) * (box.bottom - box.top + 1) <= boxMostCells;
