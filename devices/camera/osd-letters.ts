/**
 * Letters for the line of text that cameras burn into pictures: 5×7 dots, capitals, with Vietnamese marks built from
 * the base letter and its marks. Dots of our own, because a small box may have no font at all and text would then
 * come out as empty squares.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '0E11111F111111',
  B: '1E11111E11111E',
  C: '0E11101010110E',
  D: '1E11111111111E',
  E: '1F10101E10101F',
  F: '1F10101E101010',
  G: '0E11101711110F',
  H: '1111111F111111',
  I: '0E04040404040E',
  J: '0702020202120C',
  K: '11121418141211',
  L: '1010101010101F',
  M: '111B1515111111',
  N: '11191513111111',
  O: '0E11111111110E',
  P: '1E11111E101010',
  Q: '0E11111115120D',
  R: '1E11111E141211',
  S: '0F10100E01011E',
  T: '1F040404040404',
  U: '1111111111110E',
  V: '11111111110A04',
  W: '1111111515150A',
  X: '11110A040A1111',
  Y: '11110A04040404',
  Z: '1F01020408101F',
  0: '0E11131519110E',
  1: '040C040404040E',
  2: '0E11010204081F',
  3: '1F02040201110E',
  4: '02060A121F0202',
  5: '1F101E0101110E',
  6: '0608101E11110E',
  7: '1F010204080808',
  8: '0E11110E11110E',
  9: '0E11110F01020C',
  ':': '00040400040400',
  '-': '0000001F000000',
  '.': '00000000000404',
  '/': '01010204081010',
  '+': '0004041F040400',
  '(': '02040808080402',
  ')': '08040202020408',
};

/** Marks above (three rows over the letter) and below, by their combining character. */
const ABOVE: Readonly<Record<string, string>> = {
  '\u0300': '080400',
  '\u0301': '020400',
  '\u0309': '060204',
  '\u0303': '0D1600',
  '\u0302': '040A00',
  '\u0306': '110E00',
};
const DOT_BELOW = '\u0323';
const HORN = '\u031B';
const CELL = 6;

/** SVG of the text; one dot is `dot` units wide. The letters stand on `y`, their lower edge. */
export function osdText(text: string, x: number, y: number, dot: number, fill: string): string {
  const rows: string[] = [];
  let column = 0;
  const put = (left: number, top: number): void => {
    rows.push(
      `M${String(x + left * dot)} ${String(y + top * dot)}h${String(dot)}v${String(dot)}h-${String(dot)}z`,
    );
  };
  const bits = (hex: string, top: number): void => {
    for (let row = 0; row * 2 < hex.length; row++) {
      const line = Number.parseInt(hex.slice(row * 2, row * 2 + 2), 16);
      for (let bit = 0; bit < 5; bit++) if ((line >> (4 - bit)) & 1) put(column + bit, top + row);
    }
  };
  for (const letter of text.normalize('NFC').toUpperCase().replaceAll('Đ', 'D\u0335')) {
    const [base = ' ', ...marks] = Array.from(letter.normalize('NFD'));
    if (base === '\u0335') {
      column -= CELL;
      put(column - 1, -4);
      put(column + 1, -4);
      column += CELL;
      continue;
    }
    bits(GLYPHS[base] ?? '', -7);
    let top = -10;
    for (const mark of marks) {
      const above = ABOVE[mark];
      if (above !== undefined) {
        bits(above, top);
        top -= 3;
      } else if (mark === DOT_BELOW) put(column + 2, 1);
      else if (mark === HORN) put(column + 5, -8);
    }
    column += CELL;
  }
  return `<path d="${rows.join('')}" fill="${fill}"/>`;
}
