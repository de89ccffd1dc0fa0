import { z } from 'zod';
import { priorities } from '../../devices/protocol/pole-messages.ts';
import { changeAnnouncementRequest, newAnnouncementRequest } from './announcement.request.ts';

const picks = z.record(z.string().max(200), z.string().max(500));
const { renderProfile, saidTimes } = newAnnouncementRequest.shape;
const instant = z.string().max(16);

/** Field → value, as the fields' types hold them; each template checks them itself and names the field. */
export const formValues = z.record(
  z.string().max(40),
  z.union([
    z.string().max(5_000),
    z.number(),
    z.boolean(),
    z.array(z.string().max(40)).max(100).readonly(),
    z.strictObject({ from: instant, until: instant }),
  ]),
);

export const previewFormRequest = z.strictObject({
  values: formValues,
  picks: picks.default({}),
  renderProfile,
});
export type PreviewFormRequest = z.infer<typeof previewFormRequest>;

export const newFormRequest = z.strictObject({
  templateId: z.string().max(40),
  values: formValues,
  /** A template proposes one; a person decides. */
  priority: z.enum(priorities),
  villageIds: z.array(z.uuid()).max(100).default([]),
  picks: picks.default({}),
  renderProfile,
  saidTimes,
});
export type NewFormRequest = z.infer<typeof newFormRequest>;

export const changeFormRequest = newFormRequest
  .omit({ templateId: true, renderProfile: true, saidTimes: true })
  .extend({
    /** The revision that the person was looking at: a later one is a conflict. */
    revision: z.int().min(1),
    renderProfile: changeAnnouncementRequest.shape.renderProfile,
    saidTimes: changeAnnouncementRequest.shape.saidTimes,
  });
export type ChangeFormRequest = z.infer<typeof changeFormRequest>;
