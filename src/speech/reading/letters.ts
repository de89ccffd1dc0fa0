/** Letter names as announcers say them; several are said in two ways, the first is ours. */
const NAMES: Readonly<Record<string, string>> = {
  a: 'a',
  ă: 'á',
  â: 'ớ',
  b: 'bê',
  c: 'xê',
  d: 'đê',
  đ: 'đê',
  e: 'e',
  ê: 'ê',
  f: 'ép',
  g: 'gờ',
  h: 'hát',
  i: 'i',
  j: 'gi',
  k: 'ca',
  l: 'lờ',
  m: 'mờ',
  n: 'nờ',
  o: 'o',
  ô: 'ô',
  ơ: 'ơ',
  p: 'pê',
  q: 'quy',
  r: 'rờ',
  s: 'ét',
  t: 'tê',
  u: 'u',
  ư: 'ư',
  v: 'vê',
  w: 'vê kép',
  x: 'ích',
  y: 'i',
  z: 'dét',
};

/** A letter's name; a letter that has none here (č, ŏ) is its own name. */
export function letterName(letter: string): string {
  const lower = letter.toLowerCase();
  return NAMES[lower] ?? NAMES[lower.normalize('NFD').slice(0, 1)] ?? lower;
}

/** Letters one by one: "UBN" → "u bê nờ". */
export function spell(letters: string): string {
  return Array.from(letters, letterName).join(' ');
}
