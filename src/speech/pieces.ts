/**
 * A sentence cut into pieces that an engine accepts: Google takes at most 5,000 bytes a request, and the
 * embedded engine's deadline grows with the length.
 */

/** Where a cut is heard least, best first. */
const BOUNDARIES = [/(?<=[.!?…])\s+/u, /(?<=[;:])\s+/u, /(?<=,)\s+/u, /\s+/u] as const;

/** Pieces of at most `maximumBytes` of UTF-8, in order, none empty; a word longer than that is cut between letters. */
export function piecesOf(sentence: string, maximumBytes: number): string[] {
  const text = sentence.trim();
  if (text === '') return [];
  return cut(text, maximumBytes, 0);
}

function cut(text: string, maximumBytes: number, level: number): string[] {
  if (bytes(text) <= maximumBytes) return [text];
  const boundary = BOUNDARIES[level];
  const parts = boundary === undefined ? Array.from(text) : text.split(boundary);
  const glue = boundary === undefined ? '' : ' ';
  if (parts.length === 1 && boundary !== undefined) return cut(text, maximumBytes, level + 1);

  const pieces: string[] = [];
  let piece = '';
  for (const part of parts.flatMap((one) =>
    boundary === undefined ? [one] : cut(one, maximumBytes, level + 1),
  )) {
    const longer = piece === '' ? part : piece + glue + part;
    if (piece === '' || bytes(longer) <= maximumBytes) {
      piece = longer;
    } else {
      pieces.push(piece);
      piece = part;
    }
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
