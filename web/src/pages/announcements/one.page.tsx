import { Alert, Anchor, Button, Group, Paper, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCalendarPlus, IconCopyPlus, IconPencil, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { villages as villagesQuery } from '../../api/accounts.ts';
import { announcement } from '../../api/announcements.ts';
import type { AnnouncementView } from '../../api/announcements.ts';
import { AskButton } from '../../parts/ask-button.tsx';
import { AnnouncementChip, PriorityChip } from '../../parts/chips.tsx';
import { Asked, PageHead } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { dateTime } from '../../time/format.ts';
import { warningSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import { useAct } from './act.ts';
import { ApprovePanel } from './approve-panel.tsx';
import css from './announcements.module.css';
import { EditAnnouncement } from './edit-announcement.tsx';
import { LanguageGaps } from './gaps.tsx';
import { ReadingPair } from './reading-pair.tsx';
import { RecordingPanel } from './recording-panel.tsx';
import { SharePanel } from './share-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

const w = words.announcements;

export default function AnnouncementPage() {
  const { id = '' } = useParams();
  const query = useQuery(announcement(id));
  return <Asked query={query}>{(view) => <OneAnnouncement key={view.id} view={view} />}</Asked>;
}

function OneAnnouncement({ view }: { view: AnnouncementView }) {
  const navigate = useNavigate();
  const act = useAct(view.id, (done, answer) => {
    if (done.act === 'stop-rendering') tellDone(w.renderingStopped);
    if (done.act === 'submit') tellDone(w.submitted);
    if (done.act === 'withdraw') tellDone(w.withdrawn);
    if (done.act === 'prepared') tellDone(done.prepared ? w.preparedOn : w.preparedOff);
    if (done.act === 'duplicate' && answer !== undefined) {
      tellDone(w.duplicated);
      void navigate(`/announcements/${answer.id}`);
    }
  });
  const can = (action: AnnouncementView['actions'][number]): boolean => view.actions.includes(action);
  // What was submitted or approved is read first: it is changed on purpose only.
  const [isOpened, setOpened] = useState(false);
  const isEditing = can('edit') && (isOpened || view.state === 'draft' || view.state === 'sent-back');
  const doing = act.isPending ? act.variables.act : null;
  const aside = (
    <>
      {/* Who approves hears it below, where hearing counts. */}
      {can('approve') ? null : (
        <RecordingPanel
          view={view}
          onRender={() => act.mutate({ act: 'render' })}
          onStop={() => act.mutate({ act: 'stop-rendering' })}
          doing={doing}
        />
      )}
      {can('approve') ? null : <VersionsPanel view={view} />}
      {can('submit') ? (
        <Button
          size="md"
          leftSection={<IconSend size={18} />}
          loading={doing === 'submit'}
          onClick={() => act.mutate({ act: 'submit' })}
        >
          {w.submit}
        </Button>
      ) : null}
      {can('approve') ? <ApprovePanel view={view} /> : null}
      {view.state === 'submitted' || view.state === 'approved' ? <SharePanel view={view} /> : null}
    </>
  );
  return (
    <>
      <PageHead
        title={view.title}
        hint={<Facts view={view} />}
        back={{ to: '/announcements', name: words.menu.announcements }}
      >
        <Group gap="xs">
          {can('schedule') ? (
            <Button
              component={Link}
              to={`/broadcasts/new?announcement=${view.id}`}
              leftSection={<IconCalendarPlus size={18} />}
            >
              {w.schedule}
            </Button>
          ) : null}
          {can('edit') && !isEditing ? (
            <Button variant="default" leftSection={<IconPencil size={18} />} onClick={() => setOpened(true)}>
              {words.common.edit}
            </Button>
          ) : null}
          {can('duplicate') ? (
            <Button
              variant="default"
              leftSection={<IconCopyPlus size={18} />}
              loading={doing === 'duplicate'}
              onClick={() => act.mutate({ act: 'duplicate' })}
            >
              {w.duplicate}
            </Button>
          ) : null}
          {can('withdraw') ? (
            <AskButton
              label={w.withdraw}
              question={w.withdrawAsk}
              isPending={doing === 'withdraw'}
              onYes={() => act.mutate({ act: 'withdraw' })}
            />
          ) : null}
        </Group>
      </PageHead>
      <Stack>
        <Notes view={view} />
        {isEditing ? (
          <EditAnnouncement view={view}>{aside}</EditAnnouncement>
        ) : (
          <div className={css.editor}>
            <Paper p="md">
              {view.summary === '' ? null : <Text mb={view.text === '' ? 0 : 'md'}>{view.summary}</Text>}
              {view.text === '' ? null : <ReadingPair reading={view.reading} />}
            </Paper>
            <Stack className={css.sticky}>{aside}</Stack>
          </div>
        )}
        {can('prepare') ? (
          <Switch
            label={w.prepare}
            description={view.sounds.length > 1 ? words.versions.emergencyInVietnamese : undefined}
            checked={view.prepared}
            disabled={doing === 'prepared'}
            onChange={(event) => act.mutate({ act: 'prepared', prepared: event.currentTarget.checked })}
          />
        ) : null}
      </Stack>
    </>
  );
}

function Facts({ view }: { view: AnnouncementView }) {
  const { data: villages = [] } = useQuery(villagesQuery);
  const names = villages
    .filter(({ id }) => view.villageIds.includes(id))
    .map(({ word, name }) => words.today.village(word, name));
  return (
    <Group gap={8} mt={6}>
      <AnnouncementChip state={view.state} />
      <PriorityChip priority={view.priority} />
      <span>
        {w.by(view.authorName)} ·{' '}
        {w.target(names.length === 0 ? words.target.commune.toLowerCase() : names.join(', '))}
        {' · '}
        {w.revision(view.revision)}
      </span>
    </Group>
  );
}

/** What everybody should know before doing anything with it. */
function Notes({ view }: { view: AnnouncementView }) {
  const when = view.decidedAt === null ? '' : dateTime(view.decidedAt);
  const who = view.decidedByName ?? words.common.unknown;
  return (
    <>
      {view.state === 'sent-back' ? (
        <Alert color="clay" title={w.sentBackBy(who, when)}>
          {view.decisionNote}
        </Alert>
      ) : null}
      {view.state === 'approved' ? (
        <Text size="sm" c="dimmed">
          {w.approvedBy(who, when)}
          {view.decisionNote === '' ? '' : `: ${view.decisionNote}`}
        </Text>
      ) : null}
      {view.selfApproved ? <Alert color="amber">{w.selfApproved}</Alert> : null}
      {view.warnings.map((warning) => (
        <Alert key={`${warning.code} ${warning.about}`} color="amber">
          {warningSentence(warning)}
        </Alert>
      ))}
      {/* Who approves reads it beside what they hear. */}
      {view.actions.includes('approve') ? null : <LanguageGaps gaps={view.gaps} />}
      {view.copiedFrom === null ? null : (
        <Text size="sm" c="dimmed">
          {w.copiedFrom}.{' '}
          <Anchor component={Link} to={`/announcements/${view.copiedFrom}`}>
            {w.copiedFromOpen}
          </Anchor>
        </Text>
      )}
    </>
  );
}
