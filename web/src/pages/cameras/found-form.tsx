import { Alert, Button, Fieldset, List, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { addCamera } from '../../api/devices.ts';
import { required } from '../../parts/form.ts';
import { tellDone } from '../../parts/tell.ts';
import { VillageField } from '../../parts/village-field.tsx';
import { sentenceOf } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import { AccessFields, LegalFields } from './fields.tsx';
import { shortAddress } from './found.ts';
import type { Found } from './found.ts';

const w = words.cameras;

interface Common {
  username: string;
  password: string;
  villageId: string;
  purpose: string;
  legalBasis: string;
  owner: string;
  retentionDays: number;
  noticePosted: boolean;
}

interface Outcome {
  readonly added: number;
  readonly refused: readonly { readonly found: Found; readonly words: string }[];
}

/** Registers what was ticked, each by itself: one that is refused keeps none of the others away. */
export function FoundForm(props: { chosen: readonly Found[]; connectorId: string; onDone: () => void }) {
  const { chosen, connectorId, onDone } = props;
  const client = useQueryClient();
  const form = useForm<Common>({
    initialValues: {
      ...{ username: '', password: '', villageId: '', purpose: '', legalBasis: '', owner: '' },
      retentionDays: 30,
      noticePosted: false,
    },
    validate: { villageId: required, purpose: required, legalBasis: required, owner: required },
  });
  const add = useMutation({
    mutationFn: async (common: Common): Promise<Outcome> => {
      const refused: { found: Found; words: string }[] = [];
      for (const found of chosen) {
        const name = (found.name ?? shortAddress(found.address)).slice(0, 100);
        await addCamera({ ...common, ...nothingMore, name, address: found.address, connectorId }).catch(
          (error: unknown) => refused.push({ found, words: sentenceOf(error) }),
        );
      }
      return { added: chosen.length - refused.length, refused };
    },
    onSuccess: (outcome) => {
      if (outcome.refused.length > 0) return;
      tellDone(w.search.added(outcome.added));
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['cameras'] }),
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))} noValidate autoComplete="off">
      <Fieldset legend={w.search.common(chosen.length)}>
        <Stack>
          <Text size="sm" c="dimmed">
            {w.search.commonHint}
          </Text>
          <AccessFields form={form} />
          <VillageField form={form} />
          <LegalFields form={form} />
          {add.data === undefined || add.data.refused.length === 0 ? null : (
            <Alert color="clay" title={w.search.stopped(add.data.added, chosen.length)}>
              <List size="sm">
                {add.data.refused.map(({ found, words: why }) => (
                  <List.Item key={found.address}>
                    {shortAddress(found.address)}: {why}
                  </List.Item>
                ))}
              </List>
            </Alert>
          )}
          <Button type="submit" size="md" loading={add.isPending}>
            {w.search.add(chosen.length)}
          </Button>
        </Stack>
      </Fieldset>
    </form>
  );
}

/** What is filled in for each point afterwards. */
export const nothingMore = {
  ...{ place: '', latitude: null, longitude: null, direction: '', conformity: '' },
  ...{ recorder: '', recorderChannel: '', recorderDays: null },
};
