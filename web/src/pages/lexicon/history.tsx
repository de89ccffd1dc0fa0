import { Button, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconHistory } from '@tabler/icons-react';
import { lexiconVersions, revertLexicon } from '../../api/lexicon.ts';
import type { LexiconVersionView } from '../../api/lexicon.ts';
import { ask } from '../../parts/ask.ts';
import css from '../../parts/lines.module.css';
import { Asked, Empty } from '../../parts/states.tsx';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { useLexiconChanged } from './changed.ts';

const w = words.lexicon;

/** Who changed what and when; any version can be had back, and that is a new version. */
export function History({ mayRevert }: { mayRevert: boolean }) {
  const query = useQuery(lexiconVersions);
  const changed = useLexiconChanged();
  const revert = useMutation({
    mutationFn: revertLexicon,
    onSuccess: async (_, version) => {
      tellDone(w.reverted(version));
      await changed();
    },
    onError: (error) => tellFailure(error),
  });
  return (
    <Asked
      query={query}
      empty={<Empty icon={<IconHistory size={44} stroke={1.4} />} title={w.historyEmpty} />}
    >
      {(versions) =>
        versions.map((one, at) => (
          <div key={one.version} className={css.line}>
            <div className={css.grow}>
              <Text fw={600}>{w.version(one.version, at === 0)}</Text>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {w.causes[one.cause]}
                {whatIn(one)}
              </Text>
              <Text size="xs" c="dimmed">
                {one.byName} · {dateTime(one.at)}
              </Text>
            </div>
            {at === 0 || !mayRevert ? null : (
              <Button
                size="sm"
                variant="default"
                aria-label={`${w.revert}: ${w.version(one.version, false)}`}
                loading={revert.isPending && revert.variables === one.version}
                disabled={revert.isPending}
                onClick={() =>
                  ask(w.revert, w.revertAsk(one.version, dateTime(one.at)), () => revert.mutate(one.version))
                }
              >
                {w.revert}
              </Button>
            )}
          </div>
        ))
      }
    </Asked>
  );
}

function whatIn({ written, changes }: LexiconVersionView): string {
  const others = changes - written.length;
  return `: ${written.join(', ')}${others > 0 ? ` ${w.andOthers(others)}` : ''}`;
}
