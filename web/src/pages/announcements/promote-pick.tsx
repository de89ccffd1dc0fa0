import { Button, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { editEntry, lexicon, promotePick, retireEntry } from '../../api/lexicon.ts';
import type { LexiconView, OwnEntryView } from '../../api/lexicon.ts';
import { tellDone, tellFailure } from '../../parts/tell.ts';
import { useMay } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { useLexiconChanged } from '../lexicon/changed.ts';

const w = words.lexicon;

/** A number or a date is meant otherwise in the next announcement: only words are for good. */
const isForGood = (written: string): boolean => /\p{L}/u.test(written) && !/\p{N}/u.test(written);

const ownOf = (view: LexiconView | undefined, written: string): OwnEntryView | undefined =>
  view?.own.find((entry) => entry.written === written.normalize('NFC').trim());

const saysSo = (entry: OwnEntryView | undefined, spoken: string): boolean =>
  entry !== undefined &&
  !entry.doubtful &&
  entry.expansions.some(
    (one) => one.spoken === spoken.trim() && one.next.length === 0 && one.previous.length === 0,
  );

/** One tap makes a pick the commune's reading, and one more takes that back. */
export function PromotePick(props: { written: string; spoken: string }) {
  const may = useMay()('lexicon.write');
  return may && isForGood(props.written) ? <Offer {...props} /> : null;
}

function Offer({ written, spoken }: { written: string; spoken: string }) {
  const changed = useLexiconChanged();
  const { data } = useQuery(lexicon(written.slice(0, 60)));
  /** What the commune had before the tap: null for nothing, undefined before there was a tap. */
  const [former, setFormer] = useState<OwnEntryView | null>();
  const own = ownOf(data, written);
  const promote = useMutation({
    mutationFn: () => promotePick({ written, spoken }),
    onSuccess: async () => {
      setFormer(own ?? null);
      tellDone(w.promoted(written, spoken));
      await changed();
    },
    onError: (error) => tellFailure(error),
  });
  const undo = useMutation({
    mutationFn: async () => {
      if (own === undefined) return;
      if (former === null || former === undefined) await retireEntry(own.id);
      else await editEntry(own.id, entryOf(former));
    },
    onSuccess: async () => {
      setFormer(undefined);
      tellDone(w.promoteUndone(written));
      await changed();
    },
    onError: (error) => tellFailure(error),
  });
  if (data === undefined) return null;
  if (!saysSo(own, spoken)) {
    return (
      <Button size="compact-xs" variant="light" loading={promote.isPending} onClick={() => promote.mutate()}>
        {w.promote}
      </Button>
    );
  }
  return (
    <>
      <Text component="span" size="xs" c="leaf.8">
        {w.promotedNote}
      </Text>
      {former === undefined ? null : (
        <Button size="compact-xs" variant="subtle" loading={undo.isPending} onClick={() => undo.mutate()}>
          {w.promoteUndo}
        </Button>
      )}
    </>
  );
}

const entryOf = ({ written, kind, expansions, doubtful }: OwnEntryView) => ({
  ...{ written, kind, doubtful },
  expansions: expansions.map(({ spoken, next, previous }) => ({
    spoken,
    ...(next.length === 0 ? {} : { next }),
    ...(previous.length === 0 ? {} : { previous }),
  })),
});
