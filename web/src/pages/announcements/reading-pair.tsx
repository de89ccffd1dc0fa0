import { Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReadingView } from '../../api/announcements.ts';
import { ruleName } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import css from './announcements.module.css';
import { PromotePick } from './promote-pick.tsx';

const w = words.announcements;
type Span = ReadingView['spans'][number];
type Doubt = ReadingView['doubts'][number];
export type Pick = (written: string, spoken: string) => void;

export const doubtSentence = (code: string): string => words.doubtCodes[code] ?? words.doubtOther;

interface Piece {
  readonly text: string;
  /** The replacement that this piece belongs to, by its place in `reading.spans`; null for plain text. */
  readonly span: number | null;
}

/** A text cut at its marks. Marks that overlap or lie outside (a text newer than its reading) are left out. */
export function cut(text: string, marks: readonly { from: number; to: number; span: number }[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to, span } of [...marks].sort((a, b) => a.from - b.from)) {
    if (from < at || to > text.length || to <= from) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), span: null });
    pieces.push({ text: text.slice(from, to), span });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), span: null });
  return pieces;
}

/** Written and spoken: every replacement is marked on both sides, and tells its rule when it is touched. */
export function ReadingPair(props: {
  reading: ReadingView;
  only?: 'spoken';
  beside?: boolean;
  onPick?: Pick;
}) {
  const { reading } = props;
  const [active, setActive] = useState<number | null>(null);
  const written = cut(
    reading.written,
    reading.spans.map(({ start, end }, span) => ({ from: start, to: end, span })),
  );
  const spoken = cut(
    reading.spoken,
    reading.spans.map(({ spokenStart, spokenEnd }, span) => ({ from: spokenStart, to: spokenEnd, span })),
  );
  const side = (pieces: readonly Piece[], prose: string | undefined) => (
    <div className={prose} lang="vi">
      {pieces.map((piece, index) => {
        const span = piece.span === null ? undefined : reading.spans[piece.span];
        return span === undefined ? (
          <span key={index}>{piece.text}</span>
        ) : (
          <Marked
            key={index}
            text={piece.text}
            span={span}
            doubt={reading.doubts.find(({ start, end }) => start < span.end && end > span.start)}
            isActive={active === piece.span}
            onActive={(isOn) => setActive(isOn ? piece.span : null)}
            onPick={props.onPick}
          />
        );
      })}
    </div>
  );
  return (
    <div className={css.pair} data-beside={props.beside === true ? '' : undefined}>
      {props.only === 'spoken' ? null : (
        <div className={css.side}>
          <Text size="sm" fw={600} mb={4}>
            {w.written}
          </Text>
          {side(written, css.prose)}
        </div>
      )}
      <div className={css.side}>
        {props.only === 'spoken' ? null : (
          <Text size="sm" fw={600} mb={4}>
            {w.spoken}
          </Text>
        )}
        <Framing sentences={reading.before} />
        {side(spoken, css.spokenProse)}
        <Framing sentences={reading.after} />
      </div>
    </div>
  );
}

/** What is said with the words though nobody wrote it: a drill says that it is one. */
function Framing({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <Text className={css.framing} lang="vi">
      {sentences.join(' ')} <small>({w.saidAsWell})</small>
    </Text>
  );
}

