import { crc32, deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { drawer, seed } from './seed.ts';

/** What a camera gives for a picture. */
export interface HostilePicture {
  readonly name: string;
  readonly bytes: Buffer;
  /** As it says itself. */
  readonly type: string;
}

type Draw = () => number;
type Make = (draw: Draw) => Promise<Omit<HostilePicture, 'name'>>;

/** Tells whoever looks for it that it ran; see `ran` of the page that is watched. */
const script = 'window.ran&&window.ran(document.URL)';
/** In every script of ours: what goes to a screen must not hold it. */
export const mark = 'window.ran';
export const page = `<!DOCTYPE html><html><body onload="${script}"><script>${script}</script><img src="x:" onerror="${script}"></body></html>`;
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${script}"><script>${script}</script></svg>`;

const jpegType = 'image/jpeg';
/** The contract's limit and the connector's: a camera's picture has less. */
const nearlyTooManyBytes = 900_000;

function plain(draw: Draw, width: number, height: number): Sharp {
  const colour = (): number => Math.floor(draw() * 256);
  const background = { r: colour(), g: colour(), b: colour() };
  return sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false });
}
const small = (draw: Draw): Promise<Buffer> =>
  plain(draw, 64 + Math.floor(draw() * 600), 48 + Math.floor(draw() * 400))
    .jpeg({ quality: 50 })
    .toBuffer();
const asJpeg = (bytes: Buffer): { bytes: Buffer; type: string } => ({ bytes, type: jpegType });

/** With segments put behind the two bytes that every JPEG begins with. */
function withSegments(
  jpeg: Buffer,
  segments: readonly (readonly [marker: number, inside: Buffer])[],
): Buffer {
  const written = segments.map(([marker, inside]) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(inside.length + 2, 2);
    return Buffer.concat([head, inside]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...written, jpeg.subarray(2)]);
}

function chunk(name: string, inside: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), inside]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(inside.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** With chunks put behind a PNG's header. */
const withChunks = (png: Buffer, chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);

/** A directory whose next directory is itself. */
const endlessDirectory = Buffer.from(
  '4578696600004d4d002a00000008000101120003000000010006000000000008',
  'hex',
);

function hollowPng(width: number, height: number): Buffer {
  const size = Buffer.from('00000000000000000802000000', 'hex');
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  const head = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    ...[head, chunk('IHDR', size), chunk('tEXt', Buffer.alloc(80, 0x61))],
    ...[chunk('IDAT', deflateSync(Buffer.alloc(1_000))), chunk('IEND', Buffer.alloc(0))],
  ]);
}

/** The last pass of a progressive JPEG again and again: each is decoded over the whole picture. */
function manyPasses(jpeg: Buffer): Buffer {
  const pass = jpeg.subarray(jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), jpeg.length - 2);
  const times = Math.floor((nearlyTooManyBytes - jpeg.length) / pass.length);
  return Buffer.concat([
    ...[jpeg.subarray(0, jpeg.length - 2), ...Array.from({ length: times }, () => pass)],
    jpeg.subarray(jpeg.length - 2),
  ]);
}

