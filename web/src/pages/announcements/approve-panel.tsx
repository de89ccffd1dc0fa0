import { Alert, Button, Paper, Stack, Text, Textarea } from '@mantine/core';
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { AnnouncementView } from '../../api/announcements.ts';
import { Player } from '../../parts/player.tsx';
import type { Heard } from '../../parts/player.tsx';
import { tellDone } from '../../parts/tell.ts';
import { length } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { useAct } from './act.ts';

const w = words.approve;

/** Made for a thumb. What is approved is the recording that was heard here: its id goes along. */
export function ApprovePanel({ view, onDecided }: { view: AnnouncementView; onDecided?: () => void }) {
  const { recording } = view;
  const [heard, setHeard] = useState<(Heard & { recordingId: string }) | null>(null);
  const [isSendingBack, setSendingBack] = useState(false);
  const [note, setNote] = useState('');
  const act = useAct(view.id, (done) => {
    if (done.act === 'approve') tellDone(w.approved);
    if (done.act === 'send-back') tellDone(w.sentBack);
    onDecided?.();
  });
  if (recording === null) return <Alert color="amber">{words.announcements.noSoundYet}</Alert>;
  // A recording made meanwhile was not heard.
  const isHeard = heard?.recordingId === recording.id;
  return (
    <Paper p="md" style={{ borderColor: 'var(--mantine-color-leaf-8)', borderWidth: 2 }}>
      <Stack gap="md">
        <Text fw={600} fz="lg">
          {w.listenFirst}
        </Text>
        <Player
          key={recording.id}
          src={recording.mp3Url}
          seconds={recording.seconds}
          label={w.listenFirst}
          onHeard={(told) => setHeard({ ...told, recordingId: recording.id })}
        />
        <Text size="sm" c="dimmed" role="status">
          {isHeard
            ? heard.isAll
              ? w.heardAll
              : w.heard(length(heard.seconds), length(recording.seconds))
            : w.listenHint}
        </Text>
        <Textarea
          label={isSendingBack ? w.sendBackWhy : w.note}
          description={isSendingBack ? w.sendBackHint : undefined}
          autosize
          minRows={isSendingBack ? 3 : 1}
          value={note}
          maxLength={1_000}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {isSendingBack ? (
          <>
            <Button
              size="lg"
              color="clay"
              disabled={note.trim() === ''}
              loading={act.isPending}
              leftSection={<IconArrowBackUp size={20} />}
              onClick={() => act.mutate({ act: 'send-back', note })}
            >
              {w.sendBackNow}
            </Button>
            <Button variant="default" onClick={() => setSendingBack(false)}>
              {words.common.back}
            </Button>
          </>
        ) : (
          <>
            <Button
              size="xl"
              disabled={!isHeard}
              loading={act.isPending}
              leftSection={<IconCheck size={24} />}
              onClick={() => act.mutate({ act: 'approve', recordingId: recording.id, note })}
            >
              {w.approve}
            </Button>
            {view.actions.includes('send-back') ? (
              <Button
                size="md"
                variant="default"
                leftSection={<IconArrowBackUp size={20} />}
                onClick={() => setSendingBack(true)}
              >
                {w.sendBack}
              </Button>
            ) : null}
          </>
        )}
      </Stack>
    </Paper>
  );
}
