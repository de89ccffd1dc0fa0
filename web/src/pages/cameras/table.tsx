import { Alert, Button, FileButton, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconDownload, IconFileSpreadsheet } from '@tabler/icons-react';
import { useState } from 'react';
import { addCameraTable } from '../../api/devices.ts';
import { ApiFailure } from '../../api/door.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { codeSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';

const w = words.cameras.table;
/** The mark lets Excel read it as UTF-8. */
const template = `\uFEFF${Object.values(w.columns).join(';')}\r\n${w.example.join(';')}\r\n`;
const columnName = (path: string): string =>
  Object.hasOwn(w.columns, path) ? w.columns[path as keyof typeof w.columns] : path;

const columnOrder = Object.keys(w.columns);
const byColumn = (a: { path: string }, b: { path: string }): number =>
  columnOrder.indexOf(a.path) - columnOrder.indexOf(b.path);

/** The spreadsheet's libraries are loaded only when somebody brings one. */
async function textOf(file: File): Promise<string> {
  if (!/\.xlsx$/i.test(file.name)) return file.text();
  const { csvOfSheet, UnreadableSheet } = await import('./spreadsheet.ts');
  try {
    return await csvOfSheet(await file.arrayBuffer());
  } catch (error) {
    if (error instanceof UnreadableSheet) throw new ApiFailure('cameras.table-unreadable', 400);
    throw error;
  }
}

async function saveTemplate(): Promise<void> {
  const { default: writeXlsxFile } = await import('write-excel-file/browser');
  const head = Object.values(w.columns).map((value) => ({ value, fontWeight: 'bold' as const }));
  const rows = [head, w.example.map((value) => ({ value, type: String }))];
  await writeXlsxFile(rows, { columns: head.map(() => ({ width: 24 })), stickyRowsCount: 1 }).toFile(
    'camera.xlsx',
  );
}

/** Registers many cameras from a file: judged row by row first, and then all of it or nothing. */
export function CameraTable(props: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={w.title} size="lg">
      {props.opened ? <Steps onClose={props.onClose} /> : null}
    </Modal>
  );
}

function Steps({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const tried = useMutation({
    mutationFn: async (chosen: File) => {
      const text = await textOf(chosen);
      setFile({ name: chosen.name, text });
      return addCameraTable(text, true);
    },
  });
  const added = useMutation({
    mutationFn: (text: string) => addCameraTable(text, false),
    onSuccess: async (result) => {
      if (result.added === 0) return;
      tellDone(w.added(result.added));
      onClose();
      await client.invalidateQueries({ queryKey: ['cameras'] });
    },
  });
  // What became faulty between the trial and the adding counts.
  const result = added.data ?? tried.data;
  const faulty = result?.rows.filter(({ faults }) => faults.length > 0) ?? [];
  const choose = (chosen: File | null): void => {
    if (chosen === null) return;
    added.reset();
    tried.mutate(chosen);
  };
  return (
    <Stack>
      <Text size="sm">{w.hint}</Text>
      <Group>
        <Button
          component="a"
          variant="default"
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(template)}`}
          download="camera.csv"
          leftSection={<IconDownload size={18} />}
        >
          {w.template}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} />}
          onClick={() => void saveTemplate().catch(tellFailure)}
        >
          {w.templateXlsx}
        </Button>
        <FileButton accept=".csv,text/csv,.xlsx" onChange={choose}>
          {(button) => (
            <Button {...button} loading={tried.isPending} leftSection={<IconFileSpreadsheet size={18} />}>
              {w.choose}
            </Button>
          )}
        </FileButton>
      </Group>
      <FailureNote error={tried.error ?? added.error} />
      {result === undefined || file === null ? null : faulty.length > 0 ? (
        <Alert color="clay" title={w.faulty(faulty.length, result.rows.length)}>
          <List size="sm" spacing={4}>
            {faulty.map(({ line, name, faults }) => (
              <List.Item key={line}>
                <Text size="sm" fw={600}>
                  {w.line(line, name)}
                </Text>
                {[...faults].sort(byColumn).map(({ path, code }) => (
                  <Text key={`${path} ${code}`} size="sm">
                    {columnName(path)}: {codeSentence(code)}
                  </Text>
                ))}
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : (
        <>
          <Alert color="leaf">{w.good(file.name, result.rows.length)}</Alert>
          <Button loading={added.isPending} onClick={() => added.mutate(file.text)}>
            {w.add(result.rows.length)}
          </Button>
        </>
      )}
    </Stack>
  );
}
