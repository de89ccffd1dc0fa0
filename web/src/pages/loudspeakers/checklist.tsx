import {
  ActionIcon,
  Alert,
  Button,
  FileButton,
  Group,
  Paper,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconCamera, IconCheck, IconTrash, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { addPhoto, checklist, removePhoto, sayCheck } from '../../api/checklist.ts';
import type { ChecklistView } from '../../api/checklist.ts';
import { ask } from '../../parts/ask.ts';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { smallPhoto, whereAmI } from './photo.ts';

const w = words.checklist;
type Line = ChecklistView[number];

/** What was looked at when the pole was put up, for the technician's phone. */
export function Checklist({ poleId }: { poleId: string }) {
  const query = useQuery(checklist(poleId));
  const [tellsPlace, setTellsPlace] = useState(false);
  const [isOpen, open] = useDisclosure(false);
  const may = useMay()('loudspeakers.manage');
  return (
    <Paper p="md">
      <Asked query={query}>
        {(lines) => (
          <>
            <Group justify="space-between" gap="xs">
              <Text fw={600}>{w.title}</Text>
              <Text size="sm" c="dimmed" className="numbers">
                {w.done(lines.filter(({ isGood }) => isGood === true).length, lines.length)}
              </Text>
            </Group>
            <Button mt="xs" size="sm" variant="light" onClick={open.toggle} aria-expanded={isOpen} fullWidth>
              {isOpen ? w.close : w.open}
            </Button>
            {isOpen && may ? (
              <Switch
                my="sm"
                label={w.tellPlace}
                description={w.tellPlaceHint}
                checked={tellsPlace}
                onChange={(event) => setTellsPlace(event.currentTarget.checked)}
              />
            ) : null}
            {isOpen
              ? lines.map((line) => (
                  <OneLine key={line.item} poleId={poleId} line={line} may={may} tellsPlace={tellsPlace} />
                ))
              : null}
          </>
        )}
      </Asked>
    </Paper>
  );
}

function OneLine(props: { poleId: string; line: Line; may: boolean; tellsPlace: boolean }) {
  const { poleId, line, may } = props;
  const client = useQueryClient();
  const [note, setNote] = useState(line.note);
  const kept = (lines: ChecklistView): void => {
    client.setQueryData(checklist(poleId).queryKey, lines);
  };
  const say = useMutation({
    // One after the other: leaving the note for a button says two things in a row.
    scope: { id: `check ${poleId} ${line.item}` },
    mutationFn: (isGood: boolean) => sayCheck(poleId, { item: line.item, isGood, note: note.trim() }),
    onSuccess: kept,
    onError: (error) => tellFailure(error),
  });
  const send = useMutation({
    mutationFn: async (file: File) => {
      const place = props.tellsPlace ? await whereAmI() : null;
      return addPhoto(poleId, { item: line.item, picture: await smallPhoto(file), place });
    },
    onSuccess: kept,
  });
  const remove = useMutation({
    mutationFn: removePhoto,
    onSuccess: kept,
    onError: (error) => tellFailure(error),
  });
  return (
    <div className={css.line} style={{ display: 'block' }}>
      <Text size="sm" fw={500}>
        {w.items[line.item].name}
      </Text>
      <Text size="xs" c="dimmed">
        {w.items[line.item].hint}
      </Text>
      <Stack gap="xs" mt={6}>
        {may ? (
          <>
            <Group gap="xs" grow>
              <Button
                size="sm"
                variant={line.isGood === true ? 'filled' : 'default'}
                leftSection={<IconCheck size={16} />}
                aria-pressed={line.isGood === true}
                loading={say.isPending && say.variables}
                onClick={() => say.mutate(true)}
              >
                {w.good}
              </Button>
              <Button
                size="sm"
                variant={line.isGood === false ? 'filled' : 'default'}
                color="clay"
                leftSection={<IconX size={16} />}
                aria-pressed={line.isGood === false}
                loading={say.isPending && !say.variables}
                onClick={() => say.mutate(false)}
              >
                {w.bad}
              </Button>
            </Group>
            <TextInput
              aria-label={w.note}
              placeholder={w.note}
              maxLength={300}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
              onBlur={() => {
                // A note written after the word itself belongs to it.
                if (line.isGood !== null && note.trim() !== line.note) say.mutate(line.isGood);
              }}
            />
          </>
        ) : (
          <Text size="sm">
            {line.isGood === null ? w.notYet : line.isGood ? w.good : w.bad}
            {line.note === '' ? '' : `: ${line.note}`}
          </Text>
        )}
        {line.saidAt === null ? null : (
          <Text size="xs" c="dimmed">
            {w.said(line.byName, dateTime(line.saidAt))}
          </Text>
        )}
        {line.photos.length === 0 ? null : (
          <Group gap="xs" align="flex-start">
            {line.photos.map((photo) => (
              <div key={photo.id} style={{ position: 'relative', width: 92 }}>
                <a href={`/api/pole-photos/${photo.id}`} target="_blank" rel="noreferrer">
                  <img
                    src={`/api/pole-photos/${photo.id}`}
                    alt={w.photoOf(w.items[line.item].name, dateTime(photo.takenAt))}
                    loading="lazy"
                    style={{ width: 92, height: 92, objectFit: 'cover', borderRadius: 6, display: 'block' }}
                  />
                </a>
                {may ? (
                  <ActionIcon
                    size="sm"
                    variant="default"
                    aria-label={w.removePhoto}
                    style={{ position: 'absolute', top: 4, right: 4 }}
                    onClick={() => ask(w.removePhoto, w.removeAsk, () => remove.mutate(photo.id))}
                  >
                    <IconTrash size={14} />
                  </ActionIcon>
                ) : null}
                {photo.latitude === null || photo.longitude === null ? null : (
                  <Text size="xs" c="dimmed" className="numbers" lh={1.3} mt={2}>
                    {photo.latitude.toFixed(4)}, {photo.longitude.toFixed(4)}
                  </Text>
                )}
              </div>
            ))}
          </Group>
        )}
        {may ? (
          <FileButton
            accept="image/*"
            capture="environment"
            onChange={(file) => (file ? send.mutate(file) : null)}
          >
            {(button) => (
              <Button
                {...button}
                size="sm"
                variant="light"
                leftSection={<IconCamera size={16} />}
                loading={send.isPending}
              >
                {w.addPhoto}
              </Button>
            )}
          </FileButton>
        ) : null}
        {send.isError ? (
          <Alert color="clay" py="xs">
            <Text size="sm" mb={6}>
              {w.notSent}
            </Text>
            <Button size="xs" onClick={() => send.mutate(send.variables)}>
              {w.again}
            </Button>
          </Alert>
        ) : null}
      </Stack>
    </div>
  );
}
