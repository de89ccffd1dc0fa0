import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconHandStop } from '@tabler/icons-react';
import { useState } from 'react';
import { safetyQuery } from '../../api/broadcasts.ts';
import type { EmergencyDraftView, SafetyView } from '../../api/broadcasts.ts';
import { ConfirmStep } from '../emergency/confirm-step.tsx';
import { useMay, useOwnVillages } from '../../shell/session.tsx';
import { clockAndDay, length } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { InForce } from '../../parts/in-force.tsx';
import { Asked } from '../../parts/states.tsx';
import { everythingOf, useStop } from '../../parts/stop.tsx';
import { wholeCommune } from '../../parts/target-field.tsx';
import css from './safety.module.css';

const w = words.safety;

/** Stands in for a page while the database is down: what works without it, and nothing that does not. */
export function Safety() {
  const query = useQuery(safetyQuery);
  return (
    <section aria-label={w.title}>
      <Title order={2} fz="1.25rem">
        {w.title}
      </Title>
      <Text c="dimmed" size="sm" mb="md" maw={640}>
        {w.hint}
      </Text>
      <Asked query={query}>{(safety) => <Choices safety={safety} />}</Asked>
    </section>
  );
}

function Choices({ safety }: { safety: SafetyView }) {
  const may = useMay();
  const own = useOwnVillages();
  const stopping = useStop();
  const [draft, setDraft] = useState<EmergencyDraftView | null>(null);
  if (draft !== null) {
    return (
      <div className={css.confirm}>
        <ConfirmStep
          draft={draft}
          target={wholeCommune}
          onTarget={() => undefined}
          mayRetarget={false}
          onBack={() => setDraft(null)}
          onRaised={() => setDraft(null)}
        />
      </div>
    );
  }
  return (
    <Stack gap="lg" maw={720}>
      {safety.inForce.map((emergency) => (
        <InForce
          key={emergency.id}
          id={emergency.id}
          title={emergency.title}
          facts={[words.emergency.until(clockAndDay(emergency.endAt))]}
        />
      ))}
      {may('broadcasts.stop') && safety.poles > 0 ? (
        <div className={css.card}>
          <Text size="sm">{w.stopHint(safety.poles, safety.online)}</Text>
          <Button
            size="xl"
            color="gray.9"
            fullWidth
            leftSection={<IconHandStop size={26} />}
            loading={stopping.isPending}
            onClick={() => stopping.mutate(everythingOf(own))}
          >
            {words.stop.all}
          </Button>
        </div>
      ) : null}
      {may('emergencies.raise') ? (
        <div className={css.card}>
          <Text fw={700}>{w.prepared}</Text>
          {safety.prepared.length === 0 ? (
            <Text size="sm" c="dimmed">
              {w.noPrepared}
            </Text>
          ) : null}
          {safety.prepared.map((each) => (
            <Button
              key={each.id}
              variant="outline"
              color="red.6"
              h="auto"
              py="sm"
              justify="flex-start"
              leftSection={<IconAlertTriangle size={22} />}
              onClick={() => setDraft(each)}
              styles={{ label: { whiteSpace: 'normal', textAlign: 'left' } }}
            >
              <span>
                <Text component="span" fw={600} display="block">
                  {each.title}
                </Text>
                <Text component="span" size="xs" c="dimmed" fw={400} lineClamp={2}>
                  {length(each.seconds)} · {each.spoken}
                </Text>
              </span>
            </Button>
          ))}
        </div>
      ) : null}
    </Stack>
  );
}
