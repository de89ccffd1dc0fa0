import { Failure } from '../base/failure.ts';
import { refuseBadLanguages, vietnamese } from './language.ts';
import type { ChangeVillageRequest, VillageRequest } from './village.request.ts';

/** A village with its own word (thôn, xóm, bản, buôn, làng, ấp…): the word is data. Identity survives a rename. */
export class Village {
  communeId!: string;
  id!: string;
  word!: string;
  name!: string;
  position!: number;
  /** What its loudspeakers speak, in this order: codes of `language.ts`. */
  languages!: string[];
  retiredAt!: Date | null;

  static found(at: { communeId: string; id: string; position: number }, request: VillageRequest): Village {
    const { word, name, languages = [vietnamese] } = request;
    refuseBadLanguages(languages);
    return Object.assign(new Village(), {
      ...at,
      word: word.normalize('NFC'),
      name: name.normalize('NFC'),
      languages: [...languages],
      retiredAt: null,
    });
  }

  change(request: ChangeVillageRequest): void {
    if (this.retiredAt !== null)
      throw new Failure('conflict', 'villages.retired', 'This village was merged or closed');
    if (request.word !== undefined) this.word = request.word.normalize('NFC');
    if (request.name !== undefined) this.name = request.name.normalize('NFC');
    if (request.position !== undefined) this.position = request.position;
    if (request.languages !== undefined) {
      refuseBadLanguages(request.languages);
      this.languages = [...request.languages];
    }
  }
}
