/** Writes what a box can say of itself, spoken by the embedded voice: `sayings.main FILE` (devices/loudspeaker/sayings.data.ts). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sayings } from '../../devices/loudspeaker/diagnosis.ts';
import { EspeakVoice } from '../../src/speech/voice.espeak.ts';

const require = createRequire(import.meta.url);
const { path: ffmpeg } = require('@ffmpeg-installer/ffmpeg') as { path: string };

const voice = new EspeakVoice({ voice: 'vi' });
const directory = mkdtempSync(join(tmpdir(), 'sayings-'));
const gapMs = 60;
const spans: string[] = [];
const sounds: Int16Array[] = [];
let atMs = 0;
let rate = 0;
for (const [name, text] of Object.entries(sayings)) {
  const { pcm, sampleRate } = await voice.synthesise(text, { rate: 0.9 });
  rate = sampleRate;
  const gap = new Int16Array(Math.round((sampleRate * gapMs) / 1_000));
  const toMs = atMs + (pcm.length * 1_000) / sampleRate;
  spans.push(`  ${JSON.stringify(name)}: [${Math.floor(atMs)}, ${Math.ceil(toMs)}],`);
  sounds.push(pcm, gap);
  atMs = toMs + gapMs;
}
await voice.close();
const raw = Buffer.concat(sounds.map((each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength)));
writeFileSync(join(directory, 'all.raw'), raw);
execFileSync(ffmpeg, [
  ...['-v', 'error', '-f', 's16le', '-ar', String(rate), '-ac', '1', '-i', join(directory, 'all.raw')],
  ...['-c:a', 'libopus', '-b:a', '14k', '-ar', '24000', '-fflags', '+bitexact', join(directory, 'all.opus')],
]);
const opus = readFileSync(join(directory, 'all.opus')).toString('base64');
rmSync(directory, { recursive: true });
writeFileSync(
  process.argv[2] ?? '',
  `import type { Saying } from './diagnosis.ts';

/** Made by \`test/stage/sayings.main.ts\` (espeak-ng): where each saying lies in the sound, ms. */
export const sayingsAt: Readonly<Record<Saying, readonly [fromMs: number, toMs: number]>> = {
${spans.join('\n')}
};

/** Ogg Opus, base64. */
export const sayingsOpus = '${opus}';
`,
);
