import { Badge, Button, Group, Text } from '@mantine/core';
import type { LexiconEntryView, OwnEntryView } from '../../api/lexicon.ts';
import css from '../../parts/lines.module.css';
import { dateTime } from '../../time/format.ts';
import { words } from '../../words/words.ts';
import { placesOf } from './places.ts';

const w = words.lexicon;

/** One form and each of its ways to be said, with where it is said so. */
export function EntryRow(props: {
  entry: LexiconEntryView;
  /** The same, where it is the commune's. */
  own?: OwnEntryView;
  onEdit?: (() => void) | undefined;
  onRetire?: (() => void) | undefined;
  onTake?: (() => void) | undefined;
}) {
  const { entry, own } = props;
  return (
    <article className={css.row} data-entry={entry.written}>
      <div className={css.grow}>
        <Group gap={8}>
          <Text fw={700} style={{ overflowWrap: 'anywhere' }}>
            {entry.written}
          </Text>
          <Badge variant="light" tt="none">
            {w.kinds[entry.kind]}
          </Badge>
          {entry.doubtful ? (
            <Badge color="amber" variant="light" tt="none">
              {w.doubtful}
            </Badge>
          ) : null}
          {own?.replacesShipped === true ? (
            <Badge color="gray" variant="outline" tt="none">
              {w.replaces}
            </Badge>
          ) : null}
        </Group>
        {entry.expansions.map((expansion, at) => (
          <Text key={at} style={{ overflowWrap: 'anywhere' }}>
            {expansion.spoken}
            <Text span size="sm" c="dimmed">
              {placesOf(expansion, entry.expansions.length > 1)}
            </Text>
          </Text>
        ))}
        {own === undefined ? null : (
          <Text size="xs" c="dimmed">
            {w.changed(own.changedByName, dateTime(own.changedAt))}
          </Text>
        )}
      </div>
      <Group gap={6}>
        {props.onEdit === undefined ? null : (
          <Button size="sm" variant="default" onClick={props.onEdit}>
            {words.common.edit}
          </Button>
        )}
        {props.onRetire === undefined ? null : (
          <Button size="sm" variant="subtle" color="clay" onClick={props.onRetire}>
            {w.retire}
          </Button>
        )}
        {props.onTake === undefined ? null : (
          <Button size="sm" variant="default" onClick={props.onTake}>
            {w.take}
          </Button>
        )}
      </Group>
    </article>
  );
}
