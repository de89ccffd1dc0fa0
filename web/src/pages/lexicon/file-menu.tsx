import { Button, FileButton, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload, IconFileText, IconUpload } from '@tabler/icons-react';
import { ApiFailure } from '../../api/door.ts';
import { importLexicon, lexiconFileUrl } from '../../api/lexicon.ts';
import { tellDone, tellFailure, tellRefused } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { useLexiconChanged } from './changed.ts';

const w = words.lexicon;
/** Characters, as the service takes. */
const LONGEST_FILE = 400_000;

/** The commune's entries as a file: to keep, to change at home, to lend to the neighbours. */
export function FileMenu() {
  const may = useMay()('lexicon.write');
  const changed = useLexiconChanged();
  const bring = useMutation({
    mutationFn: async (file: File) => importLexicon(await file.text()),
    onSuccess: async ({ entries }) => {
      tellDone(w.imported(entries));
      await changed();
    },
    onError: (error) => {
      const line = error instanceof ApiFailure ? error.details.line : undefined;
      tellFailure(error, typeof line === 'number' ? w.importLine(line) : words.errors.title);
    },
  });
  const take = (file: File | null): void => {
    if (file === null) return;
    if (file.size > LONGEST_FILE * 3) tellRefused(w.importTooLong);
    else bring.mutate(file);
  };
  return (
    <FileButton accept=".tsv,.txt,text/plain,text/tab-separated-values" onChange={take}>
      {({ onClick }) => (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<IconFileText size={18} />} loading={bring.isPending}>
              {w.file}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component="a" href={lexiconFileUrl} download leftSection={<IconDownload size={16} />}>
              {w.export}
            </Menu.Item>
            {may ? (
              <Menu.Item leftSection={<IconUpload size={16} />} onClick={onClick}>
                {w.import}
              </Menu.Item>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      )}
    </FileButton>
  );
}
