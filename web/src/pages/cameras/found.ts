import type { CameraSearchView } from '../../api/devices.ts';

export type Found = CameraSearchView['found'][number];

/** The usual path says nothing to anybody. */
export function shortAddress(address: string): string {
  return address.replace(/^http:\/\//, '').replace(/\/onvif\/device_service$/, '');
}
