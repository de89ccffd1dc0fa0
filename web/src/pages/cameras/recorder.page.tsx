import { Alert, Anchor, Badge, Button, Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle, IconPencil, IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import {
  acceptRecorder,
  moveRecorder,
  recorder as recorderQuery,
  recorderStrays,
  retireRecorder,
  trustRecorderCertificate,
} from '../../api/devices.ts';
import type { RecorderView } from '../../api/devices.ts';
import { AskButton } from '../../parts/ask-button.tsx';
import css from '../../parts/lines.module.css';
import { Asked, PageHead } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { useNow } from '../../time/clock.ts';
import { ago } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { ChannelsForm } from './channels-form.tsx';
import { Glimpse } from './glimpse.tsx';
import { Handover } from './handover.tsx';
import { RecorderForm } from './recorder-form.tsx';
import { stateColors } from './state-colors.ts';
import { Trust } from './trust.tsx';
import { useGlimpses } from './use-glimpses.ts';

const w = words.recorders;

export default function RecorderPage() {
  const { id = '' } = useParams();
  const query = useQuery(recorderQuery(id));
  return <Asked query={query}>{(one) => <OneRecorder recorder={one} />}</Asked>;
}

function OneRecorder({ recorder }: { recorder: RecorderView }) {
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isEditing, editing] = useDisclosure(false);
  const retire = useMutation({
    mutationFn: () => retireRecorder(recorder.id),
    onSuccess: () => {
      tellDone(w.retired);
      void navigate('/cameras');
    },
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['cameras'] }),
  });
  return (
    <>
      <PageHead
        back={{ to: '/cameras', name: words.menu.cameras }}
        title={recorder.name === '' ? w.unnamed : recorder.name}
        hint={[
          recorder.address,
          recorder.manufacturer === null ? '' : `${recorder.manufacturer} ${recorder.model ?? ''}`.trim(),
          recorder.serial === null ? '' : `${words.cameras.serial} ${recorder.serial}`,
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      >
        {may('cameras.manage') ? (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconPencil size={18} />} onClick={editing.open}>
              {words.common.edit}
            </Button>
            <AskButton
              label={w.retire}
              question={w.retireAsk}
              isPending={retire.isPending}
              onYes={() => retire.mutate()}
            />
            <RecorderForm opened={isEditing} onClose={editing.close} recorder={recorder} />
          </Group>
        ) : null}
      </PageHead>
      <Stack>
        <State recorder={recorder} />
        <Trust
          held={recorder}
          confirm={(sha256) => trustRecorderCertificate(recorder.id, sha256)}
          accept={() => acceptRecorder(recorder.id)}
        />
        {recorder.defaultPassword === true ? (
          <Alert color="clay" icon={<IconAlertTriangle />} title={words.cameras.defaultPassword}>
            {words.cameras.defaultPasswordHint}
          </Alert>
        ) : null}
        <Channels recorder={recorder} />
        {may('events.read') ? <Strays recorder={recorder} /> : null}
        {may('cameras.manage') ? (
          <Handover held={recorder} send={(to, now) => moveRecorder(recorder.id, to, now)} />
        ) : null}
      </Stack>
    </>
  );
}

function State({ recorder }: { recorder: RecorderView }) {
  const now = useNow(5_000);
  const hint = words.cameras.statesHint[recorder.state];
  return (
    <div>
      <Group gap={8}>
        <Badge
          color={stateColors[recorder.state]}
          variant={recorder.state === 'subscribed' ? 'filled' : 'light'}
          tt="none"
        >
          {words.cameras.states[recorder.state]}
        </Badge>
        <Text size="xs" c="dimmed">
          {words.cameras.since(ago(recorder.stateSince, now))}
        </Text>
      </Group>
      {hint === '' ? null : (
        <Text size="sm" mt={4}>
          {hint}
        </Text>
      )}
    </div>
  );
}

