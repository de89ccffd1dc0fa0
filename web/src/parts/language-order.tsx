import { ActionIcon, Group, Input, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { languages as languagesQuery } from '../api/accounts.ts';
import { words } from '../words/words.ts';

const w = words.languages;

/** Which languages a village hears, the first on top. */
export function LanguageOrder(props: {
  value: readonly string[];
  onChange: (value: string[]) => void;
  error?: string | undefined;
}) {
  const { value, onChange } = props;
  const { data: all = [] } = useQuery(languagesQuery);
  const move = (at: number, by: number): void => {
    const next = [...value];
    const [moved] = next.splice(at, 1);
    if (moved === undefined) return;
    next.splice(at + by, 0, moved);
    onChange(next);
  };
  return (
    <Input.Wrapper label={w.order} description={w.orderHint} error={props.error} labelElement="div" size="md">
      <Stack gap={6} mt={8} component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
        {value.map((code, at) => {
          const language = all.find((one) => one.code === code);
          const name = language?.name ?? code;
          return (
            <Group
              key={code}
              component="li"
              gap={4}
              wrap="nowrap"
              px="sm"
              py={4}
              style={{ border: '1px solid var(--line)', borderRadius: 8 }}
            >
              <Text c="dimmed" className="numbers" w={20}>
                {at + 1}
              </Text>
              <div style={{ flex: 1, minWidth: 0 }}>
                <Text fw={500} lh={1.3}>
                  {name}
                </Text>
                {language === undefined || language.ownName === name ? null : (
                  <Text size="xs" c="dimmed" lh={1.3}>
                    {language.ownName}
                  </Text>
                )}
              </div>
              <ActionIcon
                size={36}
                variant="subtle"
                color="gray"
                disabled={at === 0}
                aria-label={w.earlier(name)}
                onClick={() => move(at, -1)}
              >
                <IconArrowUp size={18} />
              </ActionIcon>
              <ActionIcon
                size={36}
                variant="subtle"
                color="gray"
                disabled={at === value.length - 1}
                aria-label={w.later(name)}
                onClick={() => move(at, 1)}
              >
                <IconArrowDown size={18} />
              </ActionIcon>
              <ActionIcon
                size={36}
                variant="subtle"
                color="clay"
                disabled={value.length === 1}
                aria-label={w.without(name)}
                onClick={() => onChange(value.filter((one) => one !== code))}
              >
                <IconX size={18} />
              </ActionIcon>
            </Group>
          );
        })}
      </Stack>
      <Select
        mt={8}
        size="md"
        searchable
        aria-label={w.add}
        placeholder={w.add}
        nothingFoundMessage={w.none}
        value={null}
        data={all
          .filter(({ code }) => !value.includes(code))
          .map(({ code, name, ownName }) => ({ value: code, label: `${name} (${ownName})` }))}
        onChange={(code) => {
          if (code !== null) onChange([...value, code]);
        }}
      />
    </Input.Wrapper>
  );
}
