import { Button, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconChevronDown, IconHandStop } from '@tabler/icons-react';
import { stop } from '../api/broadcasts.ts';
import type { PoleToday, Target } from '../api/broadcasts.ts';
import { useOwnVillages } from '../shell/session.tsx';
import { words } from '../words/words.ts';
import { tellDone, tellFailure } from './tell.ts';

/** One tap, without a question: a wrong stop costs little, a late one much. */
export function useStop() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (target: Target) => stop(target),
    onSuccess: ({ poles }) => {
      tellDone(words.stop.sent(poles));
      void client.invalidateQueries({ queryKey: ['today'] });
    },
    onError: (error) => tellFailure(error, words.stop.failed),
  });
}

/** The whole commune, or the villages to which the person is limited. */
export const everythingOf = (own: readonly string[] | null): Target =>
  own === null ? { kind: 'commune' } : { kind: 'villages', villageIds: [...own] };

/** Stops everything, or one village, of what is on air. */
export function StopMenu({ poles }: { poles: readonly PoleToday[] }) {
  const stopping = useStop();
  const own = useOwnVillages();
  const villages = [...new Map(poles.map(({ villageId, villageName }) => [villageId, villageName]))].filter(
    ([id]) => own === null || own.includes(id),
  );
  const everything = everythingOf(own);
  return (
    <Button.Group>
      <Button
        color="gray.9"
        leftSection={<IconHandStop size={20} />}
        loading={stopping.isPending}
        onClick={() => stopping.mutate(everything)}
      >
        {words.stop.all}
      </Button>
      {villages.length > 1 ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              color="gray.9"
              px="xs"
              aria-label={words.stop.choose}
              style={{ borderLeft: '1px solid #6b685e' }}
            >
              <IconChevronDown size={18} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{words.stop.choose}</Menu.Label>
            {villages.map(([id, name]) => (
              <Menu.Item
                key={id}
                leftSection={<IconHandStop size={18} />}
                onClick={() => stopping.mutate({ kind: 'villages', villageIds: [id] })}
              >
                {words.stop.village(name)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : null}
    </Button.Group>
  );
}
