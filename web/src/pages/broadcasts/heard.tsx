import { Anchor, Badge, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { villages as villagesQuery } from '../../api/accounts.ts';
import { hearings as hearingsQuery } from '../../api/broadcasts.ts';
import { copyText } from '../../parts/copy.ts';
import css from '../../parts/lines.module.css';
import { Asked } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { clockAndDay, instantOf, plusDays, today } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.hearing;

/** What the villages say, apart from what the poles say; and the link by which a village head answers. */
export function Heard({ broadcastId }: { broadcastId: string }) {
  const day = today();
  const query = useQuery(
    hearingsQuery({ from: instantOf(plusDays(day, -7)), until: instantOf(plusDays(day, 2)), broadcastId }),
  );
  const { data: villages = [] } = useQuery(villagesQuery);
  const nameOf = (villageId: string): string => {
    const village = villages.find(({ id }) => id === villageId);
    return village === undefined ? words.common.unknown : words.today.village(village.word, village.name);
  };
  const link = new URL(`/heard/${broadcastId}`, location.origin).href;
  return (
    <Paper p="md">
      <Text fw={600}>{w.inVillages}</Text>
      <Asked query={query}>
        {(lines) => (
          <>
            {[...lines].reverse().map(({ villageId, nominalAt, heard, personName, saidAt }) => (
              <div key={`${villageId} ${nominalAt} ${saidAt}`} className={css.line}>
                <div>
                  <Text size="sm" fw={500}>
                    {w.line(nameOf(villageId), clockAndDay(nominalAt))}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {w.said(personName, clockAndDay(saidAt))}
                  </Text>
                </div>
                <Badge
                  tt="none"
                  variant="light"
                  color={heard === 'clear' ? 'leaf' : heard === 'poor' ? 'amber' : 'clay'}
                >
                  {w.answers[heard]}
                </Badge>
              </div>
            ))}
            <Text size="xs" c="dimmed" mt={6}>
              {lines.length === 0 ? w.nobody : w.send}
            </Text>
            <Anchor
              component="button"
              size="sm"
              className="mono"
              ta="left"
              style={{ overflowWrap: 'anywhere' }}
              onClick={() =>
                void copyText(link).then((isCopied) => {
                  if (isCopied) tellDone(words.common.copied);
                })
              }
            >
              {link}
            </Anchor>
          </>
        )}
      </Asked>
    </Paper>
  );
}
