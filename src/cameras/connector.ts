/** Looks after the cameras of a site: the asset. The program or box that does it today is enrolled at it. */
export class Connector {
  communeId!: string;
  id!: string;
  name!: string;
  createdAt!: Date;
  retiredAt!: Date | null;

  static put(at: { communeId: string; id: string; now: Date }, name: string): Connector {
    return Object.assign(new Connector(), {
      communeId: at.communeId,
      id: at.id,
      name,
      createdAt: at.now,
      retiredAt: null,
    });
  }
}
