import type { VideoSource } from '../../devices/protocol/video-sources.ts';

/** A camera of a device, as far as it is told which channel it is. */
export interface Shown {
  /** A token, or a number among the sources; null: all that the device shows. */
  readonly channel: string | null;
  readonly isRetired: boolean;
}

/**
 * Whose a notice is that names `channel` (null: it names none). One that stands goes before one that was taken down,
 * of which a connector may still have something to tell. Undefined: nobody registered that channel, or it is the
 * recorder's own business.
 *
 * @param sources the device's, in its order; empty where it did not say
 */
export function cameraOf<T extends Shown>(
  cameras: readonly T[],
  channel: string | null,
  sources: readonly VideoSource[],
): T | undefined {
  const fitting = cameras.filter((one) => one.channel === null || isChannel(one.channel, channel, sources));
  return fitting.find(({ isRetired }) => !isRetired) ?? fitting[0];
}

/** The source that a registered channel means: its token, else its number, the first being 1. */
export function sourceOf(channel: string, sources: readonly VideoSource[]): VideoSource | undefined {
  const named = sources.find(({ token }) => token === channel);
  return named ?? (/^\d{1,3}$/.test(channel) ? sources[Number(channel) - 1] : undefined);
}

/** One name for a registered channel, however it was written. */
export function tokenOf(channel: string, sources: readonly VideoSource[]): string {
  return sourceOf(channel, sources)?.token ?? channel;
}

function isChannel(registered: string, told: string | null, sources: readonly VideoSource[]): boolean {
  return told !== null && (registered === told || sourceOf(registered, sources)?.token === told);
}
