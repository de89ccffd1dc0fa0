/** Around the root part stand a few headers; the XML that it holds is searched for no further. */
const LONGEST_HEAD = 4_096;

/**
 * The root of a multipart/related answer (MTOM, as gSOAP sends it where attachments were compiled in), with its own
 * type; undefined where it is no such answer. Told by the body: some name another type in the header. Linear in its size.
 */
export function rootPart(bytes: Buffer): { readonly bytes: Buffer; readonly type: string } | undefined {
  let start = 0;
  while (bytes[start] === 13 || bytes[start] === 10) start += 1;
  if (bytes[start] !== 45 || bytes[start + 1] !== 45) return undefined;
  const head = bytes.toString('latin1', start, start + LONGEST_HEAD);
  const found = /^(--[^\r\n]{1,200})\r?\n((?:[\w-]{1,64}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*)\r?\n/.exec(
    head,
  );
  if (found === null) return undefined;
  const [whole, boundary = '', headers = ''] = found;
  const from = start + whole.length;
  const end = bytes.indexOf(`\n${boundary}`, from, 'latin1');
  const type = /^content-type:\s*([^]*?)(?=\r?\n(?![ \t]))/im.exec(headers)?.[1] ?? '';
  return { bytes: bytes.subarray(from, end < 0 ? bytes.length : end), type };
}
