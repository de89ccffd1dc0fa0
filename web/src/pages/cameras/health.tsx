import { Alert, Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle, IconPhotoScan } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { CameraDetailView } from '../../api/devices.ts';
import { acceptReference, cameraHealth, checkCamera } from '../../api/health.ts';
import type { CameraHealthView, StillView } from '../../api/health.ts';
import { ask } from '../../parts/ask.ts';
import { Asked } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay } from '../../time/format.ts';
import { kindName } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import { Kept } from './kept.tsx';
import { Levels } from './marks.tsx';
import css from './marks.module.css';

const w = words.cameraHealth;

type Finding = CameraHealthView['findings'][number];
type Seen = NonNullable<Finding['seen']>;
type Shown = Pick<StillView, 'takenAt' | 'light' | 'pictureUrl'>;

/** The camera's health in five levels; what is wrong with its view, beside the reference, for a person to judge. */
export function Health({ camera }: { camera: CameraDetailView }) {
  const query = useQuery(cameraHealth(camera.id));
  return <Asked query={query}>{(health) => <Known camera={camera} health={health} />}</Asked>;
}

interface Props {
  readonly camera: CameraDetailView;
  readonly health: CameraHealthView;
}

function Known({ camera, health }: Props) {
  const may = useMay();
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: () => checkCamera(camera.id),
    onSuccess: (now) => client.setQueryData(cameraHealth(camera.id).queryKey, now),
    onError: (error) => tellFailure(error),
  });
  const open = health.findings.find(({ endedAt }) => endedAt === null);
  return (
    <Paper p="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} fz="1.1rem">
          {w.title}
        </Title>
        {may('cameras.manage') ? (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconPhotoScan size={18} />}
            loading={check.isPending}
            disabled={health.checking}
            onClick={() => check.mutate()}
          >
            {health.checking ? w.checking : w.checkNow}
          </Button>
        ) : null}
      </Group>
      <Stack>
        <Levels marks={health.marks} />
        <Text size="xs" c="dimmed">
          {health.check === null
            ? w.neverChecked
            : [
                w.checkedAt(clockAndDay(health.check.at)),
                health.check.noticeAt === null ? '' : w.noticeAt(clockAndDay(health.check.noticeAt)),
              ]
                .filter((part) => part !== '')
                .join(' · ')}
        </Text>
        <Kept kept={health.recording} />
        {open === undefined ? null : <Open camera={camera} finding={open} />}
        <Stills camera={camera} health={health} />
        <Said health={health} />
        <Past findings={health.findings.filter(({ endedAt }) => endedAt !== null)} />
      </Stack>
    </Paper>
  );
}

function Open({ camera, finding }: { camera: CameraDetailView; finding: Finding }) {
  const isFrozen = finding.kind === 'frozen';
  return (
    <Alert
      color="clay"
      icon={<IconAlertTriangle />}
      title={w.findings[finding.kind]}
      data-finding={finding.kind}
    >
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          {w.task(finding.owner)} · {w.since(clockAndDay(finding.beganAt))}
        </Text>
        {finding.seen === null ? null : <Numbers kind={finding.kind} seen={finding.seen} />}
        {finding.still === null ? null : (
          <>
            <div className={css.pair}>
              <Shot camera={camera} still={finding.reference} name={isFrozen ? w.earlier : w.reference} />
              <Shot camera={camera} still={finding.still} name={w.now} />
            </div>
            <Text size="sm">{isFrozen ? w.frozenHint : w.judge}</Text>
            {isFrozen ? null : <Accept camera={camera} still={finding.still} />}
          </>
        )}
      </Stack>
    </Alert>
  );
}

function Numbers({ kind, seen }: { kind: Finding['kind']; seen: Seen }) {
  const percent = (share: number): string => Math.round(100 * share).toString();
  const whole = (value: number): string => Math.round(value).toString();
  const said = [
    kind === 'moved' && seen.alikeShifted > seen.alike
      ? w.numbers.shift(Math.round(seen.shiftX), Math.round(seen.shiftY))
      : '',
    kind === 'blurred' ? w.numbers.sharpness(percent(seen.sharpness)) : '',
    kind === 'covered' ? w.numbers.kept(percent(seen.kept)) : '',
    kind === 'dark' || kind === 'covered'
      ? w.numbers.light(whole(seen.light), whole(seen.referenceLight))
      : '',
    w.numbers.alike(percent(Math.max(0, seen.alike))),
  ];
  return (
    <Text size="sm" className="numbers">
      {said.filter((part) => part !== '').join(' · ')}
    </Text>
  );
}

