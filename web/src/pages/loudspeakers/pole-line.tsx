import { Button, Group, Modal, NumberInput, Paper, Progress, Stack, Text, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { IconPencil } from '@tabler/icons-react';
import { changeLoudspeaker } from '../../api/devices.ts';
import type { LoudspeakerChange, LoudspeakerDetailView } from '../../api/devices.ts';
import { useSend } from '../../parts/form.ts';
import css from '../../parts/lines.module.css';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay, local, plainDate, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.line;
const megabytes = (bytes: number): string => Math.round(bytes / 1_000_000).toLocaleString('vi-VN');

/** How a pole's box is linked, what it has used this month, and its SIM as the contract says. */
export function PoleLine({ pole }: { pole: LoudspeakerDetailView }) {
  const may = useMay();
  const [opened, { open, close }] = useDisclosure(false);
  const { sim, modem } = pole;
  return (
    <Paper p="md" component="section" aria-label={w.title}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Text fw={600}>{w.title}</Text>
        {may('loudspeakers.manage') ? (
          <Button size="xs" variant="default" leftSection={<IconPencil size={16} />} onClick={open}>
            {sim === null ? w.add : w.edit}
          </Button>
        ) : null}
      </Group>
      {modem === null ? (
        <Text size="sm" c="dimmed" mb={6}>
          {w.untold}
        </Text>
      ) : null}
      {sim === null ? (
        <Text size="sm" mb={modem === null ? 0 : 8}>
          {w.none}
        </Text>
      ) : null}
      <dl className={css.facts}>
        {modem === null ? null : (
          <>
            <dt>{w.carrier}</dt>
            <dd>{modem.carrier ?? words.common.unknown}</dd>
            <dt>{w.signal}</dt>
            <dd className="numbers">
              {modem.signalPercent === null
                ? words.common.unknown
                : w.signalIs(modem.signalPercent, modem.technology?.toUpperCase() ?? null)}
            </dd>
            <dt>{w.used(monthName(modem.month))}</dt>
            <dd>
              <Used bytes={modem.monthBytes} budget={sim?.monthlyMegabytes ?? null} />
              <Text size="xs" c="dimmed">
                {w.toldAt(clockAndDay(modem.toldAt))}
              </Text>
            </dd>
          </>
        )}
        {sim === null ? null : (
          <>
            <dt>{w.number}</dt>
            <dd className="numbers">{sim.number}</dd>
            <dt>{w.expires}</dt>
            <dd>{sim.expiresOn === null ? w.noEnd : <Expiry date={sim.expiresOn} />}</dd>
            {modem === null && sim.monthlyMegabytes !== null ? (
              <>
                <dt>{w.budget}</dt>
                <dd className="numbers">{w.budgetIs(sim.monthlyMegabytes.toLocaleString('vi-VN'))}</dd>
              </>
            ) : null}
          </>
        )}
      </dl>
      <SimForm opened={opened} onClose={close} pole={pole} />
    </Paper>
  );
}

function Used({ bytes, budget }: { bytes: number; budget: number | null }) {
  if (budget === null) return <span className="numbers">{w.megabytes(megabytes(bytes))}</span>;
  const percent = Math.floor(bytes / 10_000 / budget);
  return (
    <>
      <span className="numbers">
        {w.usedOf(megabytes(bytes), w.megabytes(budget.toLocaleString('vi-VN')), percent)}
      </span>
      <Progress
        value={Math.min(100, percent)}
        size={6}
        mt={4}
        maw={220}
        color={percent >= 100 ? 'clay.6' : percent >= 80 ? 'amber.6' : 'leaf.6'}
        aria-hidden
      />
    </>
  );
}

function Expiry({ date }: { date: string }) {
  const left = local(`${date}T00:00:00Z`).diff(local(`${today()}T00:00:00Z`), 'day');
  return (
    <>
      <span className="numbers">{plainDate(date)}</span>{' '}
      <Text span size="sm" c={left <= 7 ? 'clay.8' : 'dimmed'} fw={left <= 7 ? 600 : 400}>
        ({w.daysLeft(left)})
      </Text>
    </>
  );
}

/** "11/2026" */
const monthName = (month: string): string => month.split('-').reverse().join('/');

interface Values {
  number: string;
  expiresOn: string | null;
  monthlyMegabytes: number | string;
}

function SimForm(props: { opened: boolean; onClose: () => void; pole: LoudspeakerDetailView }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={w.edit}>
      {props.opened ? <Fields pole={props.pole} onClose={props.onClose} /> : null}
    </Modal>
  );
}

function Fields({ pole, onClose }: { pole: LoudspeakerDetailView; onClose: () => void }) {
  const client = useQueryClient();
  const { sim } = pole;
  const form = useForm<Values>({
    initialValues: {
      number: sim?.number ?? '',
      expiresOn: sim?.expiresOn ?? null,
      monthlyMegabytes: sim?.monthlyMegabytes ?? '',
    },
    validate: { number: (text) => (/^\+?[0-9 ]{6,25}$/.test(text.trim()) ? null : w.numberWrong) },
  });
  const send = useSend(
    form,
    (change: LoudspeakerChange['sim']) => changeLoudspeaker(pole.id, { sim: change }),
    async () => {
      tellDone(words.common.saved);
      onClose();
      await client.invalidateQueries({ queryKey: ['loudspeaker', pole.id] });
    },
  );
  const save = ({ number, expiresOn, monthlyMegabytes }: Values): void =>
    send.mutate({
      number,
      expiresOn,
      monthlyMegabytes: typeof monthlyMegabytes === 'number' ? monthlyMegabytes : null,
    });
  return (
    <form onSubmit={form.onSubmit(save)} noValidate>
      <Stack>
        <TextInput label={w.number} size="md" inputMode="tel" {...form.getInputProps('number')} />
        <DateInput
          label={w.expires}
          size="md"
          valueFormat="DD/MM/YYYY"
          clearable
          {...form.getInputProps('expiresOn')}
        />
        <NumberInput
          label={w.budget}
          description={w.budgetHint}
          size="md"
          min={1}
          max={1_000_000}
          allowDecimal={false}
          thousandSeparator="."
          decimalSeparator=","
          hideControls
          {...form.getInputProps('monthlyMegabytes')}
        />
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {words.common.save}
        </Button>
        {sim === null ? null : (
          <Button variant="subtle" color="clay" onClick={() => send.mutate(null)}>
            {w.remove}
          </Button>
        )}
      </Stack>
    </form>
  );
}
