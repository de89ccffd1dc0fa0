/** How the people who wrote lines are called now: answered by the accounts room, which lies above. */
export abstract class ActorNames {
  /** @returns by id; who is unknown is left out */
  abstract names(communeId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