/** Without its picture until somebody asks: each look at one stands in the journal. */
function Shot({ camera, still, name }: { camera: CameraDetailView; still: Shown | null; name: string }) {
  const [isShown, shown] = useDisclosure(false);
  const when = still === null ? '' : clockAndDay(still.takenAt);
  return (
    <figure className={css.shot}>
      {still === null || still.pictureUrl === null ? (
        <div className={css.nothing}>{words.events.noPicture}</div>
      ) : isShown ? (
        <img src={still.pictureUrl} alt={w.pictureOf(camera.name, when)} />
      ) : (
        <div className={css.nothing}>
          <Button variant="default" size="compact-sm" onClick={shown.open}>
            {w.show}
          </Button>
        </div>
      )}
      <figcaption>{still === null ? name : `${name} · ${when} (${w.lights[still.light]})`}</figcaption>
    </figure>
  );
}

function Accept({ camera, still }: { camera: CameraDetailView; still: Pick<StillView, 'id' | 'light'> }) {
  const may = useMay();
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: () => acceptReference(camera.id, still.id),
    onSuccess: (now) => {
      tellDone(w.accepted);
      client.setQueryData(cameraHealth(camera.id).queryKey, now);
    },
    onError: (error) => tellFailure(error),
  });
  if (!may('cameras.manage') || camera.retired) return null;
  return (
    <Button
      variant="light"
      size="sm"
      style={{ alignSelf: 'flex-start' }}
      loading={accept.isPending}
      onClick={() => ask(w.accept, w.acceptAsk(w.lights[still.light]), () => accept.mutate())}
    >
      {w.accept}
    </Button>
  );
}

function Stills({ camera, health }: Props) {
  const references = new Set(health.references.map(({ id }) => id));
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {w.stills}
      </Text>
      {health.references.length === 0 ? (
        <Text size="sm" mb="xs">
          <strong>{w.noReference}.</strong> {w.noReferenceHint}
        </Text>
      ) : (
        <div className={css.pair} style={{ marginBottom: 10 }}>
          {health.references.map((one) => (
            <div key={one.id}>
              <Shot camera={camera} still={one} name={w.reference} />
              <Text size="xs" c="dimmed">
                {w.acceptedBy(one.acceptedByName, clockAndDay(one.acceptedAt))}
              </Text>
            </div>
          ))}
        </div>
      )}
      {health.stills.length === 0 ? (
        <Text size="sm" c="dimmed">
          {w.stillsNone}
        </Text>
      ) : (
        <Stack gap={6}>
          {health.stills.slice(0, 6).map((still) => (
            <Still key={still.id} camera={camera} still={still} isReference={references.has(still.id)} />
          ))}
          <Text size="xs" c="dimmed">
            {w.showHint}
          </Text>
        </Stack>
      )}
    </div>
  );
}

function Still({
  camera,
  still,
  isReference,
}: {
  camera: CameraDetailView;
  still: StillView;
  isReference: boolean;
}) {
  const [isOpen, open] = useDisclosure(false);
  const state = !still.readable
    ? w.unreadable
    : still.finding !== null
      ? w.whys[still.finding]
      : still.seen === null
        ? w.notCompared
        : w.fine;
  return (
    <div>
      <Group gap={8} justify="space-between">
        <Group gap={8}>
          <Text size="sm" className="numbers">
            {clockAndDay(still.takenAt)}
          </Text>
          <Badge
            color={still.finding !== null || !still.readable ? 'clay' : still.seen === null ? 'gray' : 'leaf'}
            variant="light"
            tt="none"
          >
            {isReference ? w.isReference : state}
          </Badge>
        </Group>
        {still.readable && !isOpen ? (
          <Button variant="subtle" size="compact-sm" onClick={open.open}>
            {w.show}
          </Button>
        ) : null}
      </Group>
      {isOpen ? (
        <Stack gap={6} mt={6}>
          {still.pictureUrl === null ? null : (
            <figure className={css.shot}>
              <img src={still.pictureUrl} alt={w.pictureOf(camera.name, clockAndDay(still.takenAt))} />
            </figure>
          )}
          {isReference ? null : still.isPoor ? (
            <Text size="xs" c="dimmed">
              {w.poor}
            </Text>
          ) : (
            <Accept camera={camera} still={still} />
          )}
        </Stack>
      ) : null}
    </div>
  );
}

function Said({ health: { said } }: { health: CameraHealthView }) {
  if (said.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {w.said}
      </Text>
      <Stack gap={4}>
        {said.map((event) => (
          <Text key={event.eventId} size="sm">
            <Anchor component={Link} to={`/events/${event.eventId}`} size="sm">
              {kindName(event.kind)}
            </Anchor>{' '}
            · {clockAndDay(event.occurredAt)}
            {event.state === 'open' ? ` · ${words.events.states.open}` : ''}
          </Text>
        ))}
      </Stack>
    </div>
  );
}

function Past({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {w.history}
      </Text>
      <Stack gap={4}>
        {findings.map((one) => (
          <Text key={one.id} size="sm">
            {clockAndDay(one.beganAt)} – {one.endedAt === null ? '' : clockAndDay(one.endedAt)}:{' '}
            {w.whys[one.kind]}
            {one.endedBy === null ? '' : ` (${w.endedBy[one.endedBy]})`}
          </Text>
        ))}
      </Stack>
    </div>
  );
}
