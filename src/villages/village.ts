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

  /** Merged into another or closed. Its row stays: what happened there goes on to name it. */
  retire(at: Date): void {
    if (this.retiredAt !== null)
      throw new Failure('conflict', 'villages.retired', 'This village was merged or closed');
    this.retiredAt = at;
  }

  soundsLike(other: Village): boolean {
    return soundOf(this) === soundOf(other);
  }

  /** @throws Failure `villages.name-taken`: two villages that sound alike would be told apart by nobody */
  refuseTakenName(others: readonly Village[]): void {
    if (!others.some((other) => other.id !== this.id && other.soundsLike(this))) return;
    const message = 'Another village has this name';
    throw new Failure('conflict', 'villages.name-taken', message, {
      fields: [{ path: 'name', code: 'villages.name-taken', message }],
    });
  }
}

const tones = /[\u0300\u0301\u0303\u0309\u0323]/gu;

/**
 * A name as it sounds: "Thôn  Hoà Bình" is "thôn Hòa Bình" (the tone's place in a syllable is a matter of taste), "Đông"
 * is neither "Đồng" nor "Dong".
 */
function soundOf({ word, name }: Pick<Village, 'word' | 'name'>): string {
  return `${word} ${name}`
    .normalize('NFD')
    .toLowerCase()
    .split(/\s+/)
    .filter((syllable) => syllable !== '')
    .map((syllable) => syllable.replaceAll(tones, '') + (syllable.match(tones) ?? []).join(''))
    .join(' ');
}
