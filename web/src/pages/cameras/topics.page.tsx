import { Anchor, Button, Code, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconChecks, IconRefresh } from '@tabler/icons-react';
import { Link } from 'react-router';
import { eventTopics, nameTopic, rereadNotices } from '../../api/devices.ts';
import type { EventTopicsView } from '../../api/devices.ts';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay } from '../../time/format.ts';
import { kindName } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';

const w = words.cameras.topicsPage;

/** Topics that nobody knows: a technician says what they mean, and what was kept of them is read again. */
export default function TopicsPage() {
  const query = useQuery(eventTopics);
  return (
    <>
      <PageHead title={w.title} hint={w.hint} back={{ to: '/cameras', name: words.menu.cameras }}>
        {query.data === undefined ? null : <Reread topics={query.data} />}
      </PageHead>
      <Asked query={query}>{(topics) => <Topics topics={topics} />}</Asked>
    </>
  );
}

function useTake(done: string) {
  const client = useQueryClient();
  return {
    onSuccess: (topics: EventTopicsView) => {
      client.setQueryData(eventTopics.queryKey, topics);
      tellDone(done);
    },
    onError: (error: unknown) => tellFailure(error),
  };
}

function Reread({ topics }: { topics: EventTopicsView }) {
  const may = useMay();
  const reread = useMutation({ mutationFn: rereadNotices, ...useTake(w.rereadBegun) });
  if (!may('cameras.manage')) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={18} />}
      loading={reread.isPending || topics.isRereading}
      onClick={() => reread.mutate()}
    >
      {w.reread}
    </Button>
  );
}

function Topics({ topics }: { topics: EventTopicsView }) {
  return (
    <Stack gap="xl">
      {topics.unknown.length === 0 ? (
        <Empty icon={<IconChecks size={44} stroke={1.4} />} title={w.none} hint={w.noneHint} />
      ) : (
        <Stack gap="sm">
          {topics.unknown.map((one) => (
            <Paper key={one.topic} p="md">
              <Code style={{ overflowWrap: 'anywhere' }}>{one.topic}</Code>
              <Text size="sm" mt={6} className="numbers">
                {w.told(one.notices, clockAndDay(one.lastAt))}
              </Text>
              <Group gap={8} mb="xs">
                {one.cameras.map(({ id, name }) => (
                  <Anchor key={id} component={Link} to={`/cameras/${id}`} size="sm">
                    {name}
                  </Anchor>
                ))}
              </Group>
              <Kind topic={one.topic} kind={null} topics={topics} />
            </Paper>
          ))}
        </Stack>
      )}
      {topics.named.length === 0 ? null : (
        <div>
          <Title order={2} fz="1.1rem" mb="sm">
            {w.named}
          </Title>
          <Stack gap="sm">
            {topics.named.map((one) => (
              <Paper key={one.topic} p="md">
                <Code style={{ overflowWrap: 'anywhere' }}>{one.topic}</Code>
                <Text size="xs" c="dimmed" my={6} className="numbers">
                  {w.namedBy(one.namedByName || words.common.unknown, clockAndDay(one.namedAt))}
                </Text>
                <Kind topic={one.topic} kind={one.kind} topics={topics} />
              </Paper>
            ))}
          </Stack>
        </div>
      )}
    </Stack>
  );
}

function Kind(props: { topic: string; kind: string | null; topics: EventTopicsView }) {
  const { topic, kind, topics } = props;
  const may = useMay();
  const name = useMutation({
    mutationFn: (chosen: string | null) => nameTopic({ topic, kind: chosen }),
    ...useTake(w.nameKept),
  });
  if (!may('cameras.manage')) return kind === null ? null : <Text size="sm">{kindName(kind)}</Text>;
  return (
    <Select
      aria-label={w.choose(topic)}
      placeholder={w.choosePlaceholder}
      maw={320}
      searchable
      clearable={kind !== null}
      disabled={name.isPending}
      value={kind}
      data={topics.kinds.map((value) => ({ value, label: kindName(value) }))}
      onChange={(value) => {
        if (value !== kind) name.mutate(value);
      }}
    />
  );
}
