import {
  IconCameraOff,
  IconCar,
  IconDeviceCctv,
  IconDoor,
  IconFaceId,
  IconFlame,
  IconPaw,
  IconPlugConnectedX,
  IconRun,
  IconUser,
  IconUserExclamation,
  IconVolume,
} from '@tabler/icons-react';
import type { TablerIcon } from '@tabler/icons-react';

const icons: Partial<Record<string, TablerIcon>> = {
  motion: IconRun,
  pir: IconRun,
  person: IconUser,
  face: IconFaceId,
  intrusion: IconUserExclamation,
  loitering: IconUserExclamation,
  'line-crossing': IconUserExclamation,
  vehicle: IconCar,
  animal: IconPaw,
  fire: IconFlame,
  audio: IconVolume,
  noise: IconVolume,
  'digital-input': IconDoor,
  tamper: IconCameraOff,
  'scene-change': IconCameraOff,
  'video-loss': IconCameraOff,
  outage: IconPlugConnectedX,
  gap: IconPlugConnectedX,
  flood: IconPlugConnectedX,
};

/** What a camera saw, as a sign; the words stand beside it. */
export function KindIcon({ kind }: { kind: string }) {
  const Icon = icons[kind] ?? IconDeviceCctv;
  return <Icon size={30} stroke={1.5} aria-hidden />;
}
