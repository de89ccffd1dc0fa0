import type { Notice } from './camera-messages.ts';
import {
  KIND_BY_CLASS,
  KIND_BY_ITEM,
  OPPOSITE_NAMES,
  STATE_NAMES,
  TOPIC_RULES,
  type Kind,
  type TopicRule,
} from './topic-map.data.ts';

type NoticeItem = Readonly<Notice['data'][number]>;
/** Of a notice, what its meaning is read from. */
export interface Told {
  readonly topic: string;
  readonly operation: Notice['operation'];
  readonly data: readonly NoticeItem[];
}

/** What a notice means: of what kind it is, and whether something begins, ends, flashes by, or is merely so. */
export interface Meaning {
  readonly kind: Kind;
  readonly phase: 'begin' | 'end' | 'instant' | 'state';
}

/**
 * Reads a notice by the topic catalogue. Never throws and never guesses alarms: an unknown topic is `unknown` and a
 * `state`, and so is everything that a camera tells when a subscription begins (`Initialized`: Tapo initialises with
 * true) or when a source goes away (`Deleted`).
 *
 * @param named kinds that people gave to topics the catalogue does not know
 */
export function meaningOf(notice: Told, named?: ReadonlyMap<string, Kind>): Meaning {
  const rule = ruleFor(notice.topic) ?? namedRule(notice, named);
  if (rule === undefined) return { kind: 'unknown', phase: 'state' };
  const kind = kindFor(rule, notice.data);
  if (rule.style === 'status' || notice.operation === 'Initialized' || notice.operation === 'Deleted') {
    return { kind, phase: 'state' };
  }
  const on = stateIn(rule, notice.data);
  if (on !== undefined) return { kind, phase: on ? 'begin' : 'end' };
  // A state that cannot be read is no alarm; an edge needs no data at all (Bosch sends none).
  return { kind, phase: rule.style === 'edge' ? 'instant' : 'state' };
}

/**
 * Whether the camera says that it is so now, also where that is no alarm (`Initialized`). Undefined where the topic has
 * no state or it cannot be read.
 */
export function stateOf(notice: Told, named?: ReadonlyMap<string, Kind>): boolean | undefined {
  const rule = ruleFor(notice.topic) ?? namedRule(notice, named);
  return rule === undefined || rule.style === 'status' ? undefined : stateIn(rule, notice.data);
}

export function isKnownTopic(topic: string): boolean {
  return ruleFor(topic) !== undefined;
}

/** Nobody said how a topic that was only named is told: a state where its data can be read as one, else an edge. */
function namedRule(notice: Told, named?: ReadonlyMap<string, Kind>): TopicRule | undefined {
  const kind = named?.get(notice.topic);
  if (kind === undefined) return undefined;
  const rule: TopicRule = { topic: notice.topic, kind, style: 'state' };
  return stateIn(rule, notice.data) === undefined ? { ...rule, style: 'edge' } : rule;
}

/** Booleans as makers write them: true, TRUE, True, 1, active, on. Undefined for anything else. */
export function booleanOf(value: string): boolean | undefined {
  switch (value.trim().toLowerCase()) {
    case 'true':
    case '1':
    case 'active':
    case 'on':
    case 'yes':
      return true;
    case 'false':
    case '0':
    case 'inactive':
    case 'off':
    case 'no':
      return false;
    default:
      return undefined;
  }
}

const patterns = TOPIC_RULES.map((rule) => ({ rule, pattern: rule.topic.split('/') }));
/** Cameras tell the same few topics over and over; one that invents them only empties it. */
const ruleOf = new Map<string, TopicRule | null>();
const topicsKept = 2_000;

function ruleFor(topic: string): TopicRule | undefined {
  const known = ruleOf.get(topic);
  if (known !== undefined) return known ?? undefined;
  const segments = topic.split('/');
  const rule = patterns.find(({ pattern }) => fits(pattern, segments))?.rule;
  if (ruleOf.size >= topicsKept) ruleOf.clear();
  ruleOf.set(topic, rule ?? null);
  return rule;
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.at(-1) === '**';
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? segments.length < fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((segment, index) => segment === '*' || segment === segments[index]);
}

/** The classes that a camera names; empty when it names the item and nothing in it, undefined when it has no such item. */
function classesIn(data: readonly NoticeItem[]): readonly string[] | undefined {
  const item = data.find(({ name }) => name.toLowerCase() === 'classtypes');
  return item?.value.split(/[\s,]+/).filter((one) => one !== '');
}

function kindFor(rule: TopicRule, data: readonly NoticeItem[]): Kind {
  if (rule.kind !== 'object') return rule.kind;
  for (const name of classesIn(data) ?? []) {
    const kind = KIND_BY_CLASS[name.toLowerCase()];
    if (kind !== undefined) return kind;
  }
  for (const { name } of data) {
    const kind = KIND_BY_ITEM[name];
    if (kind !== undefined) return kind;
  }
  return rule.kind;
}

function stateIn(rule: TopicRule, data: readonly NoticeItem[]): boolean | undefined {
  const opposite = data.find(({ name }) => OPPOSITE_NAMES.includes(name));
  const quiet = opposite === undefined ? undefined : booleanOf(opposite.value);
  if (quiet !== undefined) return !quiet;
  for (const wanted of rule.state ?? STATE_NAMES) {
    const item = data.find(({ name }) => name === wanted);
    const on = item === undefined ? undefined : booleanOf(item.value);
    if (on !== undefined) return on;
  }
  const classes = classesIn(data);
  if (classes !== undefined) return classes.length > 0;
  if (rule.style === 'edge') return undefined;
  const [first] = data;
  return first === undefined ? undefined : booleanOf(first.value);
}
