import type { EventForm, Item } from './event-forms.ts';
import { escapeXml } from './xml-text.ts';

export type Operation = 'Initialized' | 'Changed' | 'Deleted' | undefined;

/** One wsnt:NotificationMessage. `utcTime` stands in the message as it is given, right or wrong. */
export function noticeText(
  form: Pick<EventForm, 'topic' | 'source' | 'key'>,
  data: readonly Item[] | undefined,
  operation: Operation,
  utcTime: string,
): string {
  const parts = [block('Source', form.source), block('Key', form.key ?? []), block('Data', data ?? [])].join(
    '',
  );
  const property = operation === undefined ? '' : ` PropertyOperation="${operation}"`;
  return (
    '<wsnt:NotificationMessage>' +
    `<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${escapeXml(form.topic)}</wsnt:Topic>` +
    `<wsnt:Message><tt:Message UtcTime="${escapeXml(utcTime)}"${property}>${parts}</tt:Message></wsnt:Message>` +
    '</wsnt:NotificationMessage>'
  );
}

function block(name: string, items: readonly Item[]): string {
  if (items.length === 0) return '';
  const inside = items.map(
    ([key, value]) => `<tt:SimpleItem Name="${escapeXml(key)}" Value="${escapeXml(value)}"/>`,
  );
  return `<tt:${name}>${inside.join('')}</tt:${name}>`;
}
