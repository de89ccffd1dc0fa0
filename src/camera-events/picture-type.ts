/** What kind of picture these bytes begin like; null for anything else: HTML, SVG, a script that says image/jpeg. */
export function pictureTypeOf(bytes: Uint8Array): 'image/jpeg' | 'image/png' | null {
  const begins = (...start: number[]): boolean => start.every((byte, index) => bytes[index] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  return null;
}
