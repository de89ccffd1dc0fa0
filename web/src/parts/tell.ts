import { notifications } from '@mantine/notifications';
import { sentenceOf } from '../words/failure-words.ts';
import { words } from '../words/words.ts';

export const tellDone = (message: string): void => {
  notifications.show({ message, color: 'leaf', autoClose: 4_000 });
};

export const tellFailure = (error: unknown, title: string = words.errors.title): void => {
  notifications.show({ title, message: sentenceOf(error), color: 'clay', autoClose: 8_000 });
};

/** What the browser would not do: no answer of the service stands behind it. */
export const tellRefused = (message: string): void => {
  notifications.show({ message, color: 'clay', autoClose: 8_000 });
};
