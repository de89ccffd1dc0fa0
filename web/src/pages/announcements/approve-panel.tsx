import { Alert, Button, Paper, Stack, Text, Textarea } from '@mantine/core';
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { AnnouncementView } from '../../api/announcements.ts';
import { useLanguageName } from '../../parts/languages.tsx';
import { Player } from '../../parts/player.tsx';
import type { Heard } from '../../parts/player.tsx';
import { tellDone } from '../../parts/tell.ts';
import { length } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { useAct } from './act.ts';
import { LanguageGaps } from './gaps.tsx';

const w = words.approve;

/** Made for a thumb. What is approved are the recordings that were heard here, every one of them: their ids go along. */
export function ApprovePanel({ view, onDecided }: { view: AnnouncementView; onDecided?: () => void }) {
  const { sounds } = view;
  const [heard, setHeard] = useState<Readonly<Record<string, Heard>>>({});
  const [isSendingBack, setSendingBack] = useState(false);
  const [note, setNote] = useState('');
  const languageName = useLanguageName();
  const act = useAct(view.id, (done) => {
    if (done.act === 'approve') tellDone(w.approved);
    if (done.act === 'send-back') tellDone(w.sentBack);
    onDecided?.();
  });
  if (sounds.length === 0) return <Alert color="amber">{words.announcements.noSoundYet}</Alert>;
  // A recording made meanwhile was not heard: it is another id.
  const isHeard = sounds.every(({ recording }) => heard[recording.id] !== undefined);
  return (
    <Paper p="md" style={{ borderColor: 'var(--mantine-color-leaf-8)', borderWidth: 2 }}>
      <Stack gap="md">
        <Text fw={600} fz="lg">
          {sounds.length === 1 ? w.listenFirst : w.listenToAll(sounds.length)}
        </Text>
        {sounds.map(({ language, recording }) => (
          <div key={recording.id}>
            {sounds.length === 1 && language === 'vi' ? null : (
              <>
                <Text fw={600}>{languageName(language)}</Text>
                <VersionWords view={view} language={language} />
              </>
            )}
            <Player
              src={recording.mp3Url}
              seconds={recording.seconds}
              label={sounds.length === 1 ? w.listenFirst : w.listenTo(languageName(language))}
              marks={recording.marks}
              onHeard={(told) => setHeard((all) => ({ ...all, [recording.id]: told }))}
            />
            <Text size="sm" c="dimmed" role="status">
              {heardWords(heard[recording.id], recording.seconds)}
            </Text>
          </div>
        ))}
        <LanguageGaps gaps={view.gaps} />
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
              onClick={() =>
                act.mutate({
                  act: 'approve',
                  recordingIds: sounds.map(({ recording }) => recording.id),
                  note,
                })
              }
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

function VersionWords({ view, language }: { view: AnnouncementView; language: string }) {
  const version = view.versions.find((one) => one.language === language);
  if (version === undefined) return null;
  return (
    <Text size="sm" c="dimmed" mb={6}>
      {[version.title, version.summary, words.versions.recordedBy(version.recordedByName)]
        .filter((told) => told !== '')
        .join(' · ')}
    </Text>
  );
}

function heardWords(heard: Heard | undefined, seconds: number): string {
  if (heard === undefined) return w.listenHint;
  return heard.isAll ? w.heardAll : w.heard(length(heard.seconds), length(seconds));
}
