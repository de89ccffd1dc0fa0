import { z } from 'zod';
import { newCameraRequest, pointRequest } from './camera.request.ts';

const { address, username, password, connectorId } = newCameraRequest.shape;
const name = z.string().trim().min(1).max(100);

export const newRecorderRequest = z.strictObject({ name, address, username, password, connectorId });
export type NewRecorderRequest = z.infer<typeof newRecorderRequest>;

export const changeRecorderRequest = z.strictObject({ name, address, username, password }).partial();
export type ChangeRecorderRequest = z.infer<typeof changeRecorderRequest>;

/** Registered together or not at all; each shows a point of its own. */
export const channelsRequest = z.strictObject({
  channels: z
    .array(pointRequest.extend({ channel: z.string().trim().min(1).max(200) }))
    .min(1)
    .max(64),
});
export type ChannelsRequest = z.infer<typeof channelsRequest>;
