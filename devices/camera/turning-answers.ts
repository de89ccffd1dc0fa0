import type { Camera } from './camera.ts';
import { durationMs } from './durations.ts';
import { NS } from './namespaces.ts';
import { badArguments } from './soap-fault.ts';
import { HOME, type Position, type Turning } from './turning.ts';
import { child, escapeXml, type XmlNode } from './xml-text.ts';

/** The body of an answer of the PTZ service; undefined when it is not implemented. */
export function turningAnswer(camera: Camera, request: XmlNode): string | undefined {
  if (camera.identity.turns !== true) return undefined;
  const now = performance.now();
  const answer = (inside = ''): string =>
    `<tptz:${request.name}Response xmlns:tptz="${NS.ptz}" xmlns:tt="${NS.schema}">${inside}</tptz:${request.name}Response>`;
  switch (request.name) {
    case 'GetPresets':
      return answer(
        [...wanted(camera, request).places]
          .map(
            ([token, { name }]) =>
              `<tptz:Preset token="${token}"><tt:Name>${escapeXml(name)}</tt:Name></tptz:Preset>`,
          )
          .join(''),
      );
    case 'GotoPreset': {
      const motors = wanted(camera, request);
      const place = motors.places.get(child(request, NS.ptz, 'PresetToken')?.text ?? '');
      if (place === undefined) throw badArguments('no such preset');
      motors.goTo(place.position, now);
      return answer();
    }
    case 'GotoHomePosition':
      wanted(camera, request).goTo(HOME, now);
      return answer();
    case 'ContinuousMove': {
      const motors = wanted(camera, request);
      const timeout = child(request, NS.ptz, 'Timeout')?.text;
      const forMs = timeout === undefined ? undefined : durationMs(timeout);
      if (timeout !== undefined && forMs === undefined) throw badArguments('the timeout cannot be read');
      const isDeaf = camera.faults.has('turn-timeout-ignored');
      motors.move(speedIn(child(request, NS.ptz, 'Velocity')), isDeaf ? undefined : forMs, now);
      return answer();
    }
    case 'Stop':
      wanted(camera, request).stop(now);
      return answer();
    default:
      return undefined;
  }
}

function wanted(camera: Camera, request: XmlNode): Turning {
  const token = child(request, NS.ptz, 'ProfileToken')?.text ?? '';
  const channel = camera.channels.find(({ profiles }) => profiles.includes(token));
  if (channel === undefined) throw badArguments('no such profile');
  return camera.motorsOf(channel.number);
}

function speedIn(velocity: XmlNode | undefined): Partial<Position> {
  const number = (part: string, name: string): number => {
    const value = Number(child(velocity, NS.schema, part)?.attributes.get(name) ?? 'none');
    if (!(Math.abs(value) <= 1)) throw badArguments('a speed is out of its range');
    return value;
  };
  const told: Partial<Position> = {
    ...(child(velocity, NS.schema, 'PanTilt') === undefined
      ? {}
      : { pan: number('PanTilt', 'x'), tilt: number('PanTilt', 'y') }),
    ...(child(velocity, NS.schema, 'Zoom') === undefined ? {} : { zoom: number('Zoom', 'x') }),
  };
  if (Object.keys(told).length === 0) throw badArguments('no speed');
  return told;
}