/** All of them together; those that nobody registered can be, several at a time. */
function Channels({ recorder }: { recorder: RecorderView }) {
  const may = useMay();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const { channels } = recorder;
  const { glimpses, take, isTaking } = useGlimpses(recorder.id);
  const free = channels.filter((one) => one.camera === null);
  const chosen = free.filter(({ channel }) => ticked.has(channel));
  const tick = (channel: string, isOn: boolean): void => {
    const next = new Set(ticked);
    if (isOn) next.add(channel);
    else next.delete(channel);
    setTicked(next);
  };
  return (
    <Paper p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="1.1rem">
          {w.channels}
        </Title>
        <Text size="sm" c="dimmed">
          {channels.length === 0 ? '' : w.channelsOf(channels.length - free.length, channels.length)}
        </Text>
      </Group>
      {channels.length === 0 ? (
        <Text size="sm" c="dimmed" aria-live="polite">
          {recorder.described ? w.channelsNone : w.waiting}
        </Text>
      ) : null}
      {free.length > 0 && may('cameras.watch') && may('cameras.manage') ? (
        <Group gap="sm" mb="sm">
          <Button
            variant="light"
            leftSection={<IconPhoto size={18} />}
            loading={isTaking}
            onClick={() => take(free.map(({ channel }) => channel))}
          >
            {glimpses.size === 0 ? w.glimpse : w.glimpseAgain}
          </Button>
          <Text size="sm" c="dimmed" style={{ flex: '1 1 220px' }}>
            {w.glimpseHint}
          </Text>
        </Group>
      ) : null}
      <div className={css.rows}>
        {channels.map((one) => (
          <label
            key={one.channel}
            className={css.row}
            style={{ alignItems: 'flex-start' }}
            data-channel={one.number}
          >
            {may('cameras.manage') && one.camera === null ? (
              <Checkbox
                aria-label={w.pick(w.channel(one.number, one.name))}
                checked={ticked.has(one.channel)}
                onChange={(event) => tick(one.channel, event.currentTarget.checked)}
              />
            ) : null}
            <div className={css.grow} style={{ flexBasis: 130 }}>
              <Text fw={600} lh={1.3}>
                {w.channel(one.number, one.name)}
              </Text>
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {one.channel}
              </Text>
            </div>
            {one.camera === null ? (
              <Glimpse of={glimpses.get(one.channel)} name={w.channel(one.number, one.name)} />
            ) : null}
            {one.camera === null ? (
              <Badge color="gray" variant="light" tt="none">
                {w.free}
              </Badge>
            ) : (
              <div>
                <Anchor component={Link} to={`/cameras/${one.camera.id}`} fw={600}>
                  {one.camera.name}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {one.camera.villageName}
                </Text>
              </div>
            )}
          </label>
        ))}
      </div>
      {may('cameras.manage') && free.length > 1 && chosen.length < free.length ? (
        <Button
          variant="subtle"
          size="compact-sm"
          mt="xs"
          onClick={() => setTicked(new Set(free.map(({ channel }) => channel)))}
        >
          {w.pickAll}
        </Button>
      ) : null}
      {chosen.length === 0 ? null : (
        <div style={{ marginTop: 16 }}>
          <ChannelsForm
            recorder={recorder}
            chosen={chosen}
            glimpses={glimpses}
            onDone={() => setTicked(new Set())}
          />
        </div>
      )}
    </Paper>
  );
}

/** What it told and no registered channel shows: so that nothing is lost without anybody knowing. */
function Strays({ recorder }: { recorder: RecorderView }) {
  const now = useNow(30_000);
  const { data = [] } = useQuery(recorderStrays(recorder.id));
  if (data.length === 0) return null;
  const nameOf = (channel: string | null): string => {
    if (channel === null) return w.ownBusiness;
    const found = recorder.channels.find((one) => one.channel === channel);
    return found === undefined ? channel : w.channel(found.number, found.name);
  };
  return (
    <Paper p="md">
      <Title order={2} fz="1.1rem">
        {w.strays}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {w.straysHint}
      </Text>
      <Stack gap={8}>
        {data.map((one) => (
          <div key={`${one.channel ?? ''} ${one.topic}`}>
            <Text size="sm" fw={600}>
              {nameOf(one.channel)} · {words.events.kinds[one.kind] ?? words.events.kinds.unknown}
            </Text>
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {w.told(one.notices, ago(one.lastAt, now))} · {one.topic}
            </Text>
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
