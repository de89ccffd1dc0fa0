import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPencil, IconPlugConnected, IconPlus, IconRadar2 } from '@tabler/icons-react';
import { useState } from 'react';
import { detectors, revokeDetector } from '../../api/detectors.ts';
import type { DetectorKeyView, DetectorView } from '../../api/detectors.ts';
import { AskButton } from '../../parts/ask-button.tsx';
import css from '../../parts/lines.module.css';
import { Asked, Empty, PageHead } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { useNow } from '../../time/clock.ts';
import { ago, clockAndDay } from '../../time/format.ts';
import { codeSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import { DetectorForm } from './detector-form.tsx';
import { DetectorSetup } from './detector-setup.tsx';

const w = words.detectors;
const linkColors = { never: 'gray', alive: 'leaf', silent: 'clay', off: 'amber' } as const;

/** Programs that look at cameras' pictures: who they are, for which cameras they speak, and whether they are heard. */
export default function DetectorsPage() {
  const may = useMay();
  const query = useQuery(detectors);
  const [isAdding, adding] = useDisclosure(false);
  /** Just made: its key is shown once. */
  const [made, setMade] = useState<DetectorKeyView | null>(null);
  return (
    <>
      <PageHead title={w.title} hint={w.hint} back={{ to: '/cameras', name: words.menu.cameras }}>
        {may('cameras.manage') ? (
          <Button leftSection={<IconPlus size={18} />} onClick={adding.open}>
            {w.add}
          </Button>
        ) : null}
      </PageHead>
      <DetectorForm opened={isAdding} onClose={adding.close} onMade={setMade} />
      <DetectorSetup
        detector={made?.detector ?? null}
        made={made?.key ?? null}
        onClose={() => setMade(null)}
      />
      <Asked
        query={query}
        empty={<Empty icon={<IconRadar2 size={44} stroke={1.4} />} title={w.empty} hint={w.emptyHint} />}
      >
        {(list) => <Listed list={list} />}
      </Asked>
    </>
  );
}

/** Those whose key was taken away told events that still stand: apart, and only for who asks. */
function Listed({ list }: { list: readonly DetectorView[] }) {
  const [isOpen, open] = useDisclosure(false);
  const revoked = list.filter(({ revokedAt }) => revokedAt !== null);
  const shown = list.filter(({ revokedAt }) => revokedAt === null);
  return (
    <div className={css.rows}>
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {w.noneStanding}
        </Text>
      ) : null}
      {shown.map((detector) => (
        <Detector key={detector.id} detector={detector} />
      ))}
      {revoked.length === 0 ? null : (
        <Button
          variant="subtle"
          color="gray"
          style={{ justifySelf: 'start' }}
          aria-expanded={isOpen}
          onClick={open.toggle}
        >
          {isOpen ? w.hideRevoked : w.showRevoked(revoked.length)}
        </Button>
      )}
      {isOpen ? revoked.map((detector) => <Detector key={detector.id} detector={detector} />) : null}
    </div>
  );
}

function Detector({ detector }: { detector: DetectorView }) {
  const may = useMay();
  const isStanding = detector.revokedAt === null;
  return (
    <article
      className={css.row}
      style={{ alignItems: 'flex-start', opacity: isStanding ? 1 : 0.65 }}
      data-detector={detector.id}
    >
      <div className={css.grow}>
        <Text fw={600} lh={1.3}>
          {detector.name}
        </Text>
        <Text size="xs" c="dimmed">
          {w.forms[detector.form]} · {`${detector.modelName} ${detector.modelVersion}`.trim()}
        </Text>
        <Text size="xs" c="dimmed" mt={4}>
          {w.speaksFor(detector.watched.length)}
        </Text>
        {detector.watched.slice(0, 6).map(({ pointId, name, number, pointName }) => (
          <Text key={pointId} size="xs" c="dimmed">
            {`· ${pointName}`}
            {number === null ? '' : ` (${w.numbered(number)})`}
            {name === '' ? '' : `, ${w.called(name)}`}
          </Text>
        ))}
      </div>
      <State detector={detector} />
      {isStanding && may('cameras.manage') ? <Actions detector={detector} /> : null}
    </article>
  );
}

function State({ detector }: { detector: DetectorView }) {
  const now = useNow(5_000);
  if (detector.revokedAt !== null)
    return (
      <Text size="sm" style={{ flex: '1 1 260px' }}>
        {w.revoked(clockAndDay(detector.revokedAt))}
      </Text>
    );
  return (
    <Stack gap={3} style={{ flex: '1 1 260px' }}>
      <Group gap={8}>
        <Badge
          color={linkColors[detector.link]}
          variant={detector.link === 'alive' ? 'filled' : 'light'}
          tt="none"
        >
          {w.links[detector.link]}
        </Badge>
        <Text size="xs" c="dimmed">
          {detector.heardAt === null ? w.neverHeard : w.heard(ago(detector.heardAt, now))}
        </Text>
      </Group>
      {detector.link === 'silent' || detector.link === 'off' ? <Text size="sm">{w.silentHint}</Text> : null}
      {detector.lastRefusal === null ? null : (
        <Text size="xs" c="clay.7">
          {w.refused(detector.refused)}. {w.lastRefused(clockAndDay(detector.lastRefusal.at))}{' '}
          {detector.lastRefusal.code === 'request.invalid'
            ? w.badMessage
            : codeSentence(detector.lastRefusal.code)}{' '}
          <span className="mono" style={{ overflowWrap: 'anywhere' }}>
            {detector.lastRefusal.about}
          </span>
        </Text>
      )}
    </Stack>
  );
}

function Actions({ detector }: { detector: DetectorView }) {
  const client = useQueryClient();
  const [isEditing, editing] = useDisclosure(false);
  const [isSetup, setup] = useDisclosure(false);
  const revoke = useMutation({
    mutationFn: () => revokeDetector(detector.id),
    onSuccess: () => tellDone(w.revokedDone),
    onError: (error) => tellFailure(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['detectors'] }),
  });
  return (
    <Group gap={6}>
      <Button variant="light" size="sm" leftSection={<IconPlugConnected size={16} />} onClick={setup.open}>
        {w.setup}
      </Button>
      <Button variant="default" size="sm" leftSection={<IconPencil size={16} />} onClick={editing.open}>
        {words.common.edit}
      </Button>
      <AskButton
        label={w.revoke}
        question={w.revokeAsk}
        isPending={revoke.isPending}
        onYes={() => revoke.mutate()}
      />
      <DetectorForm opened={isEditing} onClose={editing.close} detector={detector} />
      <DetectorSetup detector={isSetup ? detector : null} made={null} onClose={setup.close} />
    </Group>
  );
}
