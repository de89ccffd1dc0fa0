/** What the bytes are by their own first bytes; undefined for anything that is not a whole-looking JPEG or PNG. */
export function pictureType(bytes: Uint8Array): 'image/jpeg' | 'image/png' | undefined {
  const starts = (...head: readonly number[]): boolean => head.every((byte, index) => bytes[index] === byte);
  if (bytes.length < 100) return undefined;
  if (starts(0xff, 0xd8, 0xff) && bytes[3] !== 0xff) return 'image/jpeg';
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  return undefined;
}
