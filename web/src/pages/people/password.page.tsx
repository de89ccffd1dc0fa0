import { Alert, Button, Paper, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearchParams } from 'react-router';
import type { SessionView } from '../../api/accounts.ts';
import { changePassword, session as sessionQuery } from '../../api/accounts.ts';
import { longPassword, required, useSend } from '../../parts/form.ts';
import { FailureNote, PageHead } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { safeNext } from '../../shell/next.ts';
import { useSession } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';

const w = words.password;

export default function PasswordPage() {
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const form = useForm({
    initialValues: { current: '', next: '', again: '' },
    validate: {
      current: required,
      next: longPassword,
      again: (value, values) => (value === values.next ? null : words.setUp.passwordsDiffer),
    },
  });
  const send = useSend(
    form,
    ({ current, next }: typeof form.values) => changePassword({ current, next }),
    async () => {
      tellDone(w.done);
      const changed: SessionView = { ...session, person: { ...session.person, mustChangePassword: false } };
      client.setQueryData(sessionQuery.queryKey, changed);
      await navigate(safeNext(search.get('next')));
    },
  );
  return (
    <>
      <PageHead title={w.title} />
      <Paper p="lg" maw={460}>
        <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
          <Stack>
            {session.person.mustChangePassword ? <Alert color="amber">{w.must}</Alert> : null}
            <PasswordInput
              label={w.current}
              size="md"
              autoComplete="current-password"
              {...form.getInputProps('current')}
            />
            <PasswordInput
              label={w.next}
              description={words.setUp.passwordHint}
              size="md"
              autoComplete="new-password"
              {...form.getInputProps('next')}
            />
            <PasswordInput
              label={words.setUp.passwordAgain}
              size="md"
              autoComplete="new-password"
              {...form.getInputProps('again')}
            />
            <FailureNote error={send.error} />
            <Button type="submit" size="md" loading={send.isPending}>
              {w.submit}
            </Button>
          </Stack>
        </form>
      </Paper>
    </>
  );
}
