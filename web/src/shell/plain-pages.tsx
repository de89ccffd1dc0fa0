import { Button, Center, Code, Loader, Stack, Text, Title } from '@mantine/core';
import { IconLock, IconMapQuestion, IconPlugOff, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useRouteError } from 'react-router';
import { words } from '../words/words.ts';

function PlainPage(props: { icon: ReactNode; title: string; hint: string; children?: ReactNode }) {
  return (
    <Center mih="60vh" p="md">
      <Stack align="center" gap="sm" maw={440} ta="center">
        {props.icon}
        <Title order={2} size="h3">
          {props.title}
        </Title>
        <Text c="dimmed">{props.hint}</Text>
        {props.children}
      </Stack>
    </Center>
  );
}

const toToday = (
  <Button component={Link} to="/today" mt="sm">
    {words.errors.toToday}
  </Button>
);

export function NotFoundPage() {
  return (
    <PlainPage
      icon={<IconMapQuestion size={48} stroke={1.4} />}
      title={words.errors.notFound}
      hint={words.errors.notFoundHint}
    >
      {toToday}
    </PlainPage>
  );
}

export function NoRightPage() {
  return (
    <PlainPage
      icon={<IconLock size={48} stroke={1.4} />}
      title={words.errors.noRight}
      hint={words.errors.noRightHint}
    >
      {toToday}
    </PlainPage>
  );
}

export function LoadingPage() {
  return (
    <Center mih="60vh">
      <Loader aria-label={words.common.loading} />
    </Center>
  );
}

export function CrashPage() {
  const error = useRouteError();
  const text = error instanceof Error ? error.message : String(error);
  // After an update the old page's parts are gone from the service.
  const isStale = /dynamically imported module|module script/i.test(text);
  return (
    <PlainPage
      icon={<IconPlugOff size={48} stroke={1.4} />}
      title={isStale ? words.errors.newVersion : words.errors.crashed}
      hint={isStale ? '' : words.errors.crashedHint}
    >
      {isStale ? null : <Code maw="100%">{text}</Code>}
      <Button mt="sm" leftSection={<IconRefresh size={18} />} onClick={() => window.location.reload()}>
        {words.errors.reload}
      </Button>
    </PlainPage>
  );
}
