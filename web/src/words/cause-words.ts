import type { CameraEventView } from '../api/devices.ts';
import { clock } from '../time/format.ts';
import { words } from './words.ts';

/** Why, probably, something of a camera is missing; empty where nobody has judged it yet. */
export function causeSentence({ kind, topic, noticeCount, cause, villageName }: CameraEventView): string {
  const w = words.events.causes;
  if (kind === 'flood') return w.flood(noticeCount);
  if (kind === 'gap' && topic === 'hand-over') return w.handOver;
  if (cause === null) return '';
  const { cameras, ofCameras, poles, ofPoles, withinSeconds } = cause;
  const lost = w.lost(clock(cause.from), { cameras, ofCameras, poles, withinSeconds });
  switch (cause.cause) {
    case 'power':
      return w.power(villageName, lost);
    case 'uplink':
      return w.uplink(villageName, lost);
    case 'power-or-uplink':
      return w.powerOrUplink(villageName, lost);
    case 'commune-uplink':
      return w.communeUplink(villageName, lost);
    case 'camera':
      return ofCameras + ofPoles > cameras + poles ? w.camera : w.cameraAlone;
    case 'unknown':
      return w.unknown;
  }
}
