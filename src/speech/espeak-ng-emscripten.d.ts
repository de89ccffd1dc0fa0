declare module '@echogarden/espeak-ng-emscripten' {
  interface Engine {
    set_voice(name: string): number;
    set_rate(wordsPerMinute: number): void;
    set_volume(volume: number): void;
    set_pitch(pitch: number): void;
    get_samplerate(): number;
    /** Synchronous. The callback may get no samples with its last events; returning true stops. */
    synthesize(text: string, onSamples: (samples: Int16Array | null, events: unknown[]) => boolean): void;
  }
  export default function createEspeak(): Promise<{ eSpeakNGWorker: new () => Engine | Promise<Engine> }>;
}
