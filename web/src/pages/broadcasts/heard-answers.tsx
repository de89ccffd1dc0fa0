import { Button, SimpleGrid } from '@mantine/core';
import type { HearingView } from '../../api/broadcasts.ts';
import { words } from '../../words/words.ts';

type Heard = HearingView['heard'];
const answers = ['clear', 'poor', 'not'] as const satisfies readonly Heard[];

/** Clear, poor, nothing: one tap, which can be taken back by another one. */
export function HeardAnswers({
  said,
  sending,
  onAnswer,
}: {
  said: Heard | null;
  sending: Heard | null;
  onAnswer: (heard: Heard) => void;
}) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
      {answers.map((heard) => (
        <Button
          key={heard}
          size="md"
          color={heard === 'not' ? 'clay' : undefined}
          variant={said === heard ? 'filled' : 'default'}
          aria-pressed={said === heard}
          loading={sending === heard}
          onClick={() => onAnswer(heard)}
        >
          {words.hearing.answers[heard]}
        </Button>
      ))}
    </SimpleGrid>
  );
}
