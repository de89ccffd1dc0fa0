// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The embedded voice's program. It loads espeak-ng (GPL-3), so it is a separate program under that licence:
 * the service starts it, speaks to it in the messages below, and can be given another in its place.
 *
 * Standard input and output are not used; parent and child exchange messages over Node's IPC channel:
 *   → { id, text, voice, wordsPerMinute, volume, pitch }
 *   ← { ready: true, sampleRate }                 once, when the engine is loaded
 *   ← { id, pcm: Int16Array } | { id, error }     one for each request
 * It ends with its parent: when the channel closes it exits.
 */
import createEspeak from '@echogarden/espeak-ng-emscripten';
import type { SpeakingAnswer, SpeakingRequest } from './voice.process.ts';

export interface EspeakRequest extends SpeakingRequest {
  readonly voice: string;
  readonly wordsPerMinute: number;
  /** 0..100; above 70 it clips. */
  readonly volume: number;
  /** 0..100. */
  readonly pitch: number;
}

process.on('disconnect', () => process.exit(0));

const espeak = await createEspeak();
const engine = await new espeak.eSpeakNGWorker();

process.on('message', (request: EspeakRequest) => {
  try {
    answer({ id: request.id, pcm: speak(request) });
  } catch (error) {
    answer({ id: request.id, error: String(error) });
  }
});

answer({ ready: true, sampleRate: engine.get_samplerate() });

function speak(request: EspeakRequest): Int16Array {
  engine.set_voice(request.voice);
  engine.set_rate(request.wordsPerMinute);
  engine.set_volume(request.volume);
  engine.set_pitch(request.pitch);
  const chunks: Int16Array[] = [];
  engine.synthesize(request.text, (samples) => {
    if (samples !== null && samples.length > 0) chunks.push(samples);
    return false;
  });
  const pcm = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    pcm.set(chunk, at);
    at += chunk.length;
  }
  return pcm;
}

function answer(message: SpeakingAnswer): void {
  // The parent may have gone between question and answer: 'disconnect' then ends this program.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
