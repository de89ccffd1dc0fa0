import { Button, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import { cancelEmergency } from '../../api/broadcasts.ts';
import type { EmergencyView } from '../../api/broadcasts.ts';
import { useLanguageName } from '../../parts/languages.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { useNow } from '../../time/clock.ts';
import { clockAndDay, lengthInWords } from '../../time/format.ts';
import { words } from '../../words/words.ts';

export const isInForce = ({ cancelledAt, endAt }: EmergencyView, now: number): boolean =>
  cancelledAt === null && Date.parse(endAt) > now;

/** Emergencies in force, where nobody can overlook them; nothing at all otherwise. */
export function EmergenciesPanel({ emergencies }: { emergencies: readonly EmergencyView[]; at: string }) {
  const now = useNow(5_000);
  const inForce = emergencies.filter((emergency) => isInForce(emergency, now));
  return inForce.map((emergency) => <InForce key={emergency.id} emergency={emergency} />);
}

export function InForce({ emergency }: { emergency: EmergencyView }) {
  const may = useMay();
  const languageName = useLanguageName();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelEmergency(emergency.id),
    onSuccess: () => tellDone(words.emergency.cancelled),
    onError: (error) => tellFailure(error),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['today'] }),
        client.invalidateQueries({ queryKey: ['emergencies'] }),
      ]),
  });
  return (
    <section
      aria-label={words.today.emergencies}
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: '12px 20px',
        alignItems: 'center',
        padding: '16px 18px',
        borderRadius: 14,
        background: 'var(--alarm)',
        color: '#fff',
        marginBottom: 12,
      }}
    >
      <IconAlertTriangle size={34} aria-hidden />
      <div style={{ flex: '1 1 240px', minWidth: 0 }}>
        <Text size="xs" fw={700}>
          {words.today.emergencies}
        </Text>
        <Title order={2} fz="1.2rem" lh={1.3}>
          {emergency.title}
        </Title>
        <Text size="sm">
          {[
            words.emergency.repeats(lengthInWords(emergency.everySeconds)),
            ...(emergency.languages.length > 1 ? [emergency.languages.map(languageName).join(', ')] : []),
            words.emergency.until(clockAndDay(emergency.endAt)),
            words.emergency.began(emergency.began, emergency.of),
            words.emergency.raisedBy(emergency.raisedByName),
          ].join(' · ')}
        </Text>
      </div>
      {may('emergencies.raise') ? (
        <Button
          size="lg"
          variant="white"
          color="red.8"
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {words.emergency.cancel}
        </Button>
      ) : null}
    </section>
  );
}
