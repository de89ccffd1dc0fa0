import { Alert, Button, Center, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { IconAlertCircle, IconChevronLeft, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { sentenceOf } from '../words/failure-words.ts';
import { words } from '../words/words.ts';
import css from './states.module.css';

export function FailureNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error === null || error === undefined) return null;
  return (
    <Alert color="clay" variant="light" icon={<IconAlertCircle />} role="alert" my="sm">
      <Text size="sm">{sentenceOf(error)}</Text>
      {onRetry === undefined ? null : (
        <Button size="xs" mt="xs" variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
          {words.common.retry}
        </Button>
      )}
    </Alert>
  );
}

export function Empty(props: { icon: ReactNode; title: string; hint?: string; children?: ReactNode }) {
  return (
    <Center py={40} px="md">
      <Stack align="center" gap={6} maw={420} ta="center">
        <span style={{ color: 'var(--mantine-color-leaf-4)' }}>{props.icon}</span>
        <Text fw={600}>{props.title}</Text>
        {props.hint === undefined ? null : (
          <Text size="sm" c="dimmed">
            {props.hint}
          </Text>
        )}
        {props.children}
      </Stack>
    </Center>
  );
}

export function Waiting({ lines = 4, height = 72 }: { lines?: number; height?: number }) {
  return (
    <Stack gap="sm" aria-busy="true" aria-label={words.common.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={height} radius="lg" />
      ))}
    </Stack>
  );
}

/**
 * A query as it stands: waiting, refused, or its data. Old data stays on the screen while a new try fails.
 * @param props.empty what stands there instead of a list that has nothing in it: something whole, or a few words
 */
export function Asked<T>(props: {
  query: UseQueryResult<T>;
  waiting?: ReactNode;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { query } = props;
  if (query.data !== undefined) {
    const isEmpty = Array.isArray(query.data) && query.data.length === 0;
    if (!isEmpty || props.empty === undefined) return props.children(query.data);
    if (typeof props.empty !== 'string') return props.empty;
    return (
      <Text size="sm" c="dimmed" py="xs">
        {props.empty}
      </Text>
    );
  }
  if (query.error !== null) {
    return <FailureNote error={query.error} onRetry={() => void query.refetch()} />;
  }
  return props.waiting ?? <Waiting />;
}

/** The way up to the page that this one belongs to. */
export function Back({ to, name }: { to: string; name: string }) {
  return (
    <Link to={to} className={`${css.back ?? ''} no-print`}>
      <IconChevronLeft size={18} aria-hidden />
      {name}
    </Link>
  );
}

/** @param props.back the page that this one belongs to */
export function PageHead(props: {
  title: string;
  hint?: ReactNode;
  back?: { to: string; name: string };
  children?: ReactNode;
}) {
  return (
    <>
      {props.back === undefined ? null : <Back {...props.back} />}
      <div className={`${css.head ?? ''} no-print`}>
        <div style={{ minWidth: 0 }}>
          <Title order={1} fz={{ base: '1.45rem', sm: '1.75rem' }} lh={1.25} className={css.title}>
            {props.title}
          </Title>
          {props.hint === undefined ? null : (
            <Text c="dimmed" size="sm" mt={2} maw={640} component="div">
              {props.hint}
            </Text>
          )}
        </div>
        {props.children}
      </div>
    </>
  );
}
