import { Loader, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { codeSentence } from '../../words/failure-words.ts';
import { words } from '../../words/words.ts';
import css from './glimpse.module.css';
import type { Glimpsed } from './use-glimpses.ts';

const w = words.recorders;

/** What a channel showed when it was asked, small; a press makes it large. */
export function Glimpse({ of, name }: { of: Glimpsed | undefined; name: string }) {
  const [isOpen, opening] = useDisclosure(false);
  if (of === undefined) return null;
  if (of.is === 'waiting')
    return (
      <div className={css.frame} role="status" aria-label={w.glimpseWaiting(name)} data-glimpse="waiting">
        <Loader size="sm" />
      </div>
    );
  if (of.is === 'none')
    return (
      <div className={css.frame} data-glimpse="none">
        <span className={css.why}>{codeSentence(of.code)}</span>
      </div>
    );
  return (
    <>
      <button type="button" className={css.frame} onClick={opening.open} data-glimpse="taken">
        <img src={of.url} alt={w.glimpseOf(name)} />
      </button>
      <Modal opened={isOpen} onClose={opening.close} title={name} size="xl">
        <img className={css.whole} src={of.url} alt={w.glimpseOf(name)} />
      </Modal>
    </>
  );
}
