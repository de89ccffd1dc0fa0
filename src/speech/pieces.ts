/**
 * A sentence cut into pieces that an engine accepts: Google takes at most 5,000 bytes a request, the embedded
 * engine's deadline grows with the length, and so does a neural engine's memory.
 */

/** Where a cut is heard least, best first. */
const BOUNDARIES = [/(?<=[.!?…])\s+/u, /(?<=[;:])\s+/u, /(?<=,)\s+/u, /\s+/u] as const;

/** Pieces of at most `maximumBytes` of UTF-8, in order, none empty; a word longer than that is cut between letters. */
export function piecesOf(sentence: string, maximumBytes: number): string[] {
  return pieces(sentence, maximumBytes, (text) => Buffer.byteLength(text, 'utf8'));
}

/** The same, measured in letters (code points): a neural engine's memory grows with them. */
export function piecesOfLetters(sentence: string, maximumLetters: number): string[] {
  return pieces(sentence, maximumLetters, (text) => Array.from(text).length);
}

type Measure = (text: string) => number;

function pieces(sentence: string, maximum: number, measure: Measure): string[] {
  const text = sentence.trim();
  return text === '' ? [] : cut(text, maximum, measure, 0);
}

function cut(text: string, maximum: number, measure: Measure, level: number): string[] {
  if (measure(text) <= maximum) return [text];
  const boundary = BOUNDARIES[level];
  const parts = boundary === undefined ? Array.from(text) : text.split(boundary);
  const glue = boundary === undefined ? '' : ' ';
  if (parts.length === 1 && boundary !== undefined) return cut(text, maximum, measure, level + 1);

  const done: string[] = [];
  let piece = '';
  for (const part of parts.flatMap((one) =>
    boundary === undefined ? [one] : cut(one, maximum, measure, level + 1),
  )) {
    const longer = piece === '' ? part : piece + glue + part;
    if (piece === '' || measure(longer) <= maximum) {
      piece = longer;
    } else {
      done.push(piece);
      piece = part;
    }
  }
  if (piece !== '') done.push(piece);
  return done;
}
