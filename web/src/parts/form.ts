import type { FormErrors } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import { fieldSentences } from '../words/failure-words.ts';
import { words } from '../words/words.ts';

/** Sends a form; faults of single fields go to their fields, the sentence is left in `error` for a FailureNote. */
export function useSend<Input, Output>(
  form: { setErrors: (errors: FormErrors) => void },
  send: (input: Input) => Promise<Output>,
  onSuccess: (output: Output) => void | Promise<void>,
): UseMutationResult<Output, Error, Input> {
  return useMutation({
    mutationFn: send,
    onSuccess: (output) => onSuccess(output),
    onError: (error) => form.setErrors(fieldSentences(error)),
  });
}

export const required = (value: string): string | null => (value.trim() === '' ? words.setUp.required : null);
export const longPassword = (value: string): string | null =>
  value.length < 10 ? words.setUp.passwordHint : null;
export const plainLoginName = (value: string): string | null =>
  /^[a-z0-9][a-z0-9._-]{2,39}$/.test(value.trim().toLowerCase()) ? null : words.setUp.loginHint;
