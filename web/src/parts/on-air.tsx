import { Progress, Text } from '@mantine/core';
import type { AiringView } from '../api/broadcasts.ts';
import { useNow } from '../time/clock.ts';
import { length } from '../time/format.ts';
import { words } from '../words/words.ts';
import css from './on-air.module.css';

/** How far an airing is, by the service's clock. */
export function OnAirProgress({ airing }: { airing: AiringView }) {
  const now = useNow(250);
  const elapsed = (now - Date.parse(airing.startedAt ?? airing.nominalAt)) / 1_000;
  const done = Math.min(Math.max(0, elapsed), airing.plannedSeconds);
  return (
    <div>
      <Progress
        value={(done / airing.plannedSeconds) * 100}
        color={airing.priority === 'emergency' ? 'red.6' : 'amber.5'}
        size={7}
        radius="xl"
        transitionDuration={250}
        aria-label={airing.title}
      />
      <Text size="xs" className="numbers" mt={3} fw={500}>
        {words.today.elapsed(length(done), length(airing.plannedSeconds))}
      </Text>
    </div>
  );
}

/** Bars that move while something sounds. */
export function Waves({ isEmergency = false }: { isEmergency?: boolean }) {
  return (
    <span className={css.waves} data-emergency={isEmergency ? '' : undefined} aria-hidden>
      <i />
      <i />
      <i />
      <i />
    </span>
  );
}
