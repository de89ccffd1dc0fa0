import { Alert, Anchor, Button, Loader, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link, Navigate, useLocation, useNavigate, useSearchParams } from 'react-router';
import { session, sessionEnded, setup, signIn, signInByLink } from '../../api/accounts.ts';
import type { SessionView } from '../../api/accounts.ts';
import { DoorFrame } from '../../parts/door-frame.tsx';
import { required, useSend } from '../../parts/form.ts';
import { FailureNote } from '../../parts/states.tsx';
import { safeNext } from '../../shell/next.ts';
import { words } from '../../words/words.ts';

export default function SignInPage() {
  const [search] = useSearchParams();
  const client = useQueryClient();
  const navigate = useNavigate();
  const next = safeNext(search.get('next'));
  // Of a link; it stays behind the `#`: no server logs it.
  const token = useLocation().hash.slice(1) || null;
  const { data: setupState } = useQuery({ ...setup, enabled: token === null, retry: false });

  const enter = async (opened: SessionView): Promise<void> => {
    client.clear();
    client.setQueryData(session.queryKey, opened);
    await navigate(next, { replace: true });
  };

  if (setupState?.needed === true) return <Navigate to="/setup" replace />;
  const hasEnded = client.getQueryData<boolean>(sessionEnded) === true;
  return (
    <DoorFrame title={words.signIn.title}>
      {hasEnded && token === null ? (
        <Alert color="amber" mb="md" role="status">
          {words.signIn.ended}
        </Alert>
      ) : null}
      {token === null ? (
        <ByPassword onOpened={enter} />
      ) : (
        <ByLink key={token} token={token} onOpened={enter} />
      )}
    </DoorFrame>
  );
}

interface Opening {
  readonly onOpened: (session: SessionView) => Promise<void>;
}

function ByPassword({ onOpened }: Opening) {
  const form = useForm({
    initialValues: { loginName: '', password: '' },
    validate: { loginName: required, password: required },
  });
  const send = useSend(form, signIn, onOpened);
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack>
        <TextInput
          label={words.signIn.loginName}
          autoComplete="username"
          autoCapitalize="none"
          size="md"
          data-autofocus
          {...form.getInputProps('loginName')}
        />
        <PasswordInput
          label={words.signIn.password}
          autoComplete="current-password"
          size="md"
          {...form.getInputProps('password')}
        />
        <FailureNote error={send.error} />
        <Button type="submit" size="md" loading={send.isPending}>
          {words.signIn.submit}
        </Button>
        <Text size="sm" c="dimmed">
          {words.signIn.forgot}
        </Text>
      </Stack>
    </form>
  );
}

function ByLink({ token, onOpened }: Opening & { token: string }) {
  const { mutate, error } = useMutation({ mutationFn: signInByLink, onSuccess: onOpened });
  // The link works once, and React runs effects twice while developing.
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    mutate(token);
  }, [mutate, token]);
  if (error === null) {
    return (
      <Stack align="center" py="lg">
        <Loader />
        <Text>{words.signIn.byLink}</Text>
      </Stack>
    );
  }
  return (
    <Stack>
      <Alert color="clay" title={words.signIn.linkFailed}>
        {words.signIn.linkHint}
      </Alert>
      <FailureNote error={error} />
      <Anchor component={Link} to="/sign-in" replace>
        {words.setUp.toSignIn}
      </Anchor>
    </Stack>
  );
}
