import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A Piper voice in a directory that an operator put there, as it was found fit to be loaded. */
export interface SherpaModel {
  readonly directory: string;
  /** The directory's name: what people choose it by. */
  readonly name: string;
  readonly onnxPath: string;
  readonly speakers: number;
  readonly sampleRate: number;
  /** SHA-256 of model and tokens, its first 16 digits: another model never gets this one's old sounds. */
  readonly hash: string;
}

/** Why a directory cannot speak: a code that the console words, and what it is about (a file, a key, a line). */
export interface ModelFault {
  readonly name: string;
  readonly code:
    | 'speech.model-file-missing'
    | 'speech.model-not-onnx'
    | 'speech.model-tokens-bad'
    | 'speech.model-metadata-missing'
    | 'speech.model-too-large'
    | 'speech.model-engine-missing';
  readonly about: string;
}

/** Piper's largest voices have 120 MB. */
const MAXIMUM_BYTES = 1_000_000_000;
const TOKENS_MAXIMUM_BYTES = 2_000_000;
/** Without these sherpa-onnx 1.13 ends its process when it loads (offline-tts-vits-model.cc). */
const NEEDED_METADATA = ['sample_rate', 'n_speakers', 'language', 'comment', 'voice'] as const;
/** Without these espeak-ng, which turns letters into sounds for Piper, ends the process. */
const NEEDED_DATA = ['phontab', 'phonindex', 'phondata', 'intonations', 'vi_dict'] as const;
/** Marks that Piper puts around and between sounds. */
const NEEDED_TOKENS = ['_', '^', '$'] as const;

/** Every directory below, fit or not, by name. No directory at all is no voice, and no fault. */
export async function modelsBelow(directory: string): Promise<(SherpaModel | ModelFault)[]> {
  const found = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const names = found
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const models: (SherpaModel | ModelFault)[] = [];
  for (const name of names) models.push(await inspectModel(join(directory, name)));
  return models;
}

export function isFault(model: SherpaModel | ModelFault): model is ModelFault {
  return 'code' in model;
}

/** Looks at everything of which sherpa-onnx would die, without loading it. Reads the model once, for its hash. */
export async function inspectModel(directory: string): Promise<SherpaModel | ModelFault> {
  const name = basename(directory);
  const fault = (code: ModelFault['code'], about: string): ModelFault => ({ name, code, about });

  const files = await readdir(directory).catch((): string[] => []);
  const [onnx, ...more] = files.filter((file) => file.endsWith('.onnx')).sort();
  const file = files.includes('model.onnx') || more.length > 0 ? 'model.onnx' : (onnx ?? 'model.onnx');
  if (!files.includes(file)) return fault('speech.model-file-missing', file);
  if (!files.includes('tokens.txt')) return fault('speech.model-file-missing', 'tokens.txt');
  for (const needed of NEEDED_DATA) {
    const about = `espeak-ng-data/${needed}`;
    if ((await sizeOf(join(directory, about))) === 0) return fault('speech.model-file-missing', about);
  }
  const onnxPath = join(directory, file);
  const tokensPath = join(directory, 'tokens.txt');
  if ((await sizeOf(onnxPath)) > MAXIMUM_BYTES) return fault('speech.model-too-large', file);
  if ((await sizeOf(tokensPath)) > TOKENS_MAXIMUM_BYTES) return fault('speech.model-too-large', 'tokens.txt');

  const badLine = badTokenLine(await readFile(tokensPath, 'utf8'));
  if (badLine !== undefined) return fault('speech.model-tokens-bad', badLine);

  const metadata = await metadataOf(onnxPath);
  if (metadata === undefined) return fault('speech.model-not-onnx', file);
  const missing = NEEDED_METADATA.find((key) => (metadata.get(key) ?? '') === '');
  if (missing !== undefined) return fault('speech.model-metadata-missing', missing);
  const [sampleRate, speakers] = [Number(metadata.get('sample_rate')), Number(metadata.get('n_speakers'))];
  if (!Number.isInteger(sampleRate) || sampleRate < 8_000 || sampleRate > 96_000)
    return fault('speech.model-metadata-missing', 'sample_rate');
  if (!Number.isInteger(speakers) || speakers < 0 || speakers > 1_000)
    return fault('speech.model-metadata-missing', 'n_speakers');
  if (metadata.get('comment')?.includes('piper') !== true)
    return fault('speech.model-metadata-missing', 'comment=piper');
  if (metadata.get('voice')?.startsWith('vi') !== true)
    return fault('speech.model-metadata-missing', 'voice=vi');

  const hash = await hashOf([onnxPath, tokensPath]);
  return { directory, name, onnxPath, speakers: Math.max(1, speakers), sampleRate, hash };
}

/** Each line is a symbol and its number; a line with a number alone means the space. */
function badTokenLine(text: string): string | undefined {
  const symbols = new Set<string>();
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '' && at === lines.length - 1) continue;
    const parsed = /^(?:(\S+)|[ \t]*)[ \t]+(\d+)\r?$/u.exec(line);
    const symbol = parsed?.[1] ?? ' ';
    if (parsed === null || symbols.has(symbol)) return String(at + 1);
    symbols.add(symbol);
  }
  return NEEDED_TOKENS.find((symbol) => !symbols.has(symbol));
}

/**
 * ModelProto.metadata_props (field 14) of an ONNX file: a walk over the outermost fields that skips their content,
 * the 60 MB of weights in the graph among it. Undefined for what is no such file.
 */
async function metadataOf(path: string): Promise<Map<string, string> | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const found = new Map<string, string>();
    let hasGraph = false;
    for (let at = 0; at < size;) {
      const head = await bytesAt(file, at, Math.min(20, size - at));
      const tag = varint(head, 0);
      if (tag === undefined) return undefined;
      const [field, wire] = [Math.floor(tag.value / 8), tag.value % 8];
      const value = varint(head, tag.end);
      if (field === 0 || value === undefined || (wire !== 0 && wire !== 2)) return undefined;
      const start = at + value.end;
      const end = wire === 2 ? start + value.value : start;
      if (end > size) return undefined;
      if (field === 7) hasGraph = true;
      if (field === 14) {
        if (wire !== 2 || value.value > 1_000_000) return undefined;
        const [key, text] = entryOf(await bytesAt(file, start, value.value));
        if (key !== undefined) found.set(key, text ?? '');
      }
      at = end;
    }
    return hasGraph ? found : undefined;
  } finally {
    await file.close();
  }
}

/** StringStringEntryProto: key = 1, value = 2. */
function entryOf(bytes: Buffer): [string?, string?] {
  const entry: [string?, string?] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = varint(bytes, at);
    const length = tag === undefined ? undefined : varint(bytes, tag.end);
    if (tag === undefined || length === undefined) return [];
    const text = bytes.toString('utf8', length.end, length.end + length.value);
    if (tag.value === 10) entry[0] = text;
    if (tag.value === 18) entry[1] = text;
    at = length.end + length.value;
  }
  return entry;
}

function varint(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let at = start; at < Math.min(bytes.length, start + 8); at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : 0;
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths)
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex').slice(0, 16);
}
