import { Alert, Button, FileButton, Group, Modal, Paper, Progress, Select, Stack, Text } from '@mantine/core';
import { Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconFileMusic, IconLanguage, IconMicrophone, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { languages as languagesQuery, villages as villagesQuery } from '../../api/accounts.ts';
import { announcement, nameVersion, removeVersion, sendVersion } from '../../api/announcements.ts';
import type { AnnouncementView, VersionView } from '../../api/announcements.ts';
import { ask } from '../../parts/ask.ts';
import { useLanguageName } from '../../parts/languages.tsx';
import { Player } from '../../parts/player.tsx';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { RecordSound } from './record-sound.tsx';

const w = words.versions;
/** As the service's own limit; it refuses what is longer whatever stands here. */
const maximumSeconds = 20 * 60;
const taken = 'audio/*,.wav,.mp3,.m4a,.aac,.ogg,.opus,.webm';

/** What people speak: a version for each language that a village hears, and for any other that somebody adds. */
export function VersionsPanel({ view }: { view: AnnouncementView }) {
  const [added, setAdded] = useState<string[]>([]);
  const { data: villages = [] } = useQuery(villagesQuery);
  const { data: all = [] } = useQuery(languagesQuery);
  const mayChange = view.actions.includes('edit');
  const heard = villages
    .filter(({ id }) => view.villageIds.length === 0 || view.villageIds.includes(id))
    .flatMap(({ languages }) => languages);
  const shown = [...new Set([...heard, ...view.versions.map(({ language }) => language), ...added])];
  // A commune that hears Vietnamese alone sees one line, in case somebody wants to speak it themselves.
  const inOrder = all.filter(({ code }) => shown.includes(code)).map(({ code }) => code);
  const rest = all.filter(({ code }) => !shown.includes(code));
  return (
    <Paper p="md">
      <Text fw={600} mb={4}>
        <IconLanguage size={18} aria-hidden style={{ verticalAlign: '-3px' }} /> {w.title}
      </Text>
      <Text size="sm" c="dimmed" mb="sm">
        {w.hint}
      </Text>
      <Stack gap="md">
        {inOrder.map((code) => (
          <OneLanguage
            key={code}
            view={view}
            language={code}
            version={view.versions.find(({ language }) => language === code)}
            mayChange={mayChange}
          />
        ))}
        {mayChange && rest.length > 0 ? (
          <Select
            searchable
            aria-label={words.languages.add}
            placeholder={words.languages.add}
            nothingFoundMessage={words.languages.none}
            value={null}
            data={rest.map(({ code, name, ownName }) => ({ value: code, label: `${name} (${ownName})` }))}
            onChange={(code) => {
              if (code !== null) setAdded((before) => [...before, code]);
            }}
          />
        ) : null}
      </Stack>
    </Paper>
  );
}

function OneLanguage(props: {
  view: AnnouncementView;
  language: string;
  version: VersionView | undefined;
  mayChange: boolean;
}) {
  const { view, language, version, mayChange } = props;
  const client = useQueryClient();
  const name = useLanguageName()(language);
  const [isRecording, setRecording] = useState(false);
  const [share, setShare] = useState(0);
  const take = (next: AnnouncementView): void => {
    client.setQueryData(announcement(view.id).queryKey, next);
    void client.invalidateQueries({ queryKey: ['announcements'] });
  };
  const send = useMutation({
    mutationFn: ({ sound, source }: { sound: Blob; source: 'microphone' | 'file' }) =>
      sendVersion(view, language, source, sound, setShare),
    onSuccess: (next) => {
      setRecording(false);
      tellDone(w.kept(name));
      take(next);
    },
  });
  const remove = useMutation({
    mutationFn: () => removeVersion(view, language),
    onSuccess: take,
    onError: (error) => tellFailure(error),
  });
  const begin = (sound: Blob, source: 'microphone' | 'file'): void => {
    setShare(0);
    send.mutate({ sound, source });
  };
  return (
    <section aria-label={name} style={{ borderTop: '1px solid var(--line)', paddingTop: 12 }}>
      <Text fw={600} tt="capitalize" style={{ textTransform: 'none' }}>
        {name.charAt(0).toLocaleUpperCase('vi')}
        {name.slice(1)}
      </Text>
      {version === undefined ? (
        <Text size="sm" c={language === 'vi' && view.text !== '' ? 'dimmed' : 'clay.7'} mb={8}>
          {language === 'vi' && view.text !== '' ? w.readByVoice : w.missing}
        </Text>
      ) : (
        <Stack gap={8} my={8}>
          <Player
            src={version.recording.mp3Url}
            seconds={version.recording.seconds}
            label={words.approve.listenTo(name)}
          />
          <Text size="xs" c="dimmed">
            {w.recordedBy(version.recordedByName)} · {dateTime(version.recordedAt)}
          </Text>
          {version.hasOtherChime ? <Alert color="clay">{w.otherChime}</Alert> : null}
          {version.isBesideOlderText ? <Alert color="amber">{w.olderText}</Alert> : null}
          {language === 'vi' ? null : (
            <VersionNames
              key={version.title + version.summary}
              view={view}
              version={version}
              mayChange={mayChange}
              onNamed={take}
            />
          )}
        </Stack>
      )}
      {send.isPending ? <Sending share={share} /> : null}
      {isRecording ? null : <FailureNote error={send.error} />}
      {mayChange && !send.isPending ? (
        <Group gap="xs">
          <Button
            size="compact-md"
            h={40}
            variant={version === undefined ? 'light' : 'default'}
            leftSection={<IconMicrophone size={17} />}
            onClick={() => {
              send.reset();
              setRecording(true);
            }}
          >
            {version === undefined ? w.record : w.recordAgain}
          </Button>
          <FileButton accept={taken} onChange={(file) => (file === null ? undefined : begin(file, 'file'))}>
            {(button) => (
              <Button
                {...button}
                size="compact-md"
                h={40}
                variant="default"
                leftSection={<IconFileMusic size={17} />}
              >
                {w.bring}
              </Button>
            )}
          </FileButton>
          {version === undefined ? null : (
            <Button
              size="compact-md"
              h={40}
              variant="subtle"
              color="clay"
              loading={remove.isPending}
              leftSection={<IconTrash size={17} />}
              onClick={() => ask(w.remove, w.removeAsk(name), () => remove.mutate())}
            >
              {w.remove}
            </Button>
          )}
        </Group>
      ) : null}
      <Modal opened={isRecording} onClose={() => setRecording(false)} title={w.recordTitle(name)} centered>
        <RecordSound
          onKeep={(sound) => begin(sound, 'microphone')}
          isSending={send.isPending}
          maximumSeconds={maximumSeconds}
        />
        {send.isPending ? <Sending share={share} /> : null}
        <FailureNote error={send.error} />
      </Modal>
    </section>
  );
}

/** On its way, and then at work: levelling a long recording takes a while. */
function Sending({ share }: { share: number }) {
  return (
    <div role="status">
      <Text size="sm" mb={4}>
        {share < 1 ? w.sending(Math.round(share * 100)) : w.working}
      </Text>
      <Progress value={share * 100} animated={share >= 1} radius="xl" aria-label={w.sending(0)} />
    </div>
  );
}

/** For the logbook, in the letters of its language. */
function VersionNames(props: {
  view: AnnouncementView;
  version: VersionView;
  mayChange: boolean;
  onNamed: (view: AnnouncementView) => void;
}) {
  const { version, mayChange } = props;
  const [title, setTitle] = useState(version.title);
  const [summary, setSummary] = useState(version.summary);
  const save = useMutation({
    mutationFn: () => nameVersion(props.view, version.language, { title, summary }),
    onSuccess: props.onNamed,
  });
  if (!mayChange) {
    return (
      <Text size="sm">{[version.title, version.summary].filter((told) => told !== '').join(' · ')}</Text>
    );
  }
  const isChanged = title !== version.title || summary !== version.summary;
  return (
    <Stack gap={6}>
      <TextInput
        label={w.versionTitle}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label={w.versionSummary}
        description={w.versionSummaryHint}
        autosize
        value={summary}
        maxLength={2_000}
        onChange={(event) => setSummary(event.currentTarget.value)}
      />
      <FailureNote error={save.error} />
      {isChanged ? (
        <Button
          size="compact-md"
          variant="light"
          w="fit-content"
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {words.common.save}
        </Button>
      ) : null}
    </Stack>
  );
}