function Marked(props: {
  text: string;
  span: Span;
  doubt: Doubt | undefined;
  isActive: boolean;
  onActive: (isOn: boolean) => void;
  onPick: Pick | undefined;
}) {
  const { span, doubt } = props;
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} width={300} position="bottom-start" shadow="md" withArrow>
      <Popover.Target>
        {/* A button would be one unbreakable box in the middle of a sentence. */}
        <span
          role="button"
          tabIndex={0}
          className={css.span}
          data-active={props.isActive ? '' : undefined}
          data-doubt={doubt === undefined ? undefined : ''}
          onMouseEnter={() => props.onActive(true)}
          onMouseLeave={() => props.onActive(false)}
          onFocus={() => props.onActive(true)}
          onBlur={() => props.onActive(false)}
          onClick={() => setOpened(!opened)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== ' ') return;
            event.preventDefault();
            setOpened(!opened);
          }}
        >
          {props.text}
        </span>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="xs" c="dimmed">
          {ruleName(span.rule)}
        </Text>
        <Text size="sm">
          {span.written} → <strong>{span.spoken}</strong>
        </Text>
        {doubt === undefined && span.alternatives.length > 0 ? (
          <Text size="xs" mt={4}>
            {w.alternatives} {span.alternatives.join('; ')}
          </Text>
        ) : null}
        {doubt === undefined ? null : (
          <>
            <Text size="sm" mt={6} fw={600} c="amber.8">
              {doubtSentence(doubt.code)}
            </Text>
            {props.onPick === undefined ? null : <Choices doubt={doubt} onPick={props.onPick} />}
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

/** What it may mean, or what the person types: nobody else knows an abbreviation of the commune's own. */
function Choices({ doubt, onPick }: { doubt: Doubt; onPick: Pick }) {
  const [own, setOwn] = useState('');
  const choices = [...new Set([doubt.default, ...doubt.alternatives])];
  const take = (): void => {
    if (own.trim() !== '') onPick(doubt.written, own.trim());
  };
  return (
    <Stack gap={6} mt={6} align="flex-start">
      <Text size="xs" c="dimmed">
        {w.pick}
      </Text>
      <Group gap={6}>
        {choices.map((choice) => (
          <Button
            key={choice}
            size="compact-sm"
            h="auto"
            py={3}
            variant="default"
            onClick={() => onPick(doubt.written, choice)}
            styles={{ label: { whiteSpace: 'normal', textAlign: 'left', lineHeight: 1.35 } }}
          >
            {choice}
          </Button>
        ))}
      </Group>
      <Group gap={6} wrap="nowrap" w="100%" maw={360}>
        <TextInput
          size="xs"
          style={{ flex: 1 }}
          aria-label={w.pickOwn}
          placeholder={w.pickOwn}
          value={own}
          maxLength={500}
          onChange={(event) => setOwn(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            take();
          }}
        />
        <Button size="xs" variant="light" disabled={own.trim() === ''} onClick={take}>
          {w.pickTake}
        </Button>
      </Group>
    </Stack>
  );
}

/** The places where a person must say how it is read, and those where somebody did: a pick ends its doubt. */
export function Doubts(props: {
  reading: ReadingView;
  picks: Record<string, string>;
  onPick: Pick;
  onUnpick: (written: string) => void;
}) {
  const { doubts } = props.reading;
  const picked = Object.entries(props.picks).filter(([written]) =>
    doubts.every((doubt) => doubt.written !== written),
  );
  if (doubts.length === 0 && picked.length === 0) return null;
  return (
    <div>
      {doubts.length > 0 ? <Text fw={600}>{w.doubtsTitle}</Text> : null}
      <Stack gap="md" mt={8}>
        {doubts.map((doubt) => (
          <div key={`${doubt.start}-${doubt.written}`}>
            <Group gap={8}>
              <Text component="span" fw={600} px={5} bg="#ffe9b8">
                {doubt.written}
              </Text>
              <Text component="span" size="sm" c="dimmed">
                {doubtSentence(doubt.code)}
              </Text>
            </Group>
            <Choices doubt={doubt} onPick={props.onPick} />
          </div>
        ))}
        {picked.map(([written, spoken]) => (
          <Group key={written} gap={8}>
            <Text component="span" fw={600} px={5} bg="leaf.1">
              {written}
            </Text>
            <Text component="span" size="sm">
              {spoken}
            </Text>
            <Button size="compact-xs" variant="subtle" onClick={() => props.onUnpick(written)}>
              {w.unpick}
            </Button>
            <PromotePick written={written} spoken={spoken} />
          </Group>
        ))}
      </Stack>
    </div>
  );
}
