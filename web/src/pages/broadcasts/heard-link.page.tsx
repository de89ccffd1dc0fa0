import { Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconEar, IconLinkOff } from '@tabler/icons-react';
import { useLocation } from 'react-router';
import { answerByLink, askedByLink } from '../../api/broadcasts.ts';
import type { HearingAskedView } from '../../api/broadcasts.ts';
import { ApiFailure } from '../../api/door.ts';
import { DoorFrame } from '../../parts/door-frame.tsx';
import { Asked, Empty, FailureNote } from '../../parts/states.tsx';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { HeardAnswers } from './heard-answers.tsx';

const w = words.hearing;

/** What a village head opens from Zalo, without an account. The token stays behind the `#`: no server logs it. */
export default function HeardLinkPage() {
  const token = useLocation().hash.slice(1);
  const query = useQuery(askedByLink(token));
  const isOver =
    token === '' || (query.error instanceof ApiFailure && [400, 404].includes(query.error.status));
  return (
    <DoorFrame title={w.title} wide>
      {isOver ? (
        <Empty icon={<IconLinkOff size={44} stroke={1.4} />} title={w.linkOver} hint={w.linkOverHint} />
      ) : (
        <Asked query={query}>
          {(view) =>
            view.occasions.length === 0 ? (
              <Empty icon={<IconEar size={44} stroke={1.4} />} title={w.notYet} hint={w.notYetHint} />
            ) : (
              <Stack gap="xl">
                {view.occasions.map((occasion) => (
                  <Occasion key={occasion.nominalAt} token={token} view={view} occasion={occasion} />
                ))}
                <Text size="xs" c="dimmed">
                  {w.why}
                </Text>
              </Stack>
            )
          }
        </Asked>
      )}
    </DoorFrame>
  );
}

function Occasion({
  token,
  view,
  occasion,
}: {
  token: string;
  view: HearingAskedView;
  occasion: HearingAskedView['occasions'][number];
}) {
  const client = useQueryClient();
  const { nominalAt, heard: said } = occasion;
  const send = useMutation({
    mutationFn: (heard: NonNullable<typeof said>) => answerByLink({ token, nominalAt, heard }),
    onSettled: () => client.invalidateQueries({ queryKey: ['asked-by-link', token] }),
  });
  return (
    <section>
      <Text fw={600}>{view.title}</Text>
      <Text size="sm" c="dimmed" mb="sm">
        {words.today.village(view.village.word, view.village.name)} · {clockAndDay(nominalAt)}
      </Text>
      <HeardAnswers
        said={said}
        sending={send.isPending ? send.variables : null}
        onAnswer={(heard) => send.mutate(heard)}
      />
      <FailureNote error={send.error} />
      {said === null ? null : (
        <Text size="xs" c="dimmed" mt="xs" role="status">
          {w.answered}
        </Text>
      )}
    </section>
  );
}
