import type { EntityManager } from 'typeorm';
import type { BoxKind } from './box.ts';

/** What the room that a place belongs to does for the boxes: boxes know a place by its id alone. */
export interface PlaceKeeper {
  /** In words that outlive the database: each box carries them. At most 4 kB as JSON. */
  describe(em: EntityManager, communeId: string, assetId: string): Promise<Record<string, unknown>>;
  /** Makes the place again, by what `describe` said; one that is there stays as it is. */
  restore(
    em: EntityManager,
    communeId: string,
    assetId: string,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** After the commit. */
  restored(communeId: string, assetId: string): void;
}

/** Who keeps the places of each kind of box, and who wants to hear that one is no more what it was. */
export class Places {
  /** Set by who tells the boxes. `isSaid`: a person has just said what these places are, as they were or not. */
  onChanged: (communeId: string, assetIds: readonly string[], isSaid?: boolean) => void = () => undefined;
  private readonly keepers = new Map<BoxKind, PlaceKeeper>();

  keep(kind: BoxKind, keeper: PlaceKeeper): void {
    this.keepers.set(kind, keeper);
  }

  of(kind: BoxKind): PlaceKeeper | undefined {
    return this.keepers.get(kind);
  }
}
