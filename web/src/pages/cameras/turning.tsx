import { ActionIcon, Button, Group, Loader, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconHome,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { placesOf, turn } from '../../api/viewings.ts';
import { useMay } from '../../shell/session.tsx';
import { sentenceOf } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import css from './turning.module.css';

const w = words.viewings.turning;

const steps = [
  { at: css.up, label: w.up, Icon: IconArrowUp, step: { pan: 0, tilt: 1, zoom: 0 } },
  { at: css.left, label: w.left, Icon: IconArrowLeft, step: { pan: -1, tilt: 0, zoom: 0 } },
  { at: css.right, label: w.right, Icon: IconArrowRight, step: { pan: 1, tilt: 0, zoom: 0 } },
  { at: css.down, label: w.down, Icon: IconArrowDown, step: { pan: 0, tilt: -1, zoom: 0 } },
  { at: css.nearer, label: w.nearer, Icon: IconZoomIn, step: { pan: 0, tilt: 0, zoom: 1 } },
  { at: css.farther, label: w.farther, Icon: IconZoomOut, step: { pan: 0, tilt: 0, zoom: -1 } },
];

/** Turns the camera that is watched, a step at a time. Nothing where it has no motors. */
export function Turning({ viewingId }: { viewingId: string }) {
  const may = useMay();
  const query = useQuery({
    queryKey: ['turning', viewingId],
    queryFn: () => placesOf(viewingId),
    enabled: may('cameras.turn'),
    staleTime: Infinity,
    retry: false,
  });
  const turning = useMutation({ mutationFn: (what: Parameters<typeof turn>[1]) => turn(viewingId, what) });
  if (query.data?.turns !== true) return null;
  const isBusy = turning.isPending;
  return (
    <section aria-label={w.title} className={css.turning}>
      <div className={css.pad}>
        {steps.map(({ at, label, Icon, step }) => (
          <ActionIcon
            key={label}
            className={at ?? ''}
            variant="default"
            size={44}
            aria-label={label}
            title={label}
            disabled={isBusy}
            onClick={() => turning.mutate({ step })}
          >
            <Icon size={22} />
          </ActionIcon>
        ))}
        <ActionIcon
          className={css.home ?? ''}
          variant="default"
          size={44}
          aria-label={w.home}
          title={w.home}
          disabled={isBusy}
          onClick={() => turning.mutate({ place: null })}
        >
          {isBusy ? <Loader size={18} /> : <IconHome size={22} />}
        </ActionIcon>
      </div>
      <div className={css.rest}>
        <Title order={3} fz="1rem">
          {w.title}
        </Title>
        {query.data.places.length === 0 ? null : (
          <Group gap="xs" mt={6}>
            {query.data.places.map(({ id, name }) => (
              <Button
                key={id}
                size="sm"
                variant="default"
                disabled={isBusy}
                onClick={() => turning.mutate({ place: id })}
              >
                {name}
              </Button>
            ))}
          </Group>
        )}
        <Text size="sm" c={turning.isError ? 'red.8' : 'dimmed'} mt={6} role="status">
          {turning.isError ? sentenceOf(turning.error) : w.hint}
        </Text>
      </div>
    </section>
  );
}
