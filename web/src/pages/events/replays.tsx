import { Alert, Button, Group, Paper, Progress, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconDownload, IconHistory, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { CameraEventDetailView } from '../../api/devices.ts';
import { askReplay, eventReplays } from '../../api/replays.ts';
import type { EventReplaysView, ReplayView } from '../../api/replays.ts';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay, clockError, clockExact, clockMs, date, dateTimeExact } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.replays;
const rangeNames = Object.entries(w.ranges).map(([value, label]) => ({ value, label }));
const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1).replace('.', ',');
const seconds = (ms: number): string => (ms / 1_000).toFixed(2).replace('.', ',');
const spanOf = ({ from, until }: ReplayView): string =>
  `${clockExact(from)} – ${clockExact(until)} ${date(from)}`;

/** The recording of around the event, from the recorder; where that gives none, where it lies. */
export function Replays({ event }: { event: CameraEventDetailView }) {
  const query = useQuery(eventReplays(event.id));
  return (
    <Paper p="md" component="section" aria-label={w.title}>
      <Title order={2} fz="1.1rem" mb="xs">
        {w.title}
      </Title>
      <Asked query={query}>{(known) => <Known event={event} known={known} />}</Asked>
    </Paper>
  );
}

function Known({ event, known }: { event: CameraEventDetailView; known: EventReplaysView }) {
  const may = useMay();
  const isOver = known.keptFrom !== null && Date.parse(known.keptFrom) > Date.parse(event.occurredAt);
  return (
    <Stack gap="md">
      {!known.offered ? (
        <Text size="sm">
          {w.notOffered} <Where known={known} />
        </Text>
      ) : !known.reachable ? (
        <Alert color="amber">
          {w.notReachable} <Where known={known} />
        </Alert>
      ) : may('events.review') ? (
        <Ask event={event} known={known} />
      ) : null}
      {known.offered && isOver ? (
        <Text size="sm" c="clay">
          {w.notKept(clockAndDay(known.keptFrom ?? ''))}
        </Text>
      ) : null}
      {known.replays.map((replay) => (
        <One key={replay.id} event={event} replay={replay} />
      ))}
    </Stack>
  );
}

function Where({ known: { recorder, channel, days } }: { known: EventReplaysView }) {
  const where = words.cameras.recordingIs(recorder, channel, days);
  return where === '' ? w.liesNowhere : w.liesAt(where);
}

function Ask({ event, known }: { event: CameraEventDetailView; known: EventReplaysView }) {
  const client = useQueryClient();
  const [around, setAround] = useState('30');
  const ask = useMutation({
    mutationFn: () => askReplay(event.id, Number(around)),
    onSuccess: () => client.invalidateQueries({ queryKey: eventReplays(event.id).queryKey }),
    onError: (error) => tellFailure(error),
  });
  const isRunning = known.replays.some(({ state }) => state === 'running');
  return (
    <Stack gap="xs">
      <Text size="sm">{w.range}</Text>
      <SegmentedControl
        fullWidth
        size="sm"
        aria-label={w.range}
        data={rangeNames}
        value={around}
        onChange={setAround}
      />
      <Button
        leftSection={<IconHistory size={18} />}
        loading={ask.isPending}
        disabled={isRunning}
        onClick={() => ask.mutate()}
        style={{ alignSelf: 'flex-start' }}
      >
        {w.ask}
      </Button>
      <Text size="xs" c="dimmed">
        {w.hint}
      </Text>
    </Stack>
  );
}

function One({ event, replay }: { event: CameraEventDetailView; replay: ReplayView }) {
  return (
    <div data-replay={replay.state}>
      <Text size="sm" fw={600} className="numbers">
        {spanOf(replay)}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {w.askedBy(replay.askedByName, clockAndDay(replay.askedAt))}
      </Text>
      {replay.state === 'running' ? <Running replay={replay} /> : null}
      {replay.fault === null ? null : <Alert color="clay">{w.faults[replay.fault]}</Alert>}
      {replay.clip === null ? null : <Clip event={event} replay={replay} clip={replay.clip} />}
    </div>
  );
}

function Running({ replay: { from, until, progress } }: { replay: ReplayView }) {
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const reached = progress?.reached ?? null;
  const share = reached === null ? 0 : (Date.parse(reached) - start) / Math.max(1, end - start);
  return (
    <div role="status">
      <Progress value={Math.min(100, Math.max(3, 100 * share))} animated mb={4} aria-label={w.asking} />
      <Text size="sm" className="numbers">
        {[
          w.asking,
          progress === null || progress.bytes === 0 ? '' : w.received(megabytes(progress.bytes)),
          reached === null ? '' : w.reached(clockExact(reached)),
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </Text>
    </div>
  );
}

interface ClipProps {
  readonly event: CameraEventDetailView;
  readonly replay: ReplayView;
  readonly clip: NonNullable<ReplayView['clip']>;
}

/** Without its film until somebody asks: each look at one stands in the journal. */
function Clip({ event, replay, clip }: ClipProps) {
  const may = useMay();
  const [isShown, shown] = useDisclosure(false);
  return (
    <Stack gap="xs">
      {clip.ended === 'whole' ? null : <Alert color="amber">{w.ended[clip.ended]}</Alert>}
      {isShown && replay.filmUrl !== null ? (
        <video
          controls
          autoPlay
          muted
          playsInline
          src={replay.filmUrl}
          aria-label={w.filmOf(event.pointName, spanOf(replay))}
          style={{ width: '100%', borderRadius: 14, border: '1px solid var(--line)', background: '#000' }}
        />
      ) : null}
      {replay.film === 'none' ? <Text size="sm">{w.noFilm}</Text> : null}
      <Group gap="xs">
        {isShown || replay.film === 'none' ? null : (
          <Button
            size="sm"
            variant="light"
            leftSection={<IconPlayerPlay size={18} />}
            loading={replay.film === 'making'}
            onClick={shown.open}
          >
            {w.show}
          </Button>
        )}
        {may('events.review') && replay.clipUrl !== null ? (
          <Button
            component="a"
            href={replay.clipUrl}
            download
            size="sm"
            variant="default"
            leftSection={<IconDownload size={18} />}
          >
            {w.take}
          </Button>
        ) : null}
      </Group>
      {replay.film === 'making' ? (
        <Text size="xs" c="dimmed" role="status">
          {w.making}
        </Text>
      ) : null}
      <Facts clip={clip} />
    </Stack>
  );
}

function Facts({ clip }: Pick<ClipProps, 'clip'>) {
  const span = w.timesIs(clockMs(clip.firstAt), dateTimeExact(clip.lastAt));
  const facts: [string, string][] = [
    [w.times, clip.timesBy === 'frames' ? span : w.timesCounted(span)],
    [
      w.offset,
      clip.clockOffsetMs === null
        ? w.offsetUnknown
        : w.offsetIs(clockError(clip.clockOffsetMs, 2), seconds(clip.uncertaintyMs ?? 0)),
    ],
    [w.frames, w.framesAre(clip.frames, clip.lost)],
    [w.size, w.sizeIs(megabytes(clip.bytes), w.codecs[clip.codec])],
  ];
  return (
    <dl className={`${css.facts ?? ''} numbers`}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <dt>{w.hash}</dt>
      <dd className="mono" style={{ fontWeight: 400, fontSize: '0.78rem' }}>
        {clip.sha256}
      </dd>
    </dl>
  );
}
