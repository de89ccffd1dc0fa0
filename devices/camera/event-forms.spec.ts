import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { EVENT_FORMS, type EventForm, type Item } from './event-forms.ts';

const rows = readFileSync('test/fixtures/cameras/notices.tsv', 'utf8')
  .split('\n')
  .slice(1)
  .filter((line) => line !== '')
  .map((line) => line.split('\t'));

const names = (items: readonly Item[]): string => items.map(([name]) => name).join(',');
const namesOf = (cell: string): string =>
  cell
    .split(',')
    .filter((one) => one !== '')
    .map((one) => one.split(/[=:]/)[0])
    .join(',');

describe('the forms that the simulated camera sends', () => {
  test.each(Object.entries<EventForm>(EVENT_FORMS))('%s is a row of the makers’ table', (_name, form) => {
    const found = rows.filter(
      ([topic, maker, source = '', , data = '']) =>
        topic === form.topic &&
        maker === form.maker &&
        namesOf(source) === names(form.source) &&
        namesOf(data) === names(form.on),
    );
    expect(found.length).toBeGreaterThan(0);
  });
});
