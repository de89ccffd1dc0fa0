import { Alert, Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { airings as airingsQuery, broadcast, cancelBroadcast } from '../../api/broadcasts.ts';
import type { AiringView, BroadcastView } from '../../api/broadcasts.ts';
import { loudspeakers } from '../../api/devices.ts';
import { ask } from '../../parts/ask.ts';
import { AiringLine } from '../../parts/airing-line.tsx';
import { PriorityChip } from '../../parts/chips.tsx';
import { LanguageTag } from '../../parts/languages.tsx';
import { Player } from '../../parts/player.tsx';
import { scheduleWords } from '../../parts/schedule-words.ts';
import { Asked, PageHead } from '../../parts/states.tsx';
import { TargetWords } from '../../parts/target-field.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay, dateTime, instantOf, plusDays, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { Heard } from './heard.tsx';
import css from './broadcasts.module.css';

const w = words.broadcast;

export default function BroadcastPage() {
  const { id = '' } = useParams();
  const query = useQuery(broadcast(id));
  return <Asked query={query}>{(view) => <OneBroadcast view={view} />}</Asked>;
}

function OneBroadcast({ view }: { view: BroadcastView }) {
  const may = useMay();
  const client = useQueryClient();
  const hasSeveral = view.versions.length > 1;
  const cancel = useMutation({
    mutationFn: () => cancelBroadcast(view.id),
    onSuccess: () => tellDone(w.cancelled),
    onError: (error) => tellFailure(error),
    onSettled: () =>
      Promise.all(
        ['broadcast', 'today', 'week', 'airings'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
  return (
    <>
      <PageHead
        back={{ to: '/week', name: words.menu.week }}
        title={view.title}
        hint={
          <Group gap={8} mt={4}>
            <PriorityChip priority={view.priority} />
            <span>{w.by(view.createdByName, dateTime(view.createdAt))}</span>
          </Group>
        }
      >
        {view.cancelledAt === null && may('broadcasts.schedule') ? (
          <Button
            variant="default"
            loading={cancel.isPending}
            onClick={() => ask(w.cancel, w.cancelAsk, () => cancel.mutate())}
          >
            {w.cancel}
          </Button>
        ) : null}
      </PageHead>
      <div className={css.sides}>
        <Stack>
          {view.cancelledAt === null ? null : (
            <Alert color="gray">{w.cancelledAt(dateTime(view.cancelledAt))}</Alert>
          )}
          <Paper p="md">
            <Stack gap={6} mb="md">
              <Text fw={600}>{scheduleWords(view.schedule)}</Text>
              <Text size="sm">
                <TargetWords target={view.target} /> · {w.repeatsAre(view.repeatCount, view.repeatGapSeconds)}
              </Text>
              <Text size="sm" c="dimmed">
                {view.nextAt === null ? w.noNext : w.nextAt(clockAndDay(view.nextAt))}
              </Text>
            </Stack>
            <Stack gap="sm">
              {view.versions.map(({ language, mp3Url, seconds }) => (
                <div key={language}>
                  <LanguageTag code={language} always={hasSeveral} />
                  <Player src={mp3Url} seconds={seconds} />
                </div>
              ))}
            </Stack>
            {hasSeveral ? (
              <Text size="xs" c="dimmed" mt="xs">
                {words.languages.eachVillage}
              </Text>
            ) : null}
          </Paper>
          {may('announcements.read') ? (
            <Anchor component={Link} to={`/announcements/${view.announcementId}`} size="sm">
              {words.announcements.wholeText}
            </Anchor>
          ) : null}
        </Stack>
        <Stack>
          <Heard broadcastId={view.id} />
          <Reports broadcastId={view.id} withLanguage={hasSeveral} />
        </Stack>
      </div>
    </>
  );
}

/** From a week ago until tomorrow's end: what was, and what comes next. */
function Reports({ broadcastId, withLanguage }: { broadcastId: string; withLanguage: boolean }) {
  const day = today();
  const query = useQuery(
    airingsQuery({ from: instantOf(plusDays(day, -7)), until: instantOf(plusDays(day, 2)), broadcastId }),
  );
  const { data: poles = [] } = useQuery(loudspeakers);
  const order = ({ loudspeakerId }: AiringView): number => poles.findIndex(({ id }) => id === loudspeakerId);
  return (
    <Paper p="md">
      <Text fw={600}>{w.airings}</Text>
      <Text size="xs" c="dimmed" mb={6}>
        {w.airingsHint}
      </Text>
      <Asked query={query} empty={w.noAirings}>
        {(lines) =>
          [...lines]
            .sort((a, b) => b.nominalAt.localeCompare(a.nominalAt) || order(a) - order(b))
            .map((airing) => (
              <AiringLine
                key={airing.id}
                airing={airing}
                name={poles.find(({ id }) => id === airing.loudspeakerId)?.name ?? words.common.unknown}
                withDate
                withLanguage={withLanguage}
              />
            ))
        }
      </Asked>
    </Paper>
  );
}
