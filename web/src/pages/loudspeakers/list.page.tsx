import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconSpeakerphone } from '@tabler/icons-react';
import { Link } from 'react-router';
import { loudspeakers } from '../../api/devices.ts';
import type { LoudspeakerView } from '../../api/devices.ts';
import { LinkEvidence } from '../../parts/evidence.tsx';
import { Find } from '../../parts/find.tsx';
import css from '../../parts/lines.module.css';
import { Waves } from '../../parts/on-air.tsx';
import { readiness } from '../../parts/readiness.ts';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { useMay } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { PoleForm } from './pole-form.tsx';
import { Strangers } from './strangers.tsx';

const w = words.loudspeakers;

export default function LoudspeakersPage() {
  const may = useMay();
  const query = useQuery(loudspeakers);
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHead title={w.title} hint={query.data === undefined ? undefined : readyHint(query.data)}>
        {may('loudspeakers.manage') ? (
          <Button leftSection={<IconPlus size={18} />} onClick={open}>
            {w.add}
          </Button>
        ) : null}
      </PageHead>
      <PoleForm opened={opened} onClose={close} />
      <Asked
        query={query}
        empty={
          <Empty icon={<IconSpeakerphone size={44} stroke={1.4} />} title={w.empty} hint={w.emptyHint} />
        }
      >
        {(poles) => (
          <Find
            list={poles}
            textOf={({ number, name, villageName, place }) => [number, name, villageName, place].join(' ')}
          >
            {(found) => (
              <div className={css.rows}>
                {found.map((pole) => (
                  <Link
                    key={pole.id}
                    to={`/loudspeakers/${pole.id}`}
                    className={`plain-link ${css.row ?? ''}`}
                    style={{ display: 'flex' }}
                  >
                    <Text fw={700} w={34} ta="center" c="leaf.8" aria-label={w.number(pole.number)}>
                      {pole.number}
                    </Text>
                    <div className={css.grow}>
                      <Text fw={600} lh={1.3}>
                        {pole.name}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {pole.villageName}
                        {pole.place === '' ? '' : ` · ${pole.place}`}
                      </Text>
                    </div>
                    <Group gap="4px 18px" style={{ flex: '1 1 300px' }} justify="space-between">
                      <LinkEvidence now={pole.now} />
                      {pole.now.state === 'playing' ? (
                        <Waves />
                      ) : pole.now.link === 'not-enrolled' || pole.now.audioNeeded === 0 ? null : (
                        <Text size="xs" c="dimmed" className="numbers">
                          {w.audioReady}: {w.audioReadyIs(pole.now.audioReady, pole.now.audioNeeded)}
                        </Text>
                      )}
                    </Group>
                  </Link>
                ))}
              </div>
            )}
          </Find>
        )}
      </Asked>
      {may('loudspeakers.manage') ? <Strangers /> : null}
    </>
  );
}

function readyHint(poles: readonly LoudspeakerView[]): string | undefined {
  const { ready, of, missing } = readiness(poles);
  if (of === 0) return undefined;
  return [w.ready(ready, of), missing.length === 0 ? null : w.notReady(missing)]
    .filter((part) => part !== null)
    .join('; ');
}
