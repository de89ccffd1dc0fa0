import { programBeside } from '../../src/base/program.ts';
import { ProgramPlayer } from './player.program.ts';

/** Must be what `wav-sink.main.ts` waits before the first frame sounds. */
export const sinkLatencyMs = 60;

/** "Plays" into WAV files of `directory`, in a process that stamps what it gets by its own clock. */
export function wavPlayer(directory: string): ProgramPlayer {
  const { file, execArgv } = programBeside(import.meta.url, './wav-sink.main');
  return new ProgramPlayer({
    command: process.execPath,
    arguments: [...execArgv, file, directory],
    latencyMs: sinkLatencyMs,
    continuous: false,
  });
}
