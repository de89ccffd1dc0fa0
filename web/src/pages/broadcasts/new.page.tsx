import {
  Alert,
  Anchor,
  Button,
  Input,
  NumberInput,
  Paper,
  SegmentedControl,
  Select,
  Stack,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { announcement as announcementQuery, approvedAnnouncements } from '../../api/announcements.ts';
import { broadcast, schedule as scheduleBroadcast } from '../../api/broadcasts.ts';
import type { BroadcastRequest } from '../../api/broadcasts.ts';
import { FailureNote, PageHead } from '../../parts/states.tsx';
import { targetOf, TargetField, wholeCommune } from '../../parts/target-field.tsx';
import { tellDone } from '../../parts/tell.ts';
import { useOwnVillages } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { Preview } from './preview.tsx';
import { emptySchedule, ScheduleField, scheduleOf } from './schedule-field.tsx';
import css from './broadcasts.module.css';

const w = words.broadcast;

export default function NewBroadcastPage() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const own = useOwnVillages();
  const [announcementId, setAnnouncementId] = useState(search.get('announcement'));
  const [target, setTarget] = useState(
    own === null ? wholeCommune : { ...wholeCommune, kind: 'villages' as const, villageIds: [...own] },
  );
  const [when, setWhen] = useState(emptySchedule);
  const [repeatCount, setRepeatCount] = useState(1);
  const [repeatGapSeconds, setRepeatGap] = useState(60);

  const chosenTarget = targetOf(target);
  const chosenSchedule = scheduleOf(when);
  const request: BroadcastRequest | null =
    announcementId === null || chosenTarget === null || chosenSchedule === null
      ? null
      : { announcementId, target: chosenTarget, schedule: chosenSchedule, repeatCount, repeatGapSeconds };
  const [settled] = useDebouncedValue(request, 350);

  const send = useMutation({
    mutationFn: scheduleBroadcast,
    onSuccess: async (made) => {
      client.setQueryData(broadcast(made.id).queryKey, made);
      tellDone(when.kind === 'now' ? w.confirmedNow : w.confirmed);
      for (const key of ['today', 'week']) void client.invalidateQueries({ queryKey: [key] });
      await navigate(when.kind === 'now' ? '/today' : `/broadcasts/${made.id}`, { replace: true });
    },
  });
  return (
    <>
      <PageHead title={w.newTitle} back={{ to: '/week', name: words.menu.week }} />
      <div className={css.sides}>
        <Stack gap="lg">
          <AnnouncementField value={announcementId} onChange={setAnnouncementId} />
          <TargetField value={target} onChange={setTarget} />
          <ScheduleField value={when} onChange={setWhen} />
          <Input.Wrapper label={w.repeats} size="md" labelElement="div">
            <SegmentedControl
              fullWidth
              mt={4}
              aria-label={w.repeats}
              color="leaf.8"
              value={String(repeatCount)}
              onChange={(value) => setRepeatCount(Number(value))}
              data={['1', '2', '3', '5']}
            />
          </Input.Wrapper>
          {repeatCount > 1 ? (
            <NumberInput
              label={w.repeatGap}
              size="md"
              min={5}
              max={3_600}
              step={15}
              value={repeatGapSeconds}
              onChange={(value) => {
                if (typeof value === 'number' && value >= 5 && value <= 3_600)
                  setRepeatGap(Math.round(value));
              }}
            />
          ) : null}
        </Stack>
        <div className={css.sticky}>
          <Paper p="md">
            <Preview request={settled} />
            <FailureNote error={send.error} />
            <Button
              fullWidth
              size="lg"
              mt="md"
              disabled={request === null}
              loading={send.isPending || send.isSuccess}
              onClick={() => {
                if (request !== null) send.mutate(request);
              }}
            >
              {when.kind === 'now' ? w.confirmNow : w.confirm}
            </Button>
          </Paper>
        </div>
      </div>
    </>
  );
}

function AnnouncementField(props: { value: string | null; onChange: (id: string | null) => void }) {
  const { data: lines, error } = useQuery(approvedAnnouncements);
  // One that was asked for by its link may be older than the newest hundred.
  const isListed = lines?.some(({ id }) => id === props.value) ?? false;
  const { data: asked } = useQuery({
    ...announcementQuery(props.value ?? ''),
    enabled: props.value !== null && lines !== undefined && !isListed,
  });
  const data = [
    ...(asked !== undefined && !isListed ? [{ value: asked.id, label: asked.title }] : []),
    // Emergencies are raised on their own page.
    ...(lines ?? [])
      .filter(({ priority }) => priority !== 'emergency')
      .map(({ id, title }) => ({ value: id, label: title })),
  ];
  if (error !== null) return <FailureNote error={error} />;
  if (lines?.length === 0 && asked === undefined) {
    return (
      <Alert color="amber">
        {w.noneApproved}{' '}
        <Anchor component={Link} to="/announcements">
          {words.menu.announcements}
        </Anchor>
      </Alert>
    );
  }
  return (
    <Select
      label={w.announcement}
      placeholder={w.chooseAnnouncement}
      size="md"
      searchable
      data={data}
      value={props.value}
      onChange={props.onChange}
    />
  );
}
