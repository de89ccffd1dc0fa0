import { Anchor, Badge, Paper, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { villages as villagesQuery } from '../../api/accounts.ts';
import { hearings as hearingsQuery } from '../../api/broadcasts.ts';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { saidBy } from '../../parts/said-by.ts';
import { useMay } from '../../shell/session.tsx';
import { clockAndDay, instantOf, plusDays, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { HeardLink } from './heard-link.tsx';

const w = words.hearing;

/** What the villages say, apart from what the poles say; and the links by which village heads answer. */
export function Heard({ broadcastId }: { broadcastId: string }) {
  const may = useMay();
  const day = today();
  const query = useQuery(
    hearingsQuery({ from: instantOf(plusDays(day, -7)), until: instantOf(plusDays(day, 2)), broadcastId }),
  );
  const { data: villages = [] } = useQuery(villagesQuery);
  const nameOf = (villageId: string): string => {
    const village = villages.find(({ id }) => id === villageId);
    return village === undefined ? words.common.unknown : words.today.village(village.word, village.name);
  };
  return (
    <Paper p="md">
      <Text fw={600}>{w.inVillages}</Text>
      <Asked query={query}>
        {(lines) => (
          <>
            {[...lines].reverse().map((said) => (
              <div key={`${said.villageId} ${said.nominalAt} ${said.saidAt}`} className={css.line}>
                <div>
                  <Text size="sm" fw={500}>
                    {w.line(nameOf(said.villageId), clockAndDay(said.nominalAt))}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {saidBy(said)}
                  </Text>
                </div>
                <Badge
                  tt="none"
                  variant="light"
                  color={said.heard === 'clear' ? 'leaf' : said.heard === 'poor' ? 'amber' : 'clay'}
                >
                  {w.answers[said.heard]}
                </Badge>
              </div>
            ))}
            {lines.length === 0 ? (
              <Text size="xs" c="dimmed" mt={6}>
                {w.nobody}
              </Text>
            ) : null}
            {may('broadcasts.confirm') ? (
              <Anchor component={Link} to={`/heard/${broadcastId}`} size="sm">
                {w.confirm}
              </Anchor>
            ) : null}
            {may('broadcasts.schedule') ? <HeardLink broadcastId={broadcastId} villages={villages} /> : null}
          </>
        )}
      </Asked>
    </Paper>
  );
}
