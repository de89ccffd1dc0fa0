/**
 * The neural voice's program: it loads one model into sherpa-onnx and speaks. A bad model ends it (exit 134, 255, 1),
 * and a model of medium size holds half a gigabyte, so it is a process of its own; messages as in `voice.process.ts`,
 * the model's place as its one argument, in JSON.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { SpeakingAnswer, SpeakingRequest } from './voice.process.ts';

export interface SherpaRequest extends SpeakingRequest {
  /** 0 is the first speaker. */
  readonly speaker: number;
  /** 1 is the voice's own pace. */
  readonly rate: number;
}

export interface SherpaPlace {
  readonly onnxPath: string;
  readonly tokensPath: string;
  readonly dataPath: string;
}

/** As much of `sherpa-onnx-node` (optional, untyped) as is used here. */
interface Sherpa {
  readonly OfflineTts: new (config: object) => {
    readonly sampleRate: number;
    generate(request: { text: string; sid: number; speed: number; enableExternalBuffer: boolean }): {
      readonly samples: Float32Array;
    };
  };
}

process.on('disconnect', () => process.exit(0));

const { onnxPath, tokensPath, dataPath } = JSON.parse(process.argv[2] ?? '{}') as SherpaPlace;
const { OfflineTts } = createRequire(import.meta.url)('sherpa-onnx-node') as Sherpa;
const engine = new OfflineTts({
  model: {
    vits: { model: onnxPath, tokens: tokensPath, dataDir: dataPath },
    // Half of the cores: the poles' commands go on beside it.
    numThreads: Math.max(1, Math.floor(availableParallelism() / 2)),
    provider: 'cpu',
    debug: false,
  },
  maxNumSentences: 1,
});

process.on('message', (request: SherpaRequest) => {
  try {
    const { samples } = engine.generate({
      text: request.text,
      sid: request.speaker,
      speed: request.rate,
      enableExternalBuffer: false,
    });
    answer({ id: request.id, pcm: sixteenBits(samples) });
  } catch (error) {
    answer({ id: request.id, error: String(error) });
  }
});

answer({ ready: true, sampleRate: engine.sampleRate });

/** Models go above full scale now and then: those sentences are made softer as a whole, not clipped. */
function sixteenBits(samples: Float32Array): Int16Array {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  const gain = 32_767 * (peak > 0.98 ? 0.98 / peak : 1);
  return Int16Array.from(samples, (sample) => Math.round(sample * gain));
}

function answer(message: SpeakingAnswer): void {
  // The parent may have gone between question and answer: 'disconnect' then ends this program.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
