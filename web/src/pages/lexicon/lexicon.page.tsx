import { Button, Group, Modal, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconHistory, IconPlus, IconSearch, IconVocabulary } from '@tabler/icons-react';
import { useState } from 'react';
import { lexicon, SHOWN } from '../../api/lexicon.ts';
import type { LexiconEntryView, LexiconKind, LexiconView, OwnEntryView } from '../../api/lexicon.ts';
import css from '../../parts/lines.module.css';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { useMay } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { EntryForm } from './entry-form.tsx';
import type { Edited } from './entry-form.tsx';
import { EntryRow } from './entry-row.tsx';
import { FileMenu } from './file-menu.tsx';
import { History } from './history.tsx';
import { Retire } from './retire.tsx';

const w = words.lexicon;
const kinds = Object.keys(w.kinds) as LexiconKind[];

/** How the commune says its names and abbreviations: its own entries, and those that are shipped. */
export default function LexiconPage() {
  const may = useMay()('lexicon.write');
  const [typed, setTyped] = useState('');
  const [kind, setKind] = useState<LexiconKind | null>(null);
  const [sought] = useDebouncedValue(typed.trim(), 300);
  const query = useQuery(lexicon(sought, kind));
  const [edited, setEdited] = useState<Edited | null>(null);
  const [retired, setRetired] = useState<OwnEntryView | null>(null);
  const [isHistory, history] = useDisclosure(false);
  return (
    <>
      <PageHead title={w.title} hint={w.hint}>
        <Group gap="xs">
          {may ? (
            <Button leftSection={<IconPlus size={18} />} onClick={() => setEdited({ entry: null })}>
              {w.add}
            </Button>
          ) : null}
          <Button variant="default" leftSection={<IconHistory size={18} />} onClick={history.open}>
            {w.history}
          </Button>
          <FileMenu />
        </Group>
      </PageHead>
      <Group mb="md" gap="sm">
        <TextInput
          aria-label={w.search}
          placeholder={w.search}
          leftSection={<IconSearch size={18} />}
          value={typed}
          maxLength={60}
          onChange={(event) => setTyped(event.currentTarget.value)}
          style={{ flex: '1 1 220px' }}
          maw={{ base: '100%', xs: 420 }}
        />
        <Select
          aria-label={w.allKinds}
          placeholder={w.allKinds}
          data={kinds.map((value) => ({ value, label: w.kinds[value] }))}
          value={kind}
          onChange={setKind}
          clearable
          style={{ flex: '1 1 160px' }}
          maw={{ base: '100%', xs: 260 }}
        />
      </Group>
      <Asked query={query}>
        {(view) => (
          <Found
            view={view}
            isFiltered={sought !== '' || kind !== null}
            onEdit={may ? (entry) => setEdited({ entry, id: entry.id }) : undefined}
            onRetire={may ? setRetired : undefined}
            onTake={may ? (entry) => setEdited({ entry }) : undefined}
          />
        )}
      </Asked>
      <EntryForm edited={edited} onClose={() => setEdited(null)} />
      <Retire entry={retired} onClose={() => setRetired(null)} />
      <Modal opened={isHistory} onClose={history.close} title={w.history} size="lg">
        {isHistory ? <History mayRevert={may} /> : null}
      </Modal>
    </>
  );
}

function Found(props: {
  view: LexiconView;
  isFiltered: boolean;
  onEdit: ((entry: OwnEntryView) => void) | undefined;
  onRetire: ((entry: OwnEntryView) => void) | undefined;
  onTake: ((entry: LexiconEntryView) => void) | undefined;
}) {
  const { view, isFiltered } = props;
  if (isFiltered && view.own.length === 0 && view.shipped.length === 0) {
    return <Empty icon={<IconVocabulary size={44} stroke={1.4} />} title={w.nothing} hint={w.nothingHint} />;
  }
  return (
    <Stack gap="xl">
      {isFiltered && view.own.length === 0 ? null : (
        <section>
          <Heading name={w.own} count={isFiltered ? null : view.ownCount} />
          {view.own.length === 0 ? (
            <Empty icon={<IconVocabulary size={44} stroke={1.4} />} title={w.empty} hint={w.emptyHint} />
          ) : (
            <div className={css.rows}>
              {view.own.map((entry) => (
                <EntryRow
                  key={entry.id}
                  entry={entry}
                  own={entry}
                  onEdit={props.onEdit && (() => props.onEdit?.(entry))}
                  onRetire={props.onRetire && (() => props.onRetire?.(entry))}
                />
              ))}
            </div>
          )}
          <Cut count={view.own.length} />
        </section>
      )}
      {view.shipped.length === 0 ? null : (
        <section>
          <Heading name={w.shipped} count={isFiltered ? null : view.shippedCount} />
          <div className={css.rows}>
            {view.shipped.map((entry) => (
              <EntryRow
                key={`${entry.kind} ${entry.written}`}
                entry={entry}
                onTake={props.onTake && (() => props.onTake?.(entry))}
              />
            ))}
          </div>
          <Cut count={view.shipped.length} />
        </section>
      )}
    </Stack>
  );
}

function Heading({ name, count }: { name: string; count: number | null }) {
  return (
    <Title order={2} fz="1.1rem" mb="sm">
      {name}{' '}
      <Text span size="sm" c="dimmed" fw={400}>
        {count === null ? '' : w.entries(count.toLocaleString('vi-VN'))}
      </Text>
    </Title>
  );
}

function Cut({ count }: { count: number }) {
  return count < SHOWN ? null : (
    <Text size="sm" c="dimmed" mt="sm" ta="center">
      {w.cut(SHOWN)}
    </Text>
  );
}
