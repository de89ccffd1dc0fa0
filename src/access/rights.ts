/**
 * Roles × rights, on this one page. A role may do what is named in its line and nothing else; a route names the right
 * it needs (`right.decorator.ts`), and `test/stories/rights.spec.ts` walks every route with every role.
 */
export const roles = [
  'administrator',
  'editor',
  'approver',
  'villageHead',
  'police',
  'policeChief',
  'technician',
] as const;
export type Role = (typeof roles)[number];

export const rights = [
  /** Signed in, whoever it is. */
  'session',
  'announcements.read',
  'announcements.write',
  'announcements.approve',
  'broadcasts.read',
  'broadcasts.schedule',
  'broadcasts.stop',
  'broadcasts.confirm',
  'emergencies.raise',
  'villages.read',
  'villages.manage',
  'loudspeakers.read',
  'loudspeakers.manage',
  'cameras.read',
  'cameras.manage',
  /** Live: what the camera sees now. */
  'cameras.watch',
  /** By its motors, while watching it. */
  'cameras.turn',
  'events.read',
  'events.review',
  'accounts.manage',
  'commune.manage',
  'journal.read',
  'lexicon.read',
  'lexicon.write',
] as const;
export type Right = (typeof rights)[number];

const everyone = ['session', 'villages.read', 'loudspeakers.read', 'broadcasts.read'] as const;
const police = [
  ...everyone,
  'cameras.read',
  'cameras.watch',
  'cameras.turn',
  'events.read',
  'events.review',
] as const;

export const rightsOf: Readonly<Record<Role, ReadonlySet<Right>>> = {
  administrator: new Set<Right>([
    ...everyone,
    'announcements.read',
    'lexicon.read',
    'lexicon.write',
    'villages.manage',
    'loudspeakers.manage',
    'cameras.read',
    'cameras.manage',
    'accounts.manage',
    'commune.manage',
    'journal.read',
  ]),
  editor: new Set<Right>([
    ...everyone,
    'announcements.read',
    'announcements.write',
    'lexicon.read',
    'lexicon.write',
    'broadcasts.schedule',
    'broadcasts.stop',
    'emergencies.raise',
  ]),
  approver: new Set<Right>([
    ...everyone,
    'announcements.read',
    'lexicon.read',
    'announcements.write',
    'announcements.approve',
    'broadcasts.schedule',
    'broadcasts.stop',
    'emergencies.raise',
    'journal.read',
  ]),
  /** Within their own villages only: `withinVillages`. */
  villageHead: new Set<Right>([
    ...everyone,
    'announcements.read',
    'lexicon.read',
    'announcements.write',
    'broadcasts.schedule',
    'broadcasts.stop',
    /** Whether it was heard. */
    'broadcasts.confirm',
  ]),
  police: new Set<Right>(police),
  policeChief: new Set<Right>([...police, 'journal.read']),
  /** Whoever points a camera must see where it points. */
  technician: new Set<Right>([
    ...everyone,
    'loudspeakers.manage',
    'cameras.read',
    'cameras.manage',
    'cameras.watch',
    'cameras.turn',
  ]),
};

/** Who is asking. */
export interface Person {
  readonly id: string;
  readonly communeId: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly villageIds: readonly string[];
  /** Somebody else chose their password: until they choose one, they may do nothing else. */
  readonly mustChangePassword?: boolean;
  /** Approvers who handed their approvals over to this person for today. */
  readonly actsFor?: readonly string[];
}

/** What an approver hands over for some dates. */
const handedOver: ReadonlySet<Right> = new Set<Right>(['announcements.read', 'announcements.approve']);

function mayForAnother(person: Pick<Person, 'actsFor'>, right: Right): boolean {
  return handedOver.has(right) && (person.actsFor ?? []).length > 0;
}

export function may(person: Pick<Person, 'roles' | 'actsFor'>, right: Right): boolean {
  return person.roles.some((role) => rightsOf[role].has(right)) || mayForAnother(person, right);
}

/** The villages to which a person's right is limited; null where it holds for the whole commune. */
export function villagesFor(person: Person, right: Right): readonly string[] | null {
  const unlimited = person.roles.some((role) => role !== 'villageHead' && rightsOf[role].has(right));
  return unlimited || mayForAnother(person, right) ? null : person.villageIds;
}
