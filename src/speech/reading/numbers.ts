/** How numbers are said: the north says *nghìn* and *linh*, the south *ngàn* and *lẻ*. */
export type ReadingProfile = 'north' | 'south';

const DIGITS: Readonly<Record<string, string>> = {
  0: 'không',
  1: 'một',
  2: 'hai',
  3: 'ba',
  4: 'bốn',
  5: 'năm',
  6: 'sáu',
  7: 'bảy',
  8: 'tám',
  9: 'chín',
};

/** Says numbers given as strings of digits, of any length. */
export class Numbers {
  private readonly thousand: string;
  private readonly odd: string;
  private readonly groups = new Map<string, string>();

  constructor(profile: ReadingProfile) {
    this.thousand = profile === 'south' ? 'ngàn' : 'nghìn';
    this.odd = profile === 'south' ? 'lẻ' : 'linh';
  }

  get thousandWord(): string {
    return this.thousand;
  }

  /** "0912" → "không chín một hai"; anything but digits is left out. */
  digits(digits: string): string {
    return Array.from(digits.replace(/\D/gu, ''), digit).join(' ');
  }

  /** "1005" → "một nghìn không trăm linh năm"; leading zeros do not count. */
  cardinal(digits: string | number): string {
    const bare = `${digits}`.replace(/^0+(?=\d)/u, '');
    return this.whole(bare, false);
  }

  /** "3", "14" → "ba phẩy mười bốn": one or two decimals without a leading zero as a number, else digit by digit. */
  decimal(whole: string, fraction: string): string {
    const tail = /^[1-9]\d?$|^0$/u.test(fraction) ? this.cardinal(fraction) : this.digits(fraction);
    return `${this.cardinal(whole)} phẩy ${tail}`;
  }

  private whole(digits: string, padded: boolean): string {
    if (digits.length > 9) {
      const low = digits.slice(-9);
      const high = `${this.whole(digits.slice(0, -9), padded)} tỷ`;
      return /^0+$/u.test(low) ? high : `${high} ${this.below(low, true)}`;
    }
    return this.below(digits, padded);
  }

  /** Up to nine digits. `padded`: something was said before, so a missing hundred is said as "không trăm". */
  private below(digits: string, padded: boolean): string {
    const full = digits.padStart(9, '0');
    const words: string[] = [];
    let said = padded;
    for (const [at, unit] of [
      [0, 'triệu'],
      [3, this.thousand],
      [6, ''],
    ] as const) {
      const group = full.slice(at, at + 3);
      if (group === '000') continue;
      words.push(this.group(group, said));
      if (unit !== '') words.push(unit);
      said = true;
    }
    return words.length === 0 ? 'không' : words.join(' ');
  }

  /** Three digits; there are but two thousand answers, so each is made once. */
  private group(group: string, padded: boolean): string {
    const key = padded ? `+${group}` : group;
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const made = this.made(group, padded);
    this.groups.set(key, made);
    return made;
  }

  private made(group: string, padded: boolean): string {
    const [hundreds = '0', tens = '0', ones = '0'] = group;
    const words: string[] = [];
    const withHundreds = padded || hundreds !== '0';
    if (withHundreds) words.push(digit(hundreds), 'trăm');
    if (tens === '0') {
      if (ones !== '0') words.push(...(withHundreds ? [this.odd] : []), digit(ones));
    } else if (tens === '1') {
      words.push('mười', ...(ones === '0' ? [] : [ones === '5' ? 'lăm' : digit(ones)]));
    } else {
      words.push(digit(tens), 'mươi');
      if (ones !== '0')
        words.push(ones === '1' ? 'mốt' : ones === '4' ? 'tư' : ones === '5' ? 'lăm' : digit(ones));
    }
    return words.join(' ');
  }
}

function digit(character: string): string {
  return DIGITS[character] ?? character;
}
