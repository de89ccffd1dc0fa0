import { VisuallyHidden } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconHelpCircle } from '@tabler/icons-react';
import type { MarkView } from '../../api/health.ts';
import { clockAndDay } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import css from './marks.module.css';

const w = words.cameraHealth;
const icons = { ok: IconCircleCheck, fault: IconCircleX, unknown: IconHelpCircle };

const whyOf = ({ why }: MarkView): string => w.whys[why];

/** The five levels in a row: a sign and a word each, so that nobody needs the colour. */
export function Marks({ marks }: { marks: readonly MarkView[] }) {
  return (
    <ul className={css.marks} aria-label={w.title}>
      {marks.map((mark) => {
        const Icon = icons[mark.state];
        const said = [`${w.levels[mark.level]}: ${w.states[mark.state]}`, whyOf(mark)]
          .filter(Boolean)
          .join(', ');
        return (
          <li key={mark.level} className={css.mark} data-state={mark.state} title={said}>
            <Icon size={15} aria-hidden />
            {mark.state === 'fault' ? `${w.levels[mark.level]}: ${whyOf(mark)}` : w.levels[mark.level]}
            <VisuallyHidden>
              {w.states[mark.state]}
              {mark.state === 'fault' ? '' : `, ${whyOf(mark)}`}
            </VisuallyHidden>
          </li>
        );
      })}
    </ul>
  );
}

/** The same one below the other, each with why and the time of its evidence. */
export function Levels({ marks }: { marks: readonly MarkView[] }) {
  return (
    <ul className={css.levels}>
      {marks.map((mark) => {
        const Icon = icons[mark.state];
        return (
          <li key={mark.level} className={css.level} data-state={mark.state} data-level={mark.level}>
            <Icon size={18} aria-hidden />
            <strong>{w.levels[mark.level]}</strong>
            <span>
              {[w.states[mark.state], whyOf(mark), mark.at === null ? '' : w.at(clockAndDay(mark.at))]
                .filter((part) => part !== '')
                .join(' · ')}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
