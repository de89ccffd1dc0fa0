import type { OccurrenceView } from '../api/broadcasts.ts';
import { statesInOrder } from './airing-states.ts';
import { AiringChip, PriorityChip } from './chips.tsx';
import { LanguageTag } from './languages.tsx';

/** In which language a time of a broadcast speaks, what goes before others, and how far its poles are. */
export function OccurrenceChips({ occurrence }: { occurrence: OccurrenceView }) {
  return (
    <>
      <LanguageTag code={occurrence.language} />
      {occurrence.priority === 'regular' ? null : <PriorityChip priority={occurrence.priority} />}
      {statesInOrder(occurrence.states).map(([state, count]) => (
        <AiringChip key={state} state={state} count={count} />
      ))}
    </>
  );
}
