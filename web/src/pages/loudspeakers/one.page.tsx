import { Alert, Anchor, Button, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPencil, IconQrcode } from '@tabler/icons-react';
import { Link, useNavigate, useParams } from 'react-router';
import { airings as airingsQuery, todayQuery } from '../../api/broadcasts.ts';
import { enrolLoudspeaker, loudspeaker, retireLoudspeaker } from '../../api/devices.ts';
import type { LoudspeakerDetailView } from '../../api/devices.ts';
import { AiringLine } from '../../parts/airing-line.tsx';
import { AskButton } from '../../parts/ask-button.tsx';
import { EnrolmentModal } from '../../parts/enrolment.tsx';
import css from '../../parts/lines.module.css';
import { Asked, PageHead } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { dateTime, instantOf, plusDays, today } from '../../time/format.ts';
import { refusalReason } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import { PoleCard } from '../today/pole-card.tsx';
import { Checklist } from './checklist.tsx';
import { PoleAhead } from './pole-ahead.tsx';
import { PoleFacts } from './pole-facts.tsx';
import { PoleForm } from './pole-form.tsx';
import { PoleLine } from './pole-line.tsx';
import { PoleLogs } from './pole-logs.tsx';
import { PoleTasks } from './pole-tasks.tsx';
import { PoleVolume } from './pole-volume.tsx';
import { WhySilent } from './why-silent.tsx';

const w = words.loudspeakers;

export default function LoudspeakerPage() {
  const { id = '' } = useParams();
  const query = useQuery(loudspeaker(id));
  return <Asked query={query}>{(pole) => <OnePole pole={pole} />}</Asked>;
}

function OnePole({ pole }: { pole: LoudspeakerDetailView }) {
  const may = useMay();
  const { data: day } = useQuery(todayQuery);
  const onBoard = day?.poles.find(({ id }) => id === pole.id);
  return (
    <>
      <PageHead
        back={{ to: '/loudspeakers', name: words.menu.loudspeakers }}
        title={pole.name}
        hint={[w.number(pole.number), pole.villageName, pole.place].filter((part) => part !== '').join(' · ')}
      >
        {may('loudspeakers.manage') ? <Acts pole={pole} /> : null}
      </PageHead>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack>
          {pole.kind === 'desk' ? (
            <Alert color="leaf" py="xs">
              <Text size="sm">{w.deskClaim}</Text>
            </Alert>
          ) : null}
          {onBoard === undefined ? null : <PoleCard pole={onBoard} />}
          <Paper p="md">
            <PoleFacts pole={pole} />
          </Paper>
          <PoleVolume pole={pole} />
          <PoleLine pole={pole} />
          <Boxes pole={pole} />
          <Checklist poleId={pole.id} />
        </Stack>
        <Stack>
          <DayOfPole poleId={pole.id} name={pole.name} />
          <WhySilent pole={pole} />
          <PoleAhead poleId={pole.id} hasBox={pole.now.link !== 'not-enrolled'} />
          {may('loudspeakers.manage') ? (
            <>
              <PoleTasks pole={pole} />
              <PoleLogs poleId={pole.id} />
            </>
          ) : null}
          <PoleRefusals pole={pole} />
        </Stack>
      </SimpleGrid>
    </>
  );
}

function Acts({ pole }: { pole: LoudspeakerDetailView }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isEditing, editing] = useDisclosure(false);
  const [isEnrolling, enrolling] = useDisclosure(false);
  const isReplacement = pole.boxes.some(({ replacedAt }) => replacedAt === null);
  const retire = useMutation({
    mutationFn: () => retireLoudspeaker(pole.id),
    onSuccess: async () => {
      tellDone(w.retired);
      await client.invalidateQueries({ queryKey: ['loudspeakers'] });
      await navigate('/loudspeakers', { replace: true });
    },
    onError: (error) => tellFailure(error),
  });
  return (
    <Group gap="xs">
      <Button leftSection={<IconQrcode size={18} />} onClick={enrolling.open}>
        {isReplacement ? w.replace : w.enrol}
      </Button>
      <Button variant="default" leftSection={<IconPencil size={18} />} onClick={editing.open}>
        {words.common.edit}
      </Button>
      <AskButton
        label={w.retire}
        question={w.retireAsk}
        isPending={retire.isPending}
        onYes={() => retire.mutate()}
      />
      <PoleForm opened={isEditing} onClose={editing.close} pole={pole} />
      <EnrolmentModal
        name={pole.name}
        opened={isEnrolling}
        isReplacement={isReplacement}
        request={() => enrolLoudspeaker(pole.id)}
        onClose={() => {
          enrolling.close();
          void client.invalidateQueries({ queryKey: ['loudspeaker', pole.id] });
        }}
      />
    </Group>
  );
}

function Boxes({ pole }: { pole: LoudspeakerDetailView }) {
  return (
    <Paper p="md">
      <Text fw={600}>{w.boxes}</Text>
      <Text size="xs" c="dimmed" mb={6}>
        {w.boxesHint}
      </Text>
      {pole.boxes.length === 0 ? <Text size="sm">{w.boxesNone}</Text> : null}
      {pole.boxes.map((box) => (
        <div key={box.id} className={css.line}>
          <div>
            <Text size="sm" fw={500}>
              {box.hardware}
            </Text>
            <Text size="xs" c="dimmed">
              {w.boxSince(dateTime(box.enrolledAt))}
            </Text>
          </div>
          <Text
            size="xs"
            fw={box.replacedAt === null ? 600 : 400}
            c={box.replacedAt === null ? 'leaf.8' : 'dimmed'}
          >
            {box.replacedAt === null ? w.boxInUse : w.boxReplaced(dateTime(box.replacedAt))}
          </Text>
        </div>
      ))}
    </Paper>
  );
}

function DayOfPole({ poleId, name }: { poleId: string; name: string }) {
  const day = today();
  const query = useQuery(
    airingsQuery({ from: instantOf(day), until: instantOf(plusDays(day, 1)), loudspeakerId: poleId }),
  );
  return (
    <Paper p="md">
      <Text fw={600} mb={4}>
        {w.airings}
      </Text>
      <Asked query={query} empty={w.airingsEmpty}>
        {(airings) =>
          airings.map((airing) => (
            <AiringLine key={airing.id} airing={airing} name={airing.title === '' ? name : airing.title} />
          ))
        }
      </Asked>
      <Anchor component={Link} to={`/books?pole=${poleId}`} size="sm">
        {words.books.ofPole}
      </Anchor>
    </Paper>
  );
}

function PoleRefusals({ pole }: { pole: LoudspeakerDetailView }) {
  if (pole.refusals.length === 0) return null;
  return (
    <Paper p="md">
      <Text fw={600} mb={4}>
        {words.refusals.title}
      </Text>
      <Alert color="leaf" py="xs" mb="xs">
        <Text size="xs">{words.refusals.hint}</Text>
      </Alert>
      {pole.refusals.map((refusal) => (
        <div key={refusal.id} className={css.line}>
          <Text size="sm">
            {words.refusals.what[refusal.what]}: {refusalReason(refusal.reason)}
          </Text>
          <Text size="xs" c="dimmed" className="numbers">
            {dateTime(refusal.at)}
          </Text>
        </div>
      ))}
    </Paper>
  );
}
