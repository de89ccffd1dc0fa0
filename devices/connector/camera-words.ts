import type { CameraPassport, CameraStatus } from '../protocol/camera-messages.ts';
import type { CameraReport } from './held-camera.ts';

/** A flood that is over is told of for so long: a few of these messages may be lost. */
const SHED_TOLD_FOR_MS = 600_000;

/** How a camera is held, as the service is told. @param nowMs true time */
export function cameraState(report: CameraReport, nowMs: number): CameraStatus['cameras'][number] {
  const { camera, revision, state, sinceAt, heardAt, clockOffsetMs, detail, passport, certificate } = report;
  const { shed } = report;
  return {
    camera,
    revision,
    state,
    sinceAt,
    heardAt,
    clockOffsetMs,
    detail,
    manufacturer: passport?.manufacturer ?? null,
    model: passport?.model ?? null,
    firmware: passport?.firmware ?? null,
    serial: passport?.serial ?? null,
    certificate,
    ...(shed === null || nowMs - shed.lastAt > SHED_TOLD_FOR_MS ? {} : { shed }),
  };
}

/** What a camera says it is, as the service is told. */
export function passportSaid(
  passport: NonNullable<CameraReport['passport']>,
  { keeping, isHolding }: Pick<CameraReport, 'keeping' | 'isHolding'>,
): CameraPassport['passport'] {
  const { hardware, services, profiles, topics, scopes, macs, endpoint, audio } = passport;
  const sources = passport.sources.map(({ token, name, aliases }) => ({
    ...{ token, name },
    aliases: [...aliases],
  }));
  return {
    ...{ hardware, endpoint, audio, keeping, services: [...services], scopes: [...scopes] },
    ...{ profiles: profiles.map((one) => one.slice(0, 200)), topics: [...topics], macs: [...macs] },
    ...(sources.length === 0 ? {} : { sources }),
    ...(isHolding ? { isHolding } : {}),
  };
}
