/**
 * The one form of sound inside the box: one channel of signed 16-bit samples. A horn gives 300–7,000 Hz; 24 kHz keeps
 * twice that and halves the disk and the memory that 48 kHz would take.
 */
export const sampleRate = 24_000;
export const frameMs = 20;
export const frameSamples = (sampleRate * frameMs) / 1_000;

export function samplesIn(ms: number): number {
  return Math.round((ms * sampleRate) / 1_000);
}

export function msOf(samples: number): number {
  return (samples * 1_000) / sampleRate;
}
