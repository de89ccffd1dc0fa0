import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, Navigate, useParams } from 'react-router';
import { announcementByCode } from '../../api/announcements.ts';
import type { AnnouncementView } from '../../api/announcements.ts';
import { AnnouncementChip, PriorityChip } from '../../parts/chips.tsx';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { warningSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import { ApprovePanel } from './approve-panel.tsx';
import { ReadingPair } from './reading-pair.tsx';

/** What a chairman opens from Zalo: hear, read, decide. Anyone else is led to the announcement itself. */
export default function ShortLinkPage() {
  const { shortCode = '' } = useParams();
  const query = useQuery(announcementByCode(shortCode));
  const [decided, setDecided] = useState(false);
  return (
    <Asked query={query}>
      {(view) =>
        decided ? (
          <Decided view={view} />
        ) : view.actions.includes('approve') ? (
          <ToApprove view={view} onDecided={() => setDecided(true)} />
        ) : (
          <Navigate to={`/announcements/${view.id}`} replace />
        )
      }
    </Asked>
  );
}

function ToApprove({ view, onDecided }: { view: AnnouncementView; onDecided: () => void }) {
  return (
    <Stack maw={640} mx="auto">
      <PageHead
        title={view.title}
        hint={
          <Group gap={8} mt={6}>
            <PriorityChip priority={view.priority} />
            <span>{words.announcements.by(view.authorName)}</span>
          </Group>
        }
      />
      {view.warnings.map((warning) => (
        <Alert key={`${warning.code} ${warning.about}`} color="amber">
          {warningSentence(warning)}
        </Alert>
      ))}
      <ApprovePanel view={view} onDecided={onDecided} />
      <Paper p="md">
        <Text size="sm" c="dimmed" mb={6}>
          {words.approve.readText}
        </Text>
        <ReadingPair reading={view.reading} only="spoken" />
      </Paper>
    </Stack>
  );
}

function Decided({ view }: { view: AnnouncementView }) {
  return (
    <Empty
      icon={<IconCircleCheck size={64} stroke={1.3} />}
      title={view.state === 'approved' ? words.approve.approved : words.announcements.states[view.state]}
      hint={view.state === 'approved' ? words.approve.approvedHint : view.title}
    >
      <Group mt="sm">
        <AnnouncementChip state={view.state} />
        <Button component={Link} to="/today" variant="light">
          {words.approve.toToday}
        </Button>
      </Group>
    </Empty>
  );
}
