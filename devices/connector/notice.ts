import { find, textAt, type XmlElement } from './xml.ts';

export interface NoticeItem {
  readonly name: string;
  /** As it stood in the XML: "1.10" stays "1.10", "FALSE" stays "FALSE". */
  readonly value: string;
}

export const OPERATIONS = ['Initialized', 'Changed', 'Deleted', 'none'] as const;
export type NoticeOperation = (typeof OPERATIONS)[number];

/** One NotificationMessage, taken apart and not yet understood. */
export interface Notice {
  /** Prefixes stripped from every segment: Hanwha writes `tns1:Device/tns1:Trigger/tns1:DigitalInput`. */
  readonly topic: string;
  readonly operation: NoticeOperation;
  /** The camera's own words for when, null where it gave none. */
  readonly utcTimeText: string | null;
  readonly source: readonly NoticeItem[];
  readonly key: readonly NoticeItem[];
  readonly data: readonly NoticeItem[];
  /** Names of XML elements that stand where items stand (Axis, Ajax, Pelco). */
  readonly elements: readonly string[];
  /** The NotificationMessage as received. */
  readonly raw: string;
}

/** Keeps what the contract's limits can carry; what is longer is cut, and the whole stays in `raw`. */
const LONGEST_NAME = 200;
const LONGEST_VALUE = 2_000;
const MOST_ITEMS = 50;

/** More in one NotificationMessage is not a camera's way of saving bytes. */
const MOST_MESSAGES = 50;

/**
 * All notices in a PullMessages answer. Whatever a maker leaves out (Data, Source, time) is simply empty. A
 * NotificationMessage with several Message elements is as many notices, each with its own bytes.
 */
export function noticesIn(answer: XmlElement): Notice[] {
  return answer.children.filter((child) => child.name === 'NotificationMessage').flatMap(noticesOf);
}

function noticesOf(element: XmlElement): Notice[] {
  const outers = messagesIn(element);
  const told = outers.flatMap((outer) => {
    // Some cameras leave out one of the two nested Message elements.
    const inners = messagesIn(outer);
    const whole = around(element, outers);
    if (inners.length === 0) return [{ message: outer, raw: whole(outer.raw) }];
    const inside = around(outer, inners);
    return inners.map((inner) => ({ message: inner, raw: whole(inside(inner.raw)) }));
  });
  if (told.length === 0) return [noticeOf(element, undefined, element.raw)];
  return told.slice(0, MOST_MESSAGES).map(({ message, raw }) => noticeOf(element, message, raw));
}

const messagesIn = (element: XmlElement): XmlElement[] =>
  element.children.filter(({ name }) => name === 'Message');

/** What stands around the elements inside one, with one of them in it. */
function around(element: XmlElement, inside: readonly XmlElement[]): (one: string) => string {
  const [first, last] = [inside[0]?.raw ?? '', inside.at(-1)?.raw ?? ''];
  const head = element.raw.slice(0, element.raw.indexOf(first));
  const tail = element.raw.slice(element.raw.lastIndexOf(last) + last.length);
  return (one) => (inside.length < 2 && one === first ? element.raw : `${head}${one}${tail}`);
}

function noticeOf(element: XmlElement, message: XmlElement | undefined, raw: string): Notice {
  const operation = message?.attributes.get('PropertyOperation');
  const parts = ['Source', 'Key', 'Data'].map((name) => find(message, name));
  const [source = [], key = [], data = []] = parts.map(itemsOf);
  return {
    topic: plainTopic(textAt(element, 'Topic') ?? ''),
    operation: OPERATIONS.find((one) => one === operation) ?? 'none',
    utcTimeText: message?.attributes.get('UtcTime')?.slice(0, 64) ?? null,
    source,
    key,
    data,
    elements: parts.flatMap((part) =>
      (part?.children ?? [])
        .filter((child) => child.name === 'ElementItem')
        .map((child) =>
          (child.attributes.get('Name') ?? child.children[0]?.name ?? '').slice(0, LONGEST_NAME),
        ),
    ),
    raw,
  };
}

/** `tns1:RuleEngine/tnsajax:LineDetector/Crossing` → `RuleEngine/LineDetector/Crossing` */
export function plainTopic(text: string): string {
  return text
    .trim()
    .split('/')
    .map((segment) => segment.slice(segment.lastIndexOf(':') + 1).trim())
    .filter((segment) => segment !== '')
    .join('/')
    .slice(0, 500);
}

function itemsOf(part: XmlElement | undefined): NoticeItem[] {
  return (part?.children ?? [])
    .filter((child) => child.name === 'SimpleItem')
    .slice(0, MOST_ITEMS)
    .map((child) => ({
      name: (child.attributes.get('Name') ?? '').slice(0, LONGEST_NAME),
      value: (child.attributes.get('Value') ?? '').slice(0, LONGEST_VALUE),
    }));
}
