import { sampleRate } from './pcm-format.ts';
import { ProgramPlayer } from './player.program.ts';

/**
 * A sound card through one long-lived `aplay` (alsa-utils), fed for as long as the box runs: opening a card at the
 * moment of play costs up to a second. `latencyMs` is the card's buffer and wants to be measured on each hardware.
 */
export function alsaPlayer(device = 'default', latencyMs = 80): ProgramPlayer {
  return new ProgramPlayer({
    command: 'aplay',
    arguments: [
      ...['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(sampleRate), '-D', device],
      ...['--buffer-time', String(latencyMs * 1_000), '--period-time', '20000', '-'],
    ],
    latencyMs,
    continuous: true,
  });
}
