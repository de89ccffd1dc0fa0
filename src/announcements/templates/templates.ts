import { Failure } from '../../base/failure.ts';
import { deathNotice } from './death-notice.ts';
import { fees } from './fees.ts';
import { fireRisk } from './fire-risk.ts';
import { lostPerson } from './lost-person.ts';
import { meeting } from './meeting.ts';
import { powerCut } from './power-cut.ts';
import { publicService } from './public-service.ts';
import { stormBulletin } from './storm-bulletin.ts';
import type { Template } from './template.ts';
import { vaccination } from './vaccination.ts';
import { waterCut } from './water-cut.ts';

/** The templates that are shipped, as the console offers them. */
export const templates: readonly Template[] = [
  meeting,
  vaccination,
  powerCut,
  waterCut,
  fees,
  publicService,
  stormBulletin,
  fireRisk,
  lostPerson,
  deathNotice,
];

/** @throws Failure `announcements.no-template` */
export function templateOf(id: string): Template {
  const found = templates.find((template) => template.id === id);
  if (found === undefined) throw new Failure('missing', 'announcements.no-template', 'No such template');
  return found;
}
