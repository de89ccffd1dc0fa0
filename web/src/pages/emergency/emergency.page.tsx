import { Button, Grid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconSchool } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { emergencies as emergenciesQuery } from '../../api/broadcasts.ts';
import type { EmergencyDraftView } from '../../api/broadcasts.ts';
import { Asked, PageHead } from '../../parts/states.tsx';
import { wholeCommune } from '../../parts/target-field.tsx';
import type { TargetDraft } from '../../parts/target-field.tsx';
import { useNow } from '../../time/clock.ts';
import { dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { EmergenciesPanel, isInForce } from '../today/emergencies-panel.tsx';
import { ConfirmStep } from './confirm-step.tsx';
import css from './emergency.module.css';
import { PreparedStep, WriteStep } from './first-steps.tsx';

const w = words.emergency;
type Way = 'write' | 'prepared' | 'drill';

export default function EmergencyPage() {
  const [way, setWay] = useState<Way>('write');
  const { data = [] } = useQuery(emergenciesQuery);
  return (
    <>
      <PageHead title={w.title} hint={w.hint} />
      <EmergenciesPanel emergencies={data} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <div className={css.tabs} role="group">
            {(['write', 'prepared', 'drill'] as const).map((one) => (
              <Button
                key={one}
                variant={way === one ? 'filled' : 'default'}
                color={one === 'drill' ? '#4b5f7a' : 'red.6'}
                leftSection={one === 'drill' ? <IconSchool size={18} /> : null}
                aria-pressed={way === one}
                onClick={() => setWay(one)}
              >
                {w[one]}
              </Button>
            ))}
          </div>
          {way === 'drill' ? <Drill /> : <Live key={way} way={way} />}
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Past />
        </Grid.Col>
      </Grid>
    </>
  );
}

/** Two steps: what and where, heard and confirmed. Nothing sounds at a pole before the second. */
function Live({ way }: { way: 'write' | 'prepared' }) {
  const [target, setTarget] = useState<TargetDraft>(wholeCommune);
  const [draft, setDraft] = useState<EmergencyDraftView | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const isSecond = draft !== null;
  // The second step begins at its beginning: with what will be said, and the button to hear it.
  useEffect(() => {
    if (isSecond) frame.current?.scrollIntoView({ block: 'start' });
  }, [isSecond]);
  return (
    <div className={css.frame} ref={frame}>
      <div className={css.banner}>
        <IconAlertTriangle size={30} aria-hidden />
        <div>
          <div className={css.bannerName}>{w.live}</div>
          <Text size="sm">{draft === null ? `1. ${w.steps[0] ?? ''}` : `2. ${w.steps[1] ?? ''}`}</Text>
        </div>
      </div>
      <div className={css.body}>
        {draft !== null ? (
          <ConfirmStep
            draft={draft}
            target={target}
            onTarget={setTarget}
            mayRetarget={way === 'prepared'}
            onBack={() => setDraft(null)}
          />
        ) : way === 'write' ? (
          <WriteStep target={target} onTarget={setTarget} onMade={setDraft} />
        ) : (
          <PreparedStep onChosen={setDraft} />
        )}
      </div>
    </div>
  );
}

/** Another colour, another pattern, other words, and another road: nothing here can reach the live one. */
function Drill() {
  return (
    <div className={css.drillFrame}>
      <div className={css.drillBanner}>
        <IconSchool size={30} aria-hidden />
        <div>
          <div className={css.bannerName}>{w.drillTitle}</div>
          <Text size="sm">{w.drillNot}</Text>
        </div>
      </div>
      <div className={css.drillBody}>
        <Text mb="md">{w.drillHint}</Text>
        <Button component={Link} to="/announcements/new?drill" color="#4b5f7a">
          {w.drillStart}
        </Button>
      </div>
    </div>
  );
}

function Past() {
  const query = useQuery(emergenciesQuery);
  const now = useNow(5_000);
  return (
    <Asked query={query}>
      {(emergencies) => {
        const past = emergencies.filter((one) => !isInForce(one, now));
        return (
          <>
            {past.length === emergencies.length ? (
              <Text size="sm" c="dimmed" mb="xl">
                {w.inForceNone}
              </Text>
            ) : null}
            {past.length === 0 ? null : (
              <Text fw={600} mb={4}>
                {w.past}
              </Text>
            )}
            {past.map((one) => (
              <div key={one.id} style={{ padding: '10px 0', borderTop: '1px solid var(--line)' }}>
                <Text size="sm" fw={600}>
                  {one.title}
                </Text>
                <Text size="xs" c="dimmed">
                  {[
                    dateTime(one.startAt),
                    w.raisedBy(one.raisedByName),
                    w.began(one.began, one.of),
                    one.cancelledAt === null
                      ? w.endedAt(dateTime(one.endAt))
                      : w.cancelledAt(dateTime(one.cancelledAt)),
                  ].join(' · ')}
                </Text>
              </div>
            ))}
          </>
        );
      }}
    </Asked>
  );
}
