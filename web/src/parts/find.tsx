import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';

/** As many fit on a screen or two: nobody needs to look for one. */
const fewEnough = 12;

/** "Ngã ba chợ" is found by "nga ba": people type names without their marks. */
const bare = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/giu, 'd').toLowerCase();

/** A list, and above a long one a field that leaves those of it in whose text every typed word stands. */
export function Find<T>(props: {
  list: readonly T[];
  textOf: (item: T) => string;
  children: (found: readonly T[]) => ReactNode;
}) {
  const { list, textOf, children } = props;
  const [typed, setTyped] = useState('');
  if (list.length <= fewEnough) return children(list);
  const wanted = bare(typed).split(/\s+/);
  const found = list.filter((item) => {
    const text = bare(textOf(item));
    return wanted.every((word) => text.includes(word));
  });
  return (
    <>
      <TextInput
        type="search"
        aria-label={words.common.find}
        placeholder={words.common.findIn(list.length)}
        leftSection={<IconSearch size={18} />}
        mb="md"
        maw={420}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {found.length === 0 ? (
        <Text size="sm" c="dimmed" py="md" role="status">
          {words.common.findNone}
        </Text>
      ) : (
        children(found)
      )}
    </>
  );
}
