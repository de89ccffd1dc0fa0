import { Anchor, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { villages as villagesQuery } from '../api/accounts.ts';
import { useMay } from '../shell/session.tsx';
import { words } from '../words/words.ts';

/** Of a form of Mantine's: only what the field needs of it. */
interface Inputs {
  readonly form: { getInputProps: (path: string) => object };
}

/** In which village something stands. A commune without villages is told where they are added. */
export function VillageField({ form }: Inputs) {
  const { data: villages } = useQuery(villagesQuery);
  return (
    <Select
      label={words.loudspeakers.village}
      description={villages?.length === 0 ? <NoVillages /> : undefined}
      size="md"
      searchable
      data={(villages ?? []).map(({ id, word, name }) => ({
        value: id,
        label: words.today.village(word, name),
      }))}
      {...form.getInputProps('villageId')}
    />
  );
}

function NoVillages() {
  const may = useMay();
  if (!may('villages.manage')) return words.settings.villagesAsk;
  return (
    <>
      {words.settings.villagesFirst}{' '}
      <Anchor component={Link} to="/settings" inherit>
        {words.menu.settings}
      </Anchor>
    </>
  );
}
