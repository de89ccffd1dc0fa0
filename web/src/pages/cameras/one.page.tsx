import { Alert, Badge, Button, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconPencil } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { acceptDevice, camera as cameraQuery, moveCamera, trustCertificate } from '../../api/devices.ts';
import type { CameraDetailView } from '../../api/devices.ts';
import css from '../../parts/lines.module.css';
import { Asked, PageHead } from '../../parts/states.tsx';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay, clockError } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { CameraForm } from './camera-form.tsx';
import { EventStyles } from './event-styles.tsx';
import { Handover } from './handover.tsx';
import { LiveView } from './live-view.tsx';
import { Health } from './health.tsx';
import { Point } from './point.tsx';
import { stateColors } from './state-colors.ts';
import { Trust } from './trust.tsx';

const w = words.cameras;
const shownAtFirst = 12;

export default function CameraPage() {
  const { id = '' } = useParams();
  const query = useQuery(cameraQuery(id));
  return <Asked query={query}>{(one) => <OneCamera camera={one} />}</Asked>;
}

function OneCamera({ camera }: { camera: CameraDetailView }) {
  const may = useMay();
  const [isEditing, editing] = useDisclosure(false);
  return (
    <>
      <PageHead
        back={{ to: '/cameras', name: words.menu.cameras }}
        title={camera.name}
        hint={[camera.villageName, camera.place, camera.address].filter((part) => part !== '').join(' · ')}
      >
        <Group gap="xs">
          {may('events.read') ? (
            <Button component={Link} to={`/events?camera=${camera.id}`} variant="light">
              {w.events}
            </Button>
          ) : null}
          {may('cameras.manage') && !camera.retired ? (
            <>
              <Button variant="default" leftSection={<IconPencil size={18} />} onClick={editing.open}>
                {words.common.edit}
              </Button>
              <CameraForm opened={isEditing} onClose={editing.close} camera={camera} />
            </>
          ) : null}
        </Group>
      </PageHead>
      <Stack>
        <Trust
          held={camera}
          confirm={(sha256) => trustCertificate(camera.id, sha256)}
          accept={() => acceptDevice(camera.id)}
        />
        <Channels camera={camera} />
        <Warnings camera={camera} />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Stack>
            {camera.retired ? null : <LiveView key={camera.id} camera={camera} />}
            {camera.retired ? null : <Health camera={camera} />}
            <Point camera={camera} />
            <Plate camera={camera} />
            {may('cameras.manage') && !camera.retired ? (
              <Handover held={camera} send={(to, now) => moveCamera(camera.id, to, now)} />
            ) : null}
            <History camera={camera} />
          </Stack>
          <Stack>
            <EventStyles cameraId={camera.id} />
            <Declared camera={camera} />
          </Stack>
        </SimpleGrid>
      </Stack>
    </>
  );
}

/** Where a device has several sources: which of them this is, or that they can be registered one by one. */
function Channels({ camera }: { camera: CameraDetailView }) {
  const count = camera.passport?.sources?.length ?? 0;
  if (camera.channel === null && count < 2) return null;
  const isSeveral = camera.channel === null;
  const at = camera.passport?.sources?.findIndex(({ token }) => token === camera.channel) ?? -1;
  return (
    <Alert color="blue" title={isSeveral ? words.recorders.several(count) : undefined}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {isSeveral
            ? words.recorders.severalHint
            : words.recorders.ofRecorder(
                camera.recorderName === '' ? words.recorders.unnamed : camera.recorderName,
                at < 0 ? (camera.channel ?? '') : String(at + 1),
              )}
        </Text>
        <Button
          component={Link}
          to={`/cameras/recorders/${camera.deviceId}`}
          variant="default"
          size="compact-sm"
        >
          {words.recorders.look}
        </Button>
      </Group>
    </Alert>
  );
}

function Warnings({ camera }: { camera: CameraDetailView }) {
  return (
    <>
      {camera.defaultPassword === true ? (
        <Alert color="clay" icon={<IconAlertTriangle />} title={w.defaultPassword}>
          {w.defaultPasswordHint}
        </Alert>
      ) : null}
      {camera.twins.map(({ id, name, how }) => (
        <Alert key={id} color="clay" icon={<IconAlertTriangle />}>
          {w.twins[how](name)}
        </Alert>
      ))}
    </>
  );
}

function keepingWords({ keeping, isHolding }: NonNullable<CameraDetailView['passport']>): string {
  return isHolding === true ? w.holding(w.keepings[keeping]) : w.keepings[keeping];
}