const makers: Readonly<Record<string, Make>> = {
  'a page that says it is a picture': () => Promise.resolve(asJpeg(Buffer.from(page))),
  'a page that says what it is': () => Promise.resolve({ bytes: Buffer.from(page), type: 'text/html' }),
  'a drawing with a script': () => Promise.resolve({ bytes: Buffer.from(drawing), type: 'image/svg+xml' }),
  'a drawing that says it is a JPEG': () => Promise.resolve(asJpeg(Buffer.from(drawing))),
  'a picture, then a page': async (draw) => asJpeg(Buffer.concat([await small(draw), Buffer.from(page)])),
  'a picture that says it is a page': async (draw) => ({
    ...{ bytes: Buffer.concat([await small(draw), Buffer.from(page)]), type: 'text/html' },
  }),
  'a page in a comment': async (draw) =>
    asJpeg(withSegments(await small(draw), [[0xfe, Buffer.from(`--><!-- ${page} `)]])),
  'a script in its own metadata': async (draw) =>
    asJpeg(
      withSegments(await small(draw), [
        [0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${page}</x:xmpmeta>`)],
        [0xe2, Buffer.from(`ICC_PROFILE\0\x01\x01${page}`)],
      ]),
    ),
  'a picture that is an archive': async (draw) => {
    const archive = zipSync({
      'META-INF/MANIFEST.MF': Buffer.from('Main-Class: Evil\n'),
      'Evil.class': Buffer.from(page),
    });
    return asJpeg(Buffer.concat([await small(draw), archive]));
  },
  'a GIF that is a script': () =>
    Promise.resolve(asJpeg(Buffer.from(`GIF89a/*${'a'.repeat(100)}*/=1;${script}`, 'latin1'))),
  'another format that says it is a JPEG': async (draw) =>
    asJpeg(await plain(draw, 200, 100).webp().toBuffer()),
  '60,000 wide': async (draw) =>
    asJpeg(
      await plain(draw, 60_000, 1 + Math.floor(draw() * 600))
        .jpeg({ quality: 20 })
        .toBuffer(),
    ),
  '60,000 high': async (draw) =>
    asJpeg(
      await plain(draw, 1 + Math.floor(draw() * 600), 60_000)
        .jpeg({ quality: 20 })
        .toBuffer(),
    ),
  '60,000 high, as PNG': async (draw) => ({
    bytes: await plain(draw, 1 + Math.floor(draw() * 300), 60_000)
      .png()
      .toBuffer(),
    type: 'image/png',
  }),
  '60,000 each way, and nothing in it': () =>
    Promise.resolve({ bytes: hollowPng(60_000, 60_000), type: 'image/png' }),
  truncated: async (draw) => {
    const whole = await plain(draw, 800, 600).jpeg().toBuffer();
    return asJpeg(whole.subarray(0, 100 + Math.floor(draw() * (whole.length - 100))));
  },
  'truncated PNG': async (draw) => {
    const whole = await plain(draw, 800, 600).png().toBuffer();
    const bytes = whole.subarray(0, 100 + Math.floor(draw() * (whole.length - 100)));
    return { bytes, type: 'image/png' };
  },
  'metadata without end': async (draw) =>
    asJpeg(
      withSegments(
        await small(draw),
        Array.from({ length: 12 }, () => [
          0xe1,
          Buffer.concat([endlessDirectory, Buffer.alloc(65_000, 0xff)]),
        ]),
      ),
    ),
  'words that grow': async (draw) => {
    const words = Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(100_000_000))]);
    const bytes = withChunks(await plain(draw, 90, 60).png().toBuffer(), [chunk('zTXt', words)]);
    return { bytes, type: 'image/png' };
  },
  'in passes, as large as may be': async (draw) =>
    asJpeg(await plain(draw, 8_192, 4_608).jpeg({ quality: 20, progressive: true }).toBuffer()),
  'in passes, as large as is read': async (draw) =>
    asJpeg(
      await plain(draw, 3_840, 2_160)
        .jpeg({ quality: 20, progressive: true, chromaSubsampling: '4:4:4' })
        .toBuffer(),
    ),
  'interlaced, as large as may be': async (draw) => ({
    bytes: await plain(draw, 8_192, 4_608).png({ progressive: true, palette: true, colours: 2 }).toBuffer(),
    type: 'image/png',
  }),
  'passes without end': async (draw) =>
    asJpeg(manyPasses(await plain(draw, 2_000, 1_500).jpeg({ progressive: true }).toBuffer())),
  'no byte': () => Promise.resolve(asJpeg(Buffer.alloc(0))),
  'its first bytes alone': () => Promise.resolve(asJpeg(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))),
  'noise that begins like one': (draw) => {
    const noise = Array.from({ length: 200 + Math.floor(draw() * 20_000) }, () => Math.floor(draw() * 256));
    return Promise.resolve(asJpeg(Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...noise])));
  },
  'three megabytes': async (draw) =>
    asJpeg(Buffer.concat([await small(draw), Buffer.alloc(3_000_000, 0x61)])),
};

export const kindsOfPictures = Object.keys(makers).length;

/** Each kind in turn. @param turn from 0; the same one is the same picture, byte for byte */
export async function hostilePicture(turn: number): Promise<HostilePicture> {
  const names = Object.keys(makers);
  const name = names[turn % names.length] ?? '';
  const made = await makers[name]?.(drawer(seed + turn));
  if (made === undefined) throw new Error(`no such picture: ${name}`);
  return { name, ...made };
}

/** What the connector takes for a picture: the rest is refused before it is anything. */
export function isLikeAPicture({ bytes }: HostilePicture): boolean {
  const begins = (...head: number[]): boolean => head.every((byte, index) => bytes[index] === byte);
  const isSized = bytes.length >= 100 && bytes.length <= 1_000_000;
  return isSized && (begins(0xff, 0xd8, 0xff) || begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
}
