import { constants, access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Failure } from '../base/failure.ts';
import { runProgram } from './program.process.ts';

/** Where a copy of ffmpeg was looked for, in this order. */
export type FfmpegSource = 'configured' | 'ffmpeg-static' | 'system' | '@ffmpeg-installer/ffmpeg';

export interface FfmpegCandidate {
  readonly source: FfmpegSource;
  readonly path: string;
}

export interface FfmpegFound extends FfmpegCandidate {
  readonly version: string;
  /** Those that came before it, and why each would not do. */
  readonly passedOver: readonly {
    readonly source: FfmpegSource;
    readonly path: string;
    readonly why: string;
  }[];
}

export interface RunOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Somebody is waiting in danger: takes its full share of the machine. */
  readonly isUrgent?: boolean;
  /** What it writes to standard output, as it comes. */
  readonly onOutput?: (text: string) => void;
}

const NEEDED_ENCODERS = ['libopus', 'libmp3lame', 'pcm_s16le'];
const NEEDED_DECODERS = ['libopus'];
const NEEDED_FILTERS = ['ebur128', 'alimiter', 'aresample', 'highpass', 'lowpass', 'volume', 'afade'];
const PROBE_DEADLINE_MS = 10_000;

/**
 * Takes the first copy that works: the configured path, `ffmpeg-static` (its binary is absent where its download
 * was refused), the system's, and at last the copy that always comes with the packages.
 * @throws Failure `unavailable`, `speech.encoder-unusable` when a configured path cannot be used (a person chose
 *   it: silently taking another would hide the fault), `speech.encoder-missing` when none works
 */
export async function findFfmpeg(configuredPath: string): Promise<FfmpegFound> {
  if (configuredPath !== '') {
    const probed = await probe(configuredPath);
    if (probed.fault === undefined) {
      return { source: 'configured', path: configuredPath, version: probed.version, passedOver: [] };
    }
    throw new Failure(
      'unavailable',
      'speech.encoder-unusable',
      `speech.ffmpegPath is set to ${configuredPath}, which cannot be used: ${probed.fault}. ` +
        'Correct it, or leave it empty to use the copy that comes with the packages.',
    );
  }
  const passedOver: { source: FfmpegSource; path: string; why: string }[] = [];
  for (const candidate of await candidates()) {
    const probed = await probe(candidate.path);
    if (probed.fault === undefined) return { ...candidate, version: probed.version, passedOver };
    passedOver.push({ ...candidate, why: probed.fault });
  }
  throw new Failure(
    'unavailable',
    'speech.encoder-missing',
    `no usable ffmpeg: ${passedOver.map((one) => `${one.source} ${one.path}: ${one.why}`).join('; ') || 'none found'}. ` +
      'Install ffmpeg with libopus and libmp3lame, or set speech.ffmpegPath.',
  );
}

/** One line for the log at start: which copy, and why not an earlier one. */
export function toldPlainly(found: FfmpegFound): string {
  const why = found.passedOver.map((one) => `${one.source} passed over: ${one.why}`).join('; ');
  return `ffmpeg ${found.version} (${found.source}, ${found.path})${why === '' ? '' : `; ${why}`}`;
}

/**
 * Runs it to its end.
 * @returns what it wrote to standard output, and the end of what it complained of
 * @throws Failure `speech.encoder-failed`, `speech.encoder-timeout`, `platform.disk-full` (all `unavailable`),
 *   `speech.aborted` (`conflict`); the process is gone by then
 */
export async function runFfmpeg(
  path: string,
  parameters: readonly string[],
  { deadlineMs, signal, isUrgent = false, onOutput }: RunOptions,
): Promise<{ stdout: string; stderr: string }> {
  const late = new Failure(
    'unavailable',
    'speech.encoder-timeout',
    `ffmpeg took longer than ${deadlineMs} ms`,
  );
  const all = ['-nostdin', '-hide_banner', ...parameters];
  const { code, stdout, stderr } = await runProgram(path, all, {
    deadlineMs,
    late,
    signal,
    isUrgent,
    onOutput,
  });
  if (code !== 0) throw failureOf(code, stderr);
  return { stdout, stderr };
}

function failureOf(code: number | null, stderr: string): Failure {
  if (/No space left on device|Disk quota exceeded/i.test(stderr)) {
    return new Failure('unavailable', 'platform.disk-full', 'no room left to encode a recording');
  }
  return new Failure(
    'unavailable',
    'speech.encoder-failed',
    `ffmpeg ended with ${code ?? 'a signal'}: ${stderr.trim().slice(-600)}`,
  );
}

async function candidates(): Promise<FfmpegCandidate[]> {
  const found: FfmpegCandidate[] = [];
  const fromStatic = await import('ffmpeg-static').then(pathIn, () => undefined);
  if (fromStatic !== undefined) found.push({ source: 'ffmpeg-static', path: fromStatic });
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, name);
    if (directory !== '' && (await isProgram(path))) {
      found.push({ source: 'system', path });
      break;
    }
  }
  // It throws where it has no binary for this machine.
  const floor = await import('@ffmpeg-installer/ffmpeg').then(pathIn, () => undefined);
  if (floor !== undefined) found.push({ source: '@ffmpeg-installer/ffmpeg', path: floor });
  return found;
}

/** Both packages are CommonJS: one exports a path or null, the other an object with a path. */
function pathIn(imported: { default: unknown }): string | undefined {
  const exported = imported.default;
  if (typeof exported === 'string') return exported;
  if (typeof exported === 'object' && exported !== null && 'path' in exported) {
    return typeof exported.path === 'string' ? exported.path : undefined;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function probe(path: string): Promise<{ version: string; fault?: string }> {
  const no = (fault: string) => ({ version: '', fault });
  if (!(await isProgram(path))) return no('there is no program at that path');
  try {
    const options = { deadlineMs: PROBE_DEADLINE_MS };
    const [told, encoders, decoders, filters] = await Promise.all([
      runFfmpeg(path, ['-version'], options),
      runFfmpeg(path, ['-encoders'], options),
      runFfmpeg(path, ['-decoders'], options),
      runFfmpeg(path, ['-filters'], options),
    ]);
    const version = /^ffmpeg version (\S+)/m.exec(told.stdout)?.[1];
    if (version === undefined) return no('it does not answer as ffmpeg does');
    const missing = [
      ...NEEDED_ENCODERS.filter((name) => !listed(encoders.stdout, name)),
      ...NEEDED_DECODERS.filter((name) => !listed(decoders.stdout, name)),
      ...NEEDED_FILTERS.filter((name) => !listed(filters.stdout, name)),
    ];
    return missing.length === 0 ? { version } : no(`it lacks ${missing.join(', ')}`);
  } catch (error) {
    return no(error instanceof Error ? error.message : String(error));
  }
}

function listed(table: string, name: string): boolean {
  return new RegExp(`^\\s*\\S+\\s+${name}\\s`, 'm').test(table);
}
