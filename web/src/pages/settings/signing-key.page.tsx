import { Alert, Button, Checkbox, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconKey } from '@tabler/icons-react';
import { daysLeft, renewSigningKey, signingKey } from '../../api/accounts.ts';
import type { SigningKeyView } from '../../api/accounts.ts';
import { required, useSend } from '../../parts/form.ts';
import css from '../../parts/lines.module.css';
import { Asked, FailureNote, PageHead } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { date } from '../../time/format.ts';
import { words } from '../../words/words.ts';

const w = words.signingKey;

/** How long the poles believe this service, and the way to make it longer: with the root off the recovery sheet. */
export default function SigningKeyPage() {
  const query = useQuery(signingKey);
  return (
    <>
      <PageHead title={w.title} hint={w.hint} back={{ to: '/settings', name: words.menu.settings }} />
      <Stack maw={620}>
        <Asked query={query}>{(key) => <Term signing={key} />}</Asked>
        <Renewal />
      </Stack>
    </>
  );
}

function Term({ signing }: { signing: SigningKeyView }) {
  const days = daysLeft(signing);
  return (
    <Paper p="lg">
      <dl className={css.facts}>
        <dt>{w.until}</dt>
        <dd>{date(signing.notAfterAt)}</dd>
        <dt>{w.left}</dt>
        <dd>{days > 0 ? w.days(days) : w.over}</dd>
        <dt>{w.keyId}</dt>
        <dd className="mono">{signing.keyId}</dd>
      </dl>
    </Paper>
  );
}

function Renewal() {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { rootPrivateKey: '', revokeFormer: false },
    validate: { rootPrivateKey: required },
  });
  const send = useSend(
    form,
    (values: typeof form.values) => renewSigningKey(values),
    async () => {
      // It signs anything: it stays on no screen longer than it must.
      form.reset();
      tellDone(w.done);
      await client.invalidateQueries({ queryKey: signingKey.queryKey });
    },
  );
  return (
    <Paper p="lg">
      <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
        <Stack>
          <Text fw={600}>{w.renew}</Text>
          <Text size="sm">{w.how}</Text>
          <Alert color="amber">{w.care}</Alert>
          <Textarea
            label={w.root}
            description={w.rootHint}
            size="md"
            autosize
            minRows={3}
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: 'mono' }}
            {...form.getInputProps('rootPrivateKey')}
          />
          <Checkbox
            size="md"
            label={w.revoke}
            description={w.revokeHint}
            {...form.getInputProps('revokeFormer', { type: 'checkbox' })}
          />
          <FailureNote error={send.error} />
          <Button type="submit" size="md" leftSection={<IconKey size={18} />} loading={send.isPending}>
            {w.renew}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
