import { Failure } from '../base/failure.ts';

/** A language that a village may hear, by its ISO 639-3 code (Vietnamese by its older `vi`, which browsers know). */
export interface Language {
  readonly code: string;
  /** As Vietnamese officials say it. */
  readonly name: string;
  /** As its speakers write it. */
  readonly ownName: string;
}

export const vietnamese = 'vi';

/**
 * Languages of Viet Nam's peoples that communes broadcast in, the largest first. Names by decision 121-TCTK/PPCĐ of
 * 1979 (the 54 peoples), codes by ISO 639-3. A commune that needs another asks for a line here: the code stands in
 * airings and programmes for ever, so it is no free text.
 */
export const languages: readonly Language[] = [
  { code: vietnamese, name: 'Việt', ownName: 'Tiếng Việt' },
  { code: 'rad', name: 'Ê Đê', ownName: 'Klei Êđê' },
  { code: 'jra', name: 'Gia Rai', ownName: 'Jrai' },
  { code: 'bdq', name: 'Ba Na', ownName: 'Bahnar' },
  { code: 'sed', name: 'Xơ Đăng', ownName: 'Rơteang' },
  { code: 'mnn', name: 'M’nông', ownName: 'Bunong' },
  { code: 'kpm', name: 'Cơ Ho', ownName: 'Kơho' },
  { code: 'cjm', name: 'Chăm', ownName: 'Cam' },
  { code: 'rog', name: 'Ra Glai', ownName: 'Radlai' },
  { code: 'hmn', name: 'Hmông', ownName: 'Hmoob' },
  { code: 'tyz', name: 'Tày', ownName: 'Tày' },
  { code: 'nut', name: 'Nùng', ownName: 'Nồng' },
  { code: 'blt', name: 'Thái', ownName: 'Tay' },
  { code: 'mtq', name: 'Mường', ownName: 'Mường' },
  { code: 'khm', name: 'Khmer', ownName: 'ខ្មែរ' },
  { code: 'ium', name: 'Dao', ownName: 'Iu Mienh' },
  { code: 'kjg', name: 'Khơ Mú', ownName: 'Kmhmu’' },
  { code: 'pcc', name: 'Giáy', ownName: 'Giáy' },
  { code: 'hni', name: 'Hà Nhì', ownName: 'Haqniq' },
  { code: 'bru', name: 'Bru – Vân Kiều', ownName: 'Bru' },
  { code: 'tth', name: 'Tà Ôi', ownName: 'Ta’oih' },
  { code: 'ktv', name: 'Cơ Tu', ownName: 'Katu' },
  { code: 'jeh', name: 'Giẻ Triêng', ownName: 'Jeh' },
  { code: 'hre', name: 'Hrê', ownName: 'Hrê' },
  { code: 'cua', name: 'Co', ownName: 'Kor' },
  { code: 'sti', name: 'Xtiêng', ownName: 'Stiêng' },
  { code: 'cma', name: 'Mạ', ownName: 'Maa' },
  { code: 'cje', name: 'Chu Ru', ownName: 'Chru' },
  { code: 'yue', name: 'Hoa', ownName: '粵語' },
];

const byCode = new Map(languages.map((language, at) => [language.code, { ...language, at }]));

export function isLanguage(code: string): boolean {
  return byCode.has(code);
}

/** `Ê Đê`; a code that is not in the list any more stands for itself. */
export function languageName(code: string): string {
  return byCode.get(code)?.name ?? code;
}

/** Vietnamese first, then in the list's order. */
export function byListOrder(a: string, b: string): number {
  return (
    (byCode.get(a)?.at ?? languages.length) - (byCode.get(b)?.at ?? languages.length) || (a < b ? -1 : 1)
  );
}

/**
 * What is played to a village: its languages in its order, of each what is there. Whatever is missing stays missing;
 * nothing is said in its place, and nothing twice.
 */
export function heardInOrder<V extends { readonly language: string }>(
  order: readonly string[],
  versions: readonly V[],
): V[] {
  return [...new Set(order)].flatMap((code) => versions.find(({ language }) => language === code) ?? []);
}

/** The languages that a village hears and that have no version. */
export function missingFrom(order: readonly string[], available: ReadonlySet<string>): string[] {
  return order.filter((code) => !available.has(code));
}

/** @throws Failure `villages.no-language`, `villages.unknown-language`, `villages.language-twice` */
export function refuseBadLanguages(codes: readonly string[]): void {
  const refuse = (code: string, message: string): never => {
    throw new Failure('invalid', code, message, { fields: [{ path: 'languages', code, message }] });
  };
  if (codes.length === 0) refuse('villages.no-language', 'A village hears at least one language');
  if (codes.some((code) => !isLanguage(code))) refuse('villages.unknown-language', 'No such language');
  if (new Set(codes).size < codes.length) refuse('villages.language-twice', 'A language is named twice');
}
