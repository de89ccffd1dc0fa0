import type { CameraView } from '../../api/devices.ts';

export const stateColors: Record<CameraView['state'], string> = {
  waiting: 'gray',
  connecting: 'amber',
  subscribed: 'leaf',
  unreachable: 'clay',
  'password-refused': 'clay',
  fault: 'clay',
  'certificate-unknown': 'amber',
  'certificate-changed': 'clay',
  'other-device': 'clay',
};
