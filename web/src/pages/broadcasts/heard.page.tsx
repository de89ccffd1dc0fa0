import { Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconEar } from '@tabler/icons-react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { airings as airingsQuery, hearings as hearingsQuery, sayHeard } from '../../api/broadcasts.ts';
import type { AiringView, HearingView } from '../../api/broadcasts.ts';
import { loudspeakers } from '../../api/devices.ts';
import { lastHeard } from '../../parts/heard.ts';
import { saidBy } from '../../parts/said-by.ts';
import { Asked, Empty, FailureNote, PageHead } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { useSession } from '../../shell/session.tsx';
import { serverNow } from '../../time/clock.ts';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { HeardAnswers } from './heard-answers.tsx';

const w = words.hearing;
/** Who was asked yesterday may answer today (ms). */
const askedWithinMs = 3 * 86_400_000;

/** For a village head who is signed in: was it heard? One tap, for each of their villages. */
export default function HeardPage() {
  const { id = '' } = useParams();
  const [range] = useState(() => ({
    from: new Date(serverNow() - askedWithinMs).toISOString(),
    until: new Date(serverNow()).toISOString(),
    broadcastId: id,
  }));
  const airings = useQuery(airingsQuery(range));
  const { data: said = [] } = useQuery(hearingsQuery(range));
  const { data: poles = [] } = useQuery(loudspeakers);
  const { person } = useSession();
  const mine = poles.filter(({ villageId }) => person.villageIds.includes(villageId));
  return (
    <Stack maw={560} mx="auto">
      <PageHead title={w.title} hint={w.hint} />
      <Asked query={airings}>
        {(lines) => {
          const asked = occasions(lines, mine);
          return asked.length === 0 ? (
            <Empty icon={<IconEar size={44} stroke={1.4} />} title={w.empty} hint={w.emptyHint} />
          ) : (
            asked.map((each) => (
              <Occasion
                key={`${each.villageId} ${each.airing.nominalAt}`}
                occasion={each}
                said={lastHeard(said, each.airing, each.villageId)}
              />
            ))
          );
        }}
      </Asked>
    </Stack>
  );
}

interface Asking {
  readonly airing: AiringView;
  readonly villageId: string;
  readonly villageName: string;
}

/** Each village and time once, however many poles; the newest first. */
function occasions(
  airings: readonly AiringView[],
  poles: readonly { readonly id: string; readonly villageId: string; readonly villageName: string }[],
): Asking[] {
  const byName = new Map<string, Asking>();
  for (const airing of airings) {
    const pole = poles.find(({ id }) => id === airing.loudspeakerId);
    if (pole === undefined || airing.state === 'cancelled') continue;
    const { villageId, villageName } = pole;
    byName.set(`${villageId} ${airing.nominalAt}`, { airing, villageId, villageName });
  }
  return [...byName.values()].sort((a, b) => b.airing.nominalAt.localeCompare(a.airing.nominalAt));
}

function Occasion({ occasion, said }: { occasion: Asking; said: HearingView | null }) {
  const client = useQueryClient();
  const { airing, villageId, villageName } = occasion;
  const send = useMutation({
    mutationFn: (heard: HearingView['heard']) =>
      sayHeard({ broadcastId: airing.broadcastId, villageId, nominalAt: airing.nominalAt, heard }),
    onSuccess: () => tellDone(w.thanks),
    onSettled: () => client.invalidateQueries({ queryKey: ['airings'] }),
  });
  return (
    <Paper p="md">
      <Text fw={600}>{airing.title}</Text>
      <Text size="sm" c="dimmed" mb="sm">
        {villageName} · {clockAndDay(airing.nominalAt)}
      </Text>
      <HeardAnswers
        said={said?.heard ?? null}
        sending={send.isPending ? send.variables : null}
        onAnswer={(heard) => send.mutate(heard)}
      />
      <FailureNote error={send.error} />
      {said === null ? null : (
        <Text size="xs" c="dimmed" mt="xs">
          {saidBy(said)}
        </Text>
      )}
    </Paper>
  );
}
