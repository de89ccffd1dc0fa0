import { Button } from '@mantine/core';
import type { MantineSize } from '@mantine/core';
import { ask } from './ask.ts';

/** Does what cannot be taken back, once somebody has said yes to a question. */
export function AskButton(props: {
  label: string;
  question: string;
  isPending: boolean;
  onYes: () => void;
  size?: MantineSize;
}) {
  const { label, question, isPending, onYes, size = 'sm' } = props;
  return (
    <Button
      variant="subtle"
      color="clay"
      size={size}
      loading={isPending}
      onClick={() => ask(label, question, onYes)}
    >
      {label}
    </Button>
  );
}
