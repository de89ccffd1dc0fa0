import { Button, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import { cancelEmergency, safetyQuery } from '../api/broadcasts.ts';
import { useMay } from '../shell/session.tsx';
import { words } from '../words/words.ts';
import css from './in-force.module.css';
import { tellDone, tellFailure } from './tell.ts';

/** An emergency that sounds, with what there is to say of it, and its end for who may end it. */
export function InForce({ id, title, facts }: { id: string; title: string; facts: readonly string[] }) {
  const may = useMay();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelEmergency(id),
    onSuccess: () => tellDone(words.emergency.cancelled),
    onError: (error) => tellFailure(error),
    onSettled: () =>
      Promise.all(
        [['today'], ['emergencies'], safetyQuery.queryKey].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
  return (
    <section aria-label={words.today.emergencies} className={css.inForce}>
      <IconAlertTriangle size={34} aria-hidden />
      <div className={css.told}>
        <Text size="xs" fw={700}>
          {words.today.emergencies}
        </Text>
        <Title order={2} fz="1.2rem" lh={1.3}>
          {title}
        </Title>
        <Text size="sm">{facts.join(' · ')}</Text>
      </div>
      {may('emergencies.raise') ? (
        <Button
          size="lg"
          variant="white"
          color="red.8"
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {words.emergency.cancel}
        </Button>
      ) : null}
    </section>
  );
}