/** The name plate, and what was learned of the camera. */
function Plate({ camera }: { camera: CameraDetailView }) {
  const { passport } = camera;
  const facts: [string, string | null][] = [
    [w.model, camera.manufacturer === null ? null : `${camera.manufacturer} ${camera.model ?? ''}`.trim()],
    [w.firmware, camera.firmware],
    [w.serial, camera.serial],
    [w.macs, passport === null || passport.macs.length === 0 ? null : passport.macs.join(', ')],
    [w.endpoint, passport?.endpoint ?? null],
    [w.audio, passport === null || passport.audio === null ? null : w.audioIs(passport.audio)],
    [w.clockOf, camera.clockOffsetMs === null ? null : clockError(camera.clockOffsetMs, 1)],
    [w.keeping, passport === null ? null : keepingWords(passport)],
    ...(camera.certificate === null ? [] : [[w.trust.certificate, camera.certificate] as [string, string]]),
  ];
  return (
    <Paper p="md">
      <Title order={2} fz="1.1rem" mb="xs">
        {w.passport}
      </Title>
      {passport === null ? (
        <Text size="sm" c="dimmed" mb="xs">
          {w.passportNone}
        </Text>
      ) : null}
      <dl className={css.facts}>
        {facts
          // Before it has said anything, eight times "unknown" says no more than the line above.
          .filter(([, value]) => passport !== null || value !== null)
          .map(([name, value]) => (
            <Fact key={name} name={name} value={value ?? words.common.unknown} />
          ))}
      </dl>
      {camera.passportAt === null ? null : (
        <Text size="xs" c="dimmed" mt="xs">
          {w.passportAt(clockAndDay(camera.passportAt))}
        </Text>
      )}
    </Paper>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd style={{ overflowWrap: 'anywhere' }}>{value}</dd>
    </>
  );
}

function History({ camera }: { camera: CameraDetailView }) {
  return (
    <Paper p="md">
      <Title order={2} fz="1.1rem" mb="xs">
        {w.history}
      </Title>
      {camera.states.length === 0 ? (
        <Text size="sm" c="dimmed">
          {w.historyNone}
        </Text>
      ) : null}
      <Stack gap={6} mah={360} style={{ overflowY: 'auto' }}>
        {camera.states.map((one) => (
          <Group key={`${one.since} ${one.state}`} gap={8} wrap="nowrap" align="baseline">
            <Text size="sm" c="dimmed" className="numbers" style={{ whiteSpace: 'nowrap' }}>
              {clockAndDay(one.since)}
            </Text>
            <Badge
              color={one.state === 'moved' ? 'blue' : stateColors[one.state]}
              variant="light"
              tt="none"
              style={{ flexShrink: 0 }}
            >
              {one.state === 'moved' ? w.moved : w.states[one.state]}
            </Badge>
            {one.state === 'moved' ? (
              <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
                {one.detail}
              </Text>
            ) : null}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

function Declared({ camera: { passport } }: { camera: CameraDetailView }) {
  if (passport === null) return null;
  return (
    <Paper p="md">
      <Stack>
        <div>
          <Title order={2} fz="1.1rem" mb="xs">
            {w.topics(passport.topics.length)}
          </Title>
          {passport.topics.length === 0 ? (
            <Text size="sm" c="dimmed">
              {w.topicsNone}
            </Text>
          ) : null}
          <Few
            lines={passport.topics.map(({ topic, property }) => [
              topic,
              property ? w.topicProperty : w.topicMoment,
            ])}
          />
        </div>
        <Lines title={w.profiles} texts={passport.profiles} />
        <Lines title={w.services} texts={passport.services} />
        <Lines title={w.scopes} texts={passport.scopes} />
      </Stack>
    </Paper>
  );
}

function Lines({ title, texts }: { title: string; texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {title}
      </Text>
      <Few lines={texts.map((text) => [text, ''])} />
    </div>
  );
}

/** Technicians' texts, the first of them until asked for all. */
function Few({ lines }: { lines: readonly (readonly [text: string, note: string])[] }) {
  const [isWhole, whole] = useDisclosure(false);
  const shown = isWhole ? lines : lines.slice(0, shownAtFirst);
  return (
    <Stack gap={4}>
      {shown.map(([text, note]) => (
        <div key={text}>
          <Code style={{ overflowWrap: 'anywhere' }}>{text}</Code>
          {note === '' ? null : (
            <Text span size="xs" c="dimmed" ml={6}>
              {note}
            </Text>
          )}
        </div>
      ))}
      {shown.length < lines.length ? (
        <Button variant="subtle" size="compact-sm" onClick={whole.open} style={{ alignSelf: 'flex-start' }}>
          {w.more(lines.length)}
        </Button>
      ) : null}
    </Stack>
  );
}
