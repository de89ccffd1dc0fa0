import {
  Alert,
  Button,
  Checkbox,
  Group,
  PasswordInput,
  Stack,
  Stepper,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { session, setup, setUp } from '../../api/accounts.ts';
import type { RecoverySheetView, SessionView } from '../../api/accounts.ts';
import { DoorFrame } from '../../parts/door-frame.tsx';
import { longPassword, plainLoginName, required, useSend } from '../../parts/form.ts';
import { Asked, FailureNote } from '../../parts/states.tsx';
import { words } from '../../words/words.ts';
import { RecoverySheet } from './recovery-sheet.tsx';

const w = words.setUp;

export default function SetUpPage() {
  const query = useQuery({ ...setup, staleTime: Number.POSITIVE_INFINITY });
  const client = useQueryClient();
  // As the service prints it; behind the `#` no server logs it.
  const token = useLocation().hash.slice(1);
  const [opened, setOpened] = useState<{ session: SessionView; recoverySheet: RecoverySheetView } | null>(
    null,
  );
  if (opened !== null) {
    return (
      <RecoverySheet
        sheet={opened.recoverySheet}
        onDone={() => {
          client.clear();
          client.setQueryData(session.queryKey, opened.session);
        }}
      />
    );
  }
  return (
    <DoorFrame title={w.title} wide>
      <Asked query={query}>
        {({ needed }) =>
          needed ? (
            <Wizard key={token} token={token} onDone={setOpened} />
          ) : (
            <Alert color="leaf">
              {w.notNeeded}{' '}
              <Link to="/sign-in" replace>
                {w.toSignIn}
              </Link>
            </Alert>
          )
        }
      </Asked>
    </DoorFrame>
  );
}

/** The lines of the recovery sheet, as the service names them in a refusal. */
const sheetFields = Array.from({ length: 8 }, (_, line) => `recovery.${line}`);

/** Which fields stand on which step: a refusal leads back to the first wrong one. */
const fieldsOf = [
  ['token'],
  ['communeName', 'province', ...sheetFields],
  ['displayName', 'loginName', 'password', 'again'],
] as const;

function Wizard(props: {
  token: string;
  onDone: (done: { session: SessionView; recoverySheet: RecoverySheetView }) => void;
}) {
  const [step, setStep] = useState(0);
  const form = useForm({
    initialValues: {
      token: props.token,
      communeName: '',
      province: '',
      isRecovery: false,
      recovery: sheetFields.map(() => ''),
      displayName: '',
      loginName: '',
      password: '',
      again: '',
    },
    validate: (values) => ({
      token: required(values.token),
      ...(step >= 1 ? { communeName: required(values.communeName) } : {}),
      ...(step >= 1 && values.isRecovery
        ? Object.fromEntries(sheetFields.map((field, line) => [field, required(values.recovery[line] ?? '')]))
        : {}),
      ...(step >= 2
        ? {
            displayName: required(values.displayName),
            loginName: plainLoginName(values.loginName),
            password: longPassword(values.password),
            again: values.again === values.password ? null : w.passwordsDiffer,
          }
        : {}),
    }),
  });
  const send = useSend(
    {
      setErrors: (errors) => {
        form.setErrors(errors);
        const wrong = fieldsOf.findIndex((names) => names.some((name) => errors[name] !== undefined));
        if (wrong >= 0) setStep(wrong);
      },
    },
    setUp,
    props.onDone,
  );
  const submit = form.onSubmit(({ again: _, isRecovery, recovery, ...values }) => {
    if (step < 2) setStep(step + 1);
    else send.mutate({ ...values, token: values.token.trim(), ...(isRecovery ? { recovery } : {}) });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stepper
        active={step}
        size="xs"
        mb="lg"
        allowNextStepsSelect={false}
        onStepClick={setStep}
        wrap={false}
        styles={{ stepLabel: { whiteSpace: 'nowrap' } }}
      >
        {w.steps.map((name, index) => (
          <Stepper.Step key={name} label={index === step ? name : null} aria-label={name} />
        ))}
      </Stepper>
      <Stack>
        {step === 0 ? (
          <TextInput
            label={w.token}
            description={w.tokenHint}
            size="md"
            data-autofocus
            {...form.getInputProps('token')}
          />
        ) : null}
        {step === 1 ? (
          <>
            <TextInput
              label={w.communeName}
              description={w.communeHint}
              size="md"
              {...form.getInputProps('communeName')}
            />
            <TextInput label={w.province} size="md" {...form.getInputProps('province')} />
            <Checkbox
              size="md"
              label={w.recover}
              description={w.recoverHint}
              {...form.getInputProps('isRecovery', { type: 'checkbox' })}
            />
            {form.values.isRecovery ? (
              <Stack gap={6} role="group" aria-label={w.sheet}>
                <Text size="sm">{w.sheetHint}</Text>
                {sheetFields.map((field, line) => (
                  <TextInput
                    key={field}
                    size="md"
                    aria-label={w.sheetLine(line + 1)}
                    leftSection={<span className="numbers">{line + 1}.</span>}
                    classNames={{ input: 'mono' }}
                    autoComplete="off"
                    autoCapitalize="characters"
                    spellCheck={false}
                    maxLength={40}
                    {...form.getInputProps(field)}
                  />
                ))}
              </Stack>
            ) : null}
          </>
        ) : null}
        {step === 2 ? (
          <>
            <Text size="sm" c="dimmed">
              {w.adminHint}
            </Text>
            <TextInput
              label={w.displayName}
              size="md"
              autoComplete="name"
              {...form.getInputProps('displayName')}
            />
            <TextInput
              label={words.signIn.loginName}
              description={w.loginHint}
              autoComplete="username"
              autoCapitalize="none"
              size="md"
              {...form.getInputProps('loginName')}
            />
            <PasswordInput
              label={words.signIn.password}
              description={w.passwordHint}
              autoComplete="new-password"
              size="md"
              {...form.getInputProps('password')}
            />
            <PasswordInput
              label={w.passwordAgain}
              autoComplete="new-password"
              size="md"
              {...form.getInputProps('again')}
            />
          </>
        ) : null}
        <FailureNote error={send.error} />
        <Group justify="space-between">
          {step > 0 ? (
            <Button variant="default" onClick={() => setStep(step - 1)}>
              {words.common.back}
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" size="md" loading={send.isPending}>
            {step < 2 ? w.next : w.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
