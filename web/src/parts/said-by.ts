import type { HearingView } from '../api/broadcasts.ts';
import { clockAndDay } from '../time/format.ts';
import { words } from '../words/words.ts';

const w = words.hearing;

/** Who said what was heard, and when; of a link nobody knows who. */
export const saidBy = ({ byLink, personName, saidAt }: HearingView): string =>
  byLink ? w.saidByLink(clockAndDay(saidAt)) : w.said(personName, clockAndDay(saidAt));
