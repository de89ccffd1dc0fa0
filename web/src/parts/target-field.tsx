import { Input, MultiSelect, SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { villages as villagesQuery } from '../api/accounts.ts';
import type { Target } from '../api/broadcasts.ts';
import { loudspeakers as loudspeakersQuery } from '../api/devices.ts';
import { useOwnVillages } from '../shell/session.tsx';
import { words } from '../words/words.ts';

const w = words.target;

/** As it is being chosen: each kind keeps its own choice while the person looks at the others. */
export interface TargetDraft {
  kind: Target['kind'];
  villageIds: string[];
  loudspeakerIds: string[];
}

export const wholeCommune: TargetDraft = { kind: 'commune', villageIds: [], loudspeakerIds: [] };

/** @returns null while nothing is chosen */
export function targetOf({ kind, villageIds, loudspeakerIds }: TargetDraft): Target | null {
  if (kind === 'commune') return { kind };
  if (kind === 'villages') return villageIds.length > 0 ? { kind, villageIds } : null;
  return loudspeakerIds.length > 0 ? { kind, loudspeakerIds } : null;
}

export function TargetField(props: {
  value: TargetDraft;
  onChange: (value: TargetDraft) => void;
  error?: string | null;
  color?: string;
}) {
  const { value, onChange } = props;
  const own = useOwnVillages();
  const { data: villages = [] } = useQuery(villagesQuery);
  const { data: poles = [] } = useQuery(loudspeakersQuery);
  const isMine = (villageId: string): boolean => own === null || own.includes(villageId);
  const kinds = (['commune', 'villages', 'loudspeakers'] as const).filter(
    (kind) => own === null || kind !== 'commune',
  );
  return (
    <Input.Wrapper label={w.label} size="md" error={props.error} labelElement="div">
      <Stack gap={8} mt={4}>
        <SegmentedControl
          fullWidth
          aria-label={w.label}
          color={props.color ?? 'leaf.8'}
          value={value.kind}
          onChange={(kind) => onChange({ ...value, kind: kind })}
          data={kinds.map((kind) => ({ value: kind, label: w[kind] }))}
        />
        {value.kind === 'villages' ? (
          <MultiSelect
            aria-label={w.chooseVillages}
            placeholder={value.villageIds.length === 0 ? w.chooseVillages : ''}
            size="md"
            searchable
            value={value.villageIds}
            onChange={(villageIds) => onChange({ ...value, villageIds })}
            data={villages
              .filter(({ id }) => isMine(id))
              .map(({ id, word, name }) => ({ value: id, label: words.today.village(word, name) }))}
          />
        ) : null}
        {value.kind === 'loudspeakers' ? (
          <MultiSelect
            aria-label={w.chooseLoudspeakers}
            placeholder={value.loudspeakerIds.length === 0 ? w.chooseLoudspeakers : ''}
            size="md"
            searchable
            value={value.loudspeakerIds}
            onChange={(loudspeakerIds) => onChange({ ...value, loudspeakerIds })}
            data={poles
              .filter(({ villageId }) => isMine(villageId))
              .map(({ id, number, name }) => ({ value: id, label: `${number}. ${name}` }))}
          />
        ) : null}
      </Stack>
    </Input.Wrapper>
  );
}

/** A target in words; names are filled in once they are known. */
export function TargetWords({ target }: { target: Target }) {
  const { data: villages = [] } = useQuery(villagesQuery);
  const { data: poles = [] } = useQuery(loudspeakersQuery);
  if (target.kind === 'commune') return w.commune;
  const names =
    target.kind === 'villages'
      ? villages
          .filter(({ id }) => target.villageIds.includes(id))
          .map(({ word, name }) => words.today.village(word, name))
      : poles.filter(({ id }) => target.loudspeakerIds.includes(id)).map(({ name }) => name);
  return names.join(', ');
}
