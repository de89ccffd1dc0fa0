import { Text } from '@mantine/core';
import type { AiringView } from '../api/broadcasts.ts';
import { clock, clockMs, dateTime, length } from '../time/format.ts';
import { words } from '../words/words.ts';
import { shownState } from './airing-states.ts';
import { AiringChip } from './chips.tsx';
import { LanguageTag } from './languages.tsx';
import css from './lines.module.css';

/** One airing as the pole reported it: planned, real start, how much went out, and why not. */
export function AiringLine({
  airing,
  name,
  withDate = false,
  withLanguage = false,
}: {
  airing: AiringView;
  name: string;
  withDate?: boolean;
  /** Vietnamese is named as well: there are other languages beside it. */
  withLanguage?: boolean;
}) {
  const facts = [
    airing.state === 'left-desk' ? words.loudspeakers.unknownBehindDesk : null,
    airing.startedAt === null ? null : words.loudspeakers.startedAt(clockMs(airing.startedAt)),
    airing.actualSeconds === null
      ? null
      : words.broadcast.actual(length(airing.actualSeconds), length(airing.plannedSeconds)),
    airing.reason === null ? null : (words.airingReasons[airing.reason] ?? airing.reason),
  ].filter((fact) => fact !== null);
  return (
    <div className={css.line}>
      <div style={{ minWidth: 0 }}>
        <Text component="div" size="sm" fw={500} lh={1.35}>
          {name} <LanguageTag code={airing.language} always={withLanguage} />
        </Text>
        <Text size="xs" c="dimmed" className="numbers">
          {withDate ? dateTime(airing.nominalAt) : clock(airing.nominalAt)}
          {facts.map((fact) => ` · ${fact}`)}
        </Text>
      </div>
      <AiringChip state={shownState(airing)} />
    </div>
  );
}
