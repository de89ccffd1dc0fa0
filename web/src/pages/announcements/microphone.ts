/** What the browser's microphone gives, and how loud it is. */

export type MicrophoneFault = 'insecure' | 'unsupported' | 'refused' | 'none' | 'busy';

export class MicrophoneFailure extends Error {
  constructor(readonly fault: MicrophoneFault) {
    super(fault);
  }
}

/** How loud it is now, in dB of full scale. */
export interface Level {
  readonly rmsDb: number;
  readonly peak: number;
}

export interface Microphone {
  /** The level of the last tenth of a second. */
  level(): Level;
  begin(): void;
  /** @returns what was recorded */
  end(): Promise<Blob>;
  /** Lets the microphone go: the browser's red dot disappears. */
  close(): void;
}

/** From here on a room is too loud to record in, before anybody speaks. */
export const noisyDb = -42;
/** Below this a voice is too soft. */
export const softDb = -38;
/** A sample as high as this is cut off. */
export const clippedPeak = 0.985;

/** Browsers write one or the other; the service takes both. */
const kinds = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];

/** Asks for the microphone. @throws MicrophoneFailure */
export async function openMicrophone(): Promise<Microphone> {
  // Browsers hide the microphone from pages without https; only the machine itself is trusted without.
  if (!window.isSecureContext) throw new MicrophoneFailure('insecure');
  const mimeType = kinds.find((kind) => 'MediaRecorder' in window && MediaRecorder.isTypeSupported(kind));
  if (mimeType === undefined || !('mediaDevices' in navigator)) throw new MicrophoneFailure('unsupported');
  const stream = await navigator.mediaDevices
    .getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
    })
    .catch((error: unknown) => {
      throw new MicrophoneFailure(faultOf(error));
    });

  const context = new AudioContext();
  // Some phones begin with it asleep until a finger has touched the page.
  void context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 4_096;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);

  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 96_000 });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));

  return {
    level: () => {
      analyser.getFloatTimeDomainData(samples);
      let power = 0;
      let peak = 0;
      for (const sample of samples) {
        power += sample * sample;
        peak = Math.max(peak, Math.abs(sample));
      }
      return { rmsDb: 10 * Math.log10(Math.max(1e-10, power / samples.length)), peak };
    },
    begin: () => {
      parts.length = 0;
      // In pieces: what was said before a browser is closed is not the point, a small memory is.
      recorder.start(1_000);
    },
    end: () =>
      new Promise((resolve) => {
        const done = () => resolve(new Blob(parts, { type: mimeType }));
        if (recorder.state === 'inactive') done();
        else {
          recorder.addEventListener('stop', done, { once: true });
          recorder.stop();
        }
      }),
    close: () => {
      if (recorder.state !== 'inactive') recorder.stop();
      for (const track of stream.getTracks()) track.stop();
      void context.close();
    },
  };
}

function faultOf(error: unknown): MicrophoneFault {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  return 'busy';
}
