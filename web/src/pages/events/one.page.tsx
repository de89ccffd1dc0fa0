import { Alert, Button, Code, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconEyeCheck, IconRadar2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { cameraEvent } from '../../api/devices.ts';
import type { CameraEventDetailView } from '../../api/devices.ts';
import { EventPicture } from '../../parts/event-picture.tsx';
import css from '../../parts/lines.module.css';
import { Asked, PageHead } from '../../parts/states.tsx';
import { useMay } from '../../shell/session.tsx';
import { clockError, dateTime, dateTimeExact, lengthInWords } from '../../time/format.ts';
import { causeSentence } from '../../words/cause-words.ts';
import { kindName } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import eventsCss from './events.module.css';
import { useMarkSeen } from './mark-seen.ts';
import { Replays } from './replays.tsx';

const w = words.events;
const inSeconds = (ms: number): string => (ms / 1_000).toFixed(2).replace('.', ',');

export default function EventPage() {
  const { id = '' } = useParams();
  const query = useQuery(cameraEvent(id));
  return <Asked query={query}>{(event) => <OneEvent event={event} />}</Asked>;
}

function OneEvent({ event }: { event: CameraEventDetailView }) {
  const may = useMay();
  const seen = useMarkSeen(event.id);
  const [shown, setShown] = useState<Further>();
  const takenAt = shown?.takenAt ?? event.pictureTakenAt;
  return (
    <>
      <PageHead
        back={{ to: '/events', name: w.title }}
        title={kindName(event.kind)}
        hint={`${event.pointName} · ${event.villageName}${event.state === 'open' ? ` · ${w.states.open}` : ''}`}
      >
        {event.seenAt === null && may('events.review') ? (
          <Button
            leftSection={<IconEyeCheck size={18} />}
            loading={seen.isPending}
            onClick={() => seen.mutate()}
          >
            {w.markSeen}
          </Button>
        ) : null}
      </PageHead>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap={6}>
          <div style={{ borderRadius: 14, overflow: 'hidden', border: '1px solid var(--line)' }}>
            <EventPicture event={shown === undefined ? event : { ...event, pictureUrl: shown.url }} />
          </div>
          <Pictures event={event} shown={shown} onShow={setShown} />
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              {takenAt === null ? '' : w.pictureTaken(dateTimeExact(takenAt))}
            </Text>
            <Text size="xs" c="dimmed">
              {event.seenAt === null
                ? w.unseen
                : w.seenBy(event.seenByName ?? words.common.unknown, dateTime(event.seenAt))}
            </Text>
          </Group>
        </Stack>
        <Stack>
          {event.detected === null ? null : <Detected detected={event.detected} />}
          <Paper p="md">
            <Text fw={600} mb="sm">
              {w.times}
            </Text>
            <Times event={event} />
          </Paper>
          <Replays event={event} />
        </Stack>
      </SimpleGrid>
      <Text fw={600} mt="xl" mb="sm">
        {event.detected === null ? w.noticesTitle : words.detectors.noticesTitle} ({event.noticeCount})
      </Text>
      <Stack gap="sm">
        {event.notices.map((notice) => (
          <Notice key={notice.id} notice={notice} ofDetector={event.detected !== null} />
        ))}
      </Stack>
    </>
  );
}

type Further = CameraEventDetailView['morePictures'][number];

/** The first picture and those after it, small, to choose from; nothing where there is one alone. */
function Pictures(props: {
  event: CameraEventDetailView;
  shown: Further | undefined;
  onShow: (picture: Further | undefined) => void;
}) {
  const { event, shown, onShow } = props;
  const begun = event.pictureTakenAt;
  if (event.morePictures.length === 0 || begun === null || event.pictureUrl === null) return null;
  const all = [
    { sha256: 'first', url: event.pictureUrl, takenAt: begun, is: undefined },
    ...event.morePictures.map((one) => ({ ...one, is: one })),
  ];
  return (
    <div className={eventsCss.strip} role="group" aria-label={w.morePictures}>
      {all.map(({ sha256, url, takenAt, is }) => (
        <button key={sha256} type="button" aria-pressed={shown === is} onClick={() => onShow(is)}>
          <img src={url} alt="" loading="lazy" />
          <span className="numbers">{w.after(inSeconds(Date.parse(takenAt) - Date.parse(begun)))}</span>
        </button>
      ))}
    </div>
  );
}

/** No camera said so: a model did, and may be wrong. */
function Detected({ detected }: { detected: NonNullable<CameraEventDetailView['detected']> }) {
  const d = words.detectors;
  return (
    <Alert color="amber" icon={<IconRadar2 />} title={d.badgeLong}>
      <dl className={`${css.facts ?? ''} numbers`}>
        <dt>{d.detector}</dt>
        <dd>{detected.detectorName}</dd>
        <dt>{d.model}</dt>
        <dd>{`${detected.model} ${detected.modelVersion}`.trim()}</dd>
        <dt>{d.score}</dt>
        <dd>{d.percent(detected.score)}</dd>
        <dt>{d.label}</dt>
        <dd>{detected.label}</dd>
        {detected.zones.length === 0 ? null : (
          <>
            <dt>{d.zones}</dt>
            <dd>{detected.zones.join(', ')}</dd>
          </>
        )}
      </dl>
      <Text size="sm" mt="xs">
        {d.badgeHint}
      </Text>
    </Alert>
  );
}

/** All of its times: the camera's own word, ours, and how sure the estimate is. */
function Times({ event }: { event: CameraEventDetailView }) {
  const first = event.notices[0];
  return (
    <dl className={`${css.facts ?? ''} numbers`}>
      <dt>{w.occurredAt}</dt>
      <dd>
        {dateTimeExact(event.occurredAt)} ({w.uncertainty(inSeconds(event.uncertaintyMs))})
      </dd>
      <dt>{w.receivedAt}</dt>
      <dd>{dateTimeExact(event.receivedAt)}</dd>
      {event.endedAt === null ? null : (
        <>
          <dt>{w.endedAt}</dt>
          <dd>
            {dateTimeExact(event.endedAt)} (
            {event.endedBy === 'time'
              ? w.endedByTime
              : w.duration(lengthInWords((Date.parse(event.endedAt) - Date.parse(event.occurredAt)) / 1_000))}
            )
          </dd>
        </>
      )}
      {causeSentence(event) === '' ? null : (
        <>
          <dt>{w.cause}</dt>
          <dd>{causeSentence(event)}</dd>
        </>
      )}
      <dt>{event.detected === null ? w.cameraText : words.detectors.ownText}</dt>
      <dd>{first?.cameraTimeText ?? w.cameraTextNone}</dd>
      {event.detected === null ? (
        <>
          <dt>{w.offset}</dt>
          <dd>
            {first === undefined || first.clockOffsetMs === null
              ? w.offsetUnknown
              : clockError(first.clockOffsetMs, 2)}
          </dd>
        </>
      ) : null}
      {event.snapshotSha256 === null ? null : (
        <>
          <dt>{w.snapshotHash}</dt>
          <dd className="mono" style={{ fontWeight: 400, fontSize: '0.78rem' }}>
            {event.snapshotSha256}
          </dd>
        </>
      )}
    </dl>
  );
}

function Notice(props: { notice: CameraEventDetailView['notices'][number]; ofDetector: boolean }) {
  const { notice, ofDetector } = props;
  return (
    <Paper p="md">
      <dl className={css.facts}>
        <dt>{w.receivedAt}</dt>
        <dd className="numbers">{dateTimeExact(notice.receivedAt)}</dd>
        <dt>{ofDetector ? words.detectors.ownText : w.cameraText}</dt>
        <dd className="numbers">{notice.cameraTimeText ?? w.cameraTextNone}</dd>
        <dt>{ofDetector ? words.detectors.label : w.topic}</dt>
        <dd>
          <Code>{notice.topic}</Code>{' '}
          {[ofDetector ? '' : (w.operations[notice.operation] ?? ''), w.phases[notice.phase] ?? '']
            .filter((part) => part !== '')
            .join(' · ')}
        </dd>
        {[...notice.source, ...notice.data].map(({ name, value }, index) => (
          <Item key={`${index} ${name}`} name={name} value={value} />
        ))}
        <dt>{w.evidence}</dt>
        <dd className="mono" style={{ fontWeight: 400, fontSize: '0.78rem' }}>
          {notice.rawSha256}
        </dd>
      </dl>
    </Paper>
  );
}

function Item({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="mono" style={{ fontSize: '0.82rem' }}>
        {name}
      </dt>
      <dd className="mono" style={{ fontWeight: 400, fontSize: '0.82rem' }}>
        {value}
      </dd>
    </>
  );
}
