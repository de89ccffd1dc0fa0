import { Button, Paper, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { orderTask, poleTasks } from '../../api/devices.ts';
import type { LoudspeakerDetailView, TaskKind, TaskView } from '../../api/devices.ts';
import { ApiFailure } from '../../api/door.ts';
import { ask } from '../../parts/ask.ts';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.tasks;
const kinds = ['test-tone', 'restart', 'send-logs'] as const;
const stateColors = {
  waiting: 'dimmed',
  done: 'leaf.8',
  'not-done': 'clay.8',
  unanswered: 'clay.8',
} as const;

/** What a technician lets the pole do from afar, and what it answered. */
export function PoleTasks({ pole }: { pole: LoudspeakerDetailView }) {
  const client = useQueryClient();
  const query = useQuery(poleTasks(pole.id));
  const key = poleTasks(pole.id).queryKey;
  const order = useMutation({
    mutationFn: (request: { kind: TaskKind; inQuietHours?: boolean }) => orderTask(pole.id, request),
    onSuccess: (tasks) => {
      tellDone(w.sent);
      client.setQueryData(key, tasks);
    },
    onError: (error, { kind }) => {
      const isQuiet = error instanceof ApiFailure && error.code === 'loudspeakers.quiet-hours';
      if (isQuiet) ask(w.quiet, w.quietAsk, () => order.mutate({ kind, inQuietHours: true }));
      else tellFailure(error);
    },
  });
  const logsDone = query.data?.filter(({ kind, state }) => kind === 'send-logs' && state === 'done').length;
  useEffect(() => {
    if (logsDone !== undefined) void client.invalidateQueries({ queryKey: ['loudspeaker', pole.id, 'logs'] });
  }, [client, logsDone, pole.id]);
  const isAway = pole.now.link !== 'online';
  const begin = (kind: TaskKind): void => {
    if (kind === 'send-logs') order.mutate({ kind });
    else ask(w.kinds[kind].name, w.kinds[kind].ask, () => order.mutate({ kind }));
  };
  return (
    <Paper p="md" component="section" aria-label={w.title}>
      <Text fw={600}>{w.title}</Text>
      <Text size="xs" c="dimmed" mb={4}>
        {w.hint}
      </Text>
      {isAway ? <Text size="sm">{pole.now.link === 'not-enrolled' ? w.noBox : w.away}</Text> : null}
      {kinds.map((kind) => (
        <div key={kind} className={css.line} style={{ flexWrap: 'nowrap' }}>
          <Text size="sm">{w.kinds[kind].hint}</Text>
          <Button
            size="xs"
            variant="default"
            style={{ flex: 'none' }}
            disabled={isAway}
            loading={order.isPending && order.variables.kind === kind}
            onClick={() => begin(kind)}
          >
            {w.kinds[kind].name}
          </Button>
        </div>
      ))}
      <Text size="sm" fw={600} mt="sm">
        {w.past}
      </Text>
      <Asked query={query} empty={w.none}>
        {(tasks) => tasks.slice(0, 5).map((task) => <Line key={task.id} task={task} />)}
      </Asked>
    </Paper>
  );
}

function Line({ task }: { task: TaskView }) {
  const { kind, state, reason, askedByName, askedAt } = task;
  const why = reason === null ? '' : `: ${w.reasons[reason]}`;
  return (
    <div className={css.line} data-task={kind} data-task-state={state}>
      <div style={{ minWidth: 0 }}>
        <Text size="sm">{w.kinds[kind].name}</Text>
        <Text size="xs" c="dimmed">
          {w.by(askedByName, clockAndDay(askedAt))}
        </Text>
      </div>
      <Text size="xs" fw={600} c={stateColors[state]} role="status">
        {w.states[state]}
        {why}
      </Text>
    </div>
  );
}
