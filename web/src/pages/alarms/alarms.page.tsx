import { Anchor, Badge, Button, Group, Modal, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconBellCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { acknowledgeAlarm, alarms as alarmsQuery } from '../../api/devices.ts';
import type { AlarmView } from '../../api/devices.ts';
import css from '../../parts/lines.module.css';
import { Asked, Empty, FailureNote, PageHead } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay } from '../../time/format.ts';
import { refusalReason } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';

const w = words.alarms;

/** What is wrong now, and what was. */
export default function AlarmsPage() {
  const query = useQuery(alarmsQuery);
  const [asked, setAsked] = useState<AlarmView | null>(null);
  return (
    <>
      <PageHead title={w.title} hint={w.hint} />
      <Asked query={query}>
        {(all) => {
          const open = all.filter(({ clearedAt }) => clearedAt === null);
          const past = all.filter(({ clearedAt }) => clearedAt !== null);
          return (
            <>
              {open.length === 0 ? (
                <Empty icon={<IconBellCheck size={44} stroke={1.4} />} title={w.empty} hint={w.emptyHint} />
              ) : (
                <Alarms list={open} onAcknowledge={setAsked} />
              )}
              {past.length === 0 ? null : (
                <>
                  <Text fw={600} mt="xl" mb="xs">
                    {w.past}
                  </Text>
                  <Alarms list={past} onAcknowledge={setAsked} />
                </>
              )}
            </>
          );
        }}
      </Asked>
      <Modal opened={asked !== null} onClose={() => setAsked(null)} title={asked === null ? '' : verb(asked)}>
        {asked === null ? null : <Acknowledge alarm={asked} onDone={() => setAsked(null)} />}
      </Modal>
    </>
  );
}

const sentence = ({ kind, about, count }: AlarmView): string =>
  w.kinds[kind](kind === 'refused-many' ? refusalReason(about) : about === '' ? w.gone : about, count);

/** That it is over says nothing of whether anybody knows of it: both are asked for, each by itself (ISA-18.2). */
const verb = ({ clearedAt }: AlarmView): string => (clearedAt === null ? w.acknowledge : w.acknowledgeOver);

function Alarms(props: { list: readonly AlarmView[]; onAcknowledge: (alarm: AlarmView) => void }) {
  const may = useMay();
  return (
    <Paper p="md">
      {props.list.map((alarm) => (
        <div key={alarm.id} className={css.line} style={{ flexWrap: 'wrap' }}>
          <div style={{ minWidth: 0, flex: '1 1 260px' }}>
            <Text fw={alarm.clearedAt === null ? 600 : 400}>
              {alarm.loudspeakerId === null ? (
                sentence(alarm)
              ) : (
                <Link to={`/loudspeakers/${alarm.loudspeakerId}`}>{sentence(alarm)}</Link>
              )}
            </Text>
            <Text size="xs" c="dimmed">
              {w.since(clockAndDay(alarm.raisedAt))}
              {alarm.clearedAt === null ? '' : ` · ${w.cleared(clockAndDay(alarm.clearedAt))}`}
              {alarm.acknowledgedAt === null
                ? ''
                : ` · ${w.acknowledged(alarm.acknowledgedByName ?? '', clockAndDay(alarm.acknowledgedAt))}`}
              {alarm.note === '' ? '' : `: ${alarm.note}`}
            </Text>
            <Poles of={alarm} />
          </div>
          <Group gap="xs">
            {alarm.clearedAt === null ? (
              <Badge color="clay" variant={alarm.acknowledgedAt === null ? 'filled' : 'outline'} tt="none">
                {alarm.acknowledgedAt === null ? w.states.fresh : w.states.known}
              </Badge>
            ) : (
              <Badge color="leaf" variant="light" tt="none">
                {alarm.acknowledgedAt === null ? w.states.missed : w.states.over}
              </Badge>
            )}
            {alarm.acknowledgedAt === null && may('loudspeakers.manage') ? (
              <Button size="xs" variant="default" onClick={() => props.onAcknowledge(alarm)}>
                {verb(alarm)}
              </Button>
            ) : null}
          </Group>
        </div>
      ))}
    </Paper>
  );
}

/** Of an alarm that many poles have in common. */
function Poles({ of: { poles } }: { of: AlarmView }) {
  if (poles.length === 0) return null;
  return (
    <details>
      <summary className={css.more}>{w.poles(poles.length)}</summary>
      <Group gap="4px 14px" mt={4}>
        {poles.map(({ id, name }) => (
          <Anchor key={id} component={Link} to={`/loudspeakers/${id}`} size="sm">
            {name}
          </Anchor>
        ))}
      </Group>
    </details>
  );
}

function Acknowledge({ alarm, onDone }: { alarm: AlarmView; onDone: () => void }) {
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const send = useMutation({
    mutationFn: () => acknowledgeAlarm(alarm.id, note),
    onSuccess: (list) => {
      client.setQueryData(alarmsQuery.queryKey, list);
      tellDone(w.done);
      onDone();
    },
  });
  return (
    <Stack>
      <Text>{sentence(alarm)}</Text>
      <TextInput
        label={w.note}
        description={w.noteHint}
        maxLength={300}
        data-autofocus
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <FailureNote error={send.error} />
      <Button loading={send.isPending} onClick={() => send.mutate()}>
        {verb(alarm)}
      </Button>
    </Stack>
  );
}
