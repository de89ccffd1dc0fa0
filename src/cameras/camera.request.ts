import { z } from 'zod';

const point = {
  name: z.string().trim().min(1).max(100),
  villageId: z.uuid(),
  place: z.string().trim().max(200).default(''),
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
  /** Law 91/2025/QH15: people are informed; each camera says why it is there, on what ground and for how long. */
  purpose: z.string().trim().min(1).max(300),
  legalBasis: z.string().trim().min(1).max(300),
  noticePosted: z.boolean(),
  owner: z.string().trim().min(1).max(100),
  retentionDays: z.int().min(1).max(3_650).default(30),
};
const camera = {
  /** host, host:port, or the device service's URL. */
  address: z.string().trim().min(1).max(300),
  username: z.string().trim().max(100),
  password: z.string().max(200),
};

export const newCameraRequest = z.strictObject({ ...point, ...camera });
export type NewCameraRequest = z.infer<typeof newCameraRequest>;

export const changeCameraRequest = z.strictObject({ ...point, ...camera }).partial();
export type ChangeCameraRequest = z.infer<typeof changeCameraRequest>;

export const connectorRequest = z.strictObject({ name: z.string().trim().min(1).max(100) });
