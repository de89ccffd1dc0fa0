import { Anchor, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconDeviceCctv, IconPencil, IconPlus, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { cameras, retireCamera } from '../../api/devices.ts';
import type { CameraView } from '../../api/devices.ts';
import { cameraMarks } from '../../api/health.ts';
import { AskButton } from '../../parts/ask-button.tsx';
import { Find } from '../../parts/find.tsx';
import css from '../../parts/lines.module.css';
import { OutagesNow } from '../../parts/outages-now.tsx';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { useNow } from '../../time/clock.ts';
import { ago, clockError } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { CameraForm } from './camera-form.tsx';
import { Connectors } from './connectors.tsx';
import { RecorderForm } from './recorder-form.tsx';
import { Recorders } from './recorders.tsx';
import { Marks } from './marks.tsx';
import { CameraSearch } from './search.tsx';
import { CameraTable } from './table.tsx';
import { stateColors } from './state-colors.ts';
import { TwinsNow } from './twins.tsx';

const w = words.cameras;

export default function CamerasPage() {
  const may = useMay();
  const query = useQuery(cameras);
  const [opened, { open, close }] = useDisclosure(false);
  const [isTable, table] = useDisclosure(false);
  const [isSearch, search] = useDisclosure(false);
  const [isRecorder, recorder] = useDisclosure(false);
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={w.title}>
        <div className={css.acts}>
          <Button variant="default" component={Link} to="/cameras/sheet">
            {words.cameraHealth.sheet}
          </Button>
          {may('cameras.manage') ? (
            <>
              <Button variant="default" component={Link} to="/cameras/topics">
                {w.topicsPage.title}
              </Button>
              <Button variant="default" leftSection={<IconSearch size={18} />} onClick={search.open}>
                {w.search.open}
              </Button>
              <Button variant="default" onClick={table.open}>
                {w.table.open}
              </Button>
              <Button variant="default" leftSection={<IconPlus size={18} />} onClick={recorder.open}>
                {words.recorders.add}
              </Button>
              <Button leftSection={<IconPlus size={18} />} onClick={open}>
                {w.add}
              </Button>
            </>
          ) : null}
        </div>
      </PageHead>
      {may('events.read') ? <OutagesNow /> : null}
      <TwinsNow />
      <CameraForm opened={opened} onClose={close} />
      <CameraSearch opened={isSearch} onClose={search.close} />
      <CameraTable opened={isTable} onClose={table.close} />
      <RecorderForm
        opened={isRecorder}
        onClose={recorder.close}
        onAdded={({ id }) => void navigate(`/cameras/recorders/${id}`)}
      />
      <Recorders />
      <Asked
        query={query}
        empty={<Empty icon={<IconDeviceCctv size={44} stroke={1.4} />} title={w.empty} hint={w.emptyHint} />}
      >
        {(list) => (
          <Find
            list={list}
            textOf={({ name, villageName, place, address }) => [name, villageName, place, address].join(' ')}
          >
            {(found) => (
              <div className={css.rows}>
                {found.map((camera) => (
                  <Camera key={camera.id} camera={camera} />
                ))}
              </div>
            )}
          </Find>
        )}
      </Asked>
      {may('cameras.manage') ? <Connectors /> : null}
      <Detectors />
    </>
  );
}

/** Programs of others that look at the same pictures. */
function Detectors() {
  return (
    <section style={{ marginTop: 36 }}>
      <Title order={2} fz="1.15rem">
        {words.detectors.section}
      </Title>
      <Text size="sm" c="dimmed" maw={620} mb="sm">
        {words.detectors.sectionHint}
      </Text>
      <Button variant="default" component={Link} to="/cameras/detectors">
        {words.detectors.open}
      </Button>
    </section>
  );
}

function Camera({ camera }: { camera: CameraView }) {
  const may = useMay();
  const client = useQueryClient();
  const now = useNow(5_000);
  const { data: marks } = useQuery(cameraMarks);
  const health = marks?.find(({ cameraId }) => cameraId === camera.id);
  const [isEditing, editing] = useDisclosure(false);
  const retire = useMutation({
    mutationFn: () => retireCamera(camera.id),
    onSuccess: () => tellDone(w.retired),
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['cameras'] }),
  });
  const hint = w.statesHint[camera.state];
  return (
    <article className={css.row} style={{ alignItems: 'flex-start' }}>
      <div className={css.grow}>
        <Anchor component={Link} to={`/cameras/${camera.id}`} fw={600} lh={1.3} c="inherit">
          {camera.name}
        </Anchor>
        <Text size="xs" c="dimmed">
          {[camera.villageName, camera.place, camera.address].filter((part) => part !== '').join(' · ')}
        </Text>
        <Text size="xs" c="dimmed">
          {[
            camera.manufacturer === null ? null : `${camera.manufacturer} ${camera.model ?? ''}`.trim(),
            camera.owner,
            w.retentionIs(camera.retentionDays),
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </Text>
      </div>
      <Stack gap={3} style={{ flex: '1 1 260px' }}>
        <Group gap={8}>
          <Badge
            color={stateColors[camera.state]}
            variant={camera.state === 'subscribed' ? 'filled' : 'light'}
            tt="none"
          >
            {w.states[camera.state]}
          </Badge>
          <Text size="xs" c="dimmed">
            {w.since(ago(camera.stateSince, now))}
          </Text>
        </Group>
        <Text size="xs" c="dimmed">
          {camera.heardAt === null ? w.neverHeard : w.heard(ago(camera.heardAt, now))}
          {camera.clockOffsetMs !== null && Math.abs(camera.clockOffsetMs) >= 2_000
            ? ` · ${w.clock(clockError(camera.clockOffsetMs, 0))}`
            : ''}
        </Text>
        {health === undefined ? null : <Marks marks={health.marks} />}
        {health?.finding == null ? null : (
          <Text size="sm" fw={600} c="clay.7">
            {words.cameraHealth.findings[health.finding]}
          </Text>
        )}
        {hint === '' ? null : <Text size="sm">{hint}</Text>}
        {camera.defaultPassword === true ? (
          <Text size="xs" fw={600} c="clay.7">
            {w.defaultPassword}
          </Text>
        ) : null}
        {camera.noticePosted ? null : (
          <Text size="xs" fw={600} c="clay.7">
            {w.noticeMissing}
          </Text>
        )}
      </Stack>
      <Group gap={6}>
        {may('events.read') ? (
          <Button component={Link} to={`/events?camera=${camera.id}`} variant="light" size="sm">
            {w.events}
          </Button>
        ) : null}
        {may('cameras.manage') ? (
          <>
            <Button variant="default" size="sm" leftSection={<IconPencil size={16} />} onClick={editing.open}>
              {words.common.edit}
            </Button>
            <AskButton
              label={w.retire}
              question={w.retireAsk}
              isPending={retire.isPending}
              onYes={() => retire.mutate()}
            />
            <CameraForm opened={isEditing} onClose={editing.close} camera={camera} />
          </>
        ) : null}
      </Group>
    </article>
  );
}
