import { Anchor, Button, Group, Select, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { VillageView } from '../../api/accounts.ts';
import { makeHearingLink } from '../../api/broadcasts.ts';
import { copyText } from '../../parts/copy.ts';
import { FailureNote } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';

const w = words.hearing;

/** A link for one village's head: opened, it asks; no account. */
export function HeardLink({
  broadcastId,
  villages,
}: {
  broadcastId: string;
  villages: readonly VillageView[];
}) {
  const [villageId, setVillageId] = useState<string | null>(null);
  const make = useMutation({
    mutationFn: async (village: string) => {
      const { token } = await makeHearingLink({ broadcastId, villageId: village });
      return new URL(`/heard#${token}`, location.origin).href;
    },
  });
  const copy = (link: string): void =>
    void copyText(link).then((isCopied) => {
      if (isCopied) tellDone(words.common.copied);
    });
  return (
    <>
      <Group align="end" gap="xs" mt="sm" wrap="nowrap">
        <Select
          style={{ flex: 1 }}
          label={w.village}
          placeholder={w.pickVillage}
          data={villages.map(({ id, word, name }) => ({ value: id, label: words.today.village(word, name) }))}
          value={villageId}
          onChange={(picked) => {
            setVillageId(picked);
            make.reset();
          }}
        />
        <Button
          variant="default"
          disabled={villageId === null}
          loading={make.isPending}
          onClick={() => {
            if (villageId !== null) make.mutate(villageId);
          }}
        >
          {w.makeLink}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={6}>
        {make.data === undefined ? w.makeHint : w.linkIs}
      </Text>
      <FailureNote error={make.error} />
      {make.data === undefined ? null : (
        <Anchor
          component="button"
          size="sm"
          className="mono"
          ta="left"
          style={{ overflowWrap: 'anywhere' }}
          onClick={() => copy(make.data)}
        >
          {make.data}
        </Anchor>
      )}
    </>
  );
}
