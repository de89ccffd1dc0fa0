import { modals } from '@mantine/modals';
import { words } from '../words/words.ts';

/** One question before what cannot be taken back. */
export function ask(title: string, text: string, onYes: () => void): void {
  modals.openConfirmModal({
    title,
    children: text,
    labels: { confirm: title, cancel: words.common.back },
    confirmProps: { color: 'clay' },
    onConfirm: onYes,
  });
}
