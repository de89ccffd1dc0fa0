import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { CameraFault } from './camera-fault.ts';

/** One element of a camera's answer. Names are local: real cameras put namespaces in odd places. Values stay text. */
export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  /** The element's own characters, as received. */
  readonly raw: string;
}

/** Deeper than any answer of a real camera (about 15), far below what costs stack. */
const DEEPEST = 48;
/**
 * So many open at once are refused before anything is built. It is counted roughly (a comment may hold tags that are none):
 * the parser refuses what is deeper than `DEEPEST`, but only after all of it was looked through for well-formedness.
 */
const DEEPEST_AT_A_GLANCE = 1_000;
/** Of one tag; those of real cameras have a dozen at most. */
const MOST_ATTRIBUTES = 256;
/** A hundred notices have some 6,000 tags. */
const MOST_TAGS = 40_000;

const MOST_AMPERSANDS = 200;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Entities are resolved here below: only the five of XML and character references, so there is nothing to expand.
  processEntities: false,
  maxNestedTags: DEEPEST,
  captureMetaData: true,
});
// Its type says Symbol, the wrapper object; it is a symbol.
const POSITION = XMLParser.getMetaDataSymbol() as unknown as symbol;

type ParsedNode = Readonly<Record<string, unknown>> & {
  readonly [key: symbol]: { readonly startIndex: number; readonly endIndex?: number } | undefined;
};

/**
 * Reads a camera's answer, which is hostile until proved otherwise: a document type is refused before the parser sees
 * it, so are unbalanced tags, deep nesting and floods of tags. Linear in the size of the text, which its caller caps.
 *
 * @throws CameraFault `refused-answer`
 */
export function readXml(text: string): XmlElement {
  // Around it stands what no reader may mind: a line end before, the end of a C string behind.
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) end -= 1;
  const document = withoutBareAmpersands(text.slice(0, end).trimStart());
  if (/<!(?!--|\[CDATA\[)/.test(document)) throw refused('a document type');
  glance(document);
  // The parser forgives unclosed tags, and a truncated answer would then read as a shorter one.
  // Its successor is a package of its own with the same code; one door to this library is enough for now.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  if (XMLValidator.validate(document) !== true) throw refused('not well-formed');
  let nodes: readonly ParsedNode[];
  try {
    nodes = parser.parse(document) as readonly ParsedNode[];
  } catch (error) {
    throw new CameraFault('refused-answer', 'the answer was refused: it cannot be parsed', '', {
      cause: error,
    });
  }
  const roots = nodes.filter((node) => !nameOf(node).startsWith('?') && !nameOf(node).startsWith('#'));
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw refused('not one root element');
  return element(root, new Map(), document);
}

/** @throws CameraFault `refused-answer` where there are too many tags, too many open at once, or too many attributes */
function glance(document: string): void {
  let tags = 0;
  let open = 0;
  for (let at = document.indexOf('<'), next: number; at >= 0; at = next) {
    next = document.indexOf('<', at + 1);
    if (++tags > MOST_TAGS) throw refused('too many tags');
    const tag = document.slice(at + 1, next < 0 ? undefined : next);
    if (tag.startsWith('/')) open -= 1;
    else if (!/^[!?]/.test(tag) && !tag.includes('/>')) open += 1;
    if (open > DEEPEST_AT_A_GLANCE) throw refused('nested too deep');
    const end = tag.indexOf('>');
    if (tag.slice(0, end < 0 ? undefined : end).split('=').length > MOST_ATTRIBUTES)
      throw refused('too many attributes');
  }
}

/** Names that people gave ("Cổng & sân") stand unescaped in answers of cheap firmware; elsewhere nothing is mended. */
function withoutBareAmpersands(text: string): string {
  const mended = text.replace(/&(?!#?\w{1,10};)/g, '&amp;');
  return mended.length > text.length + MOST_AMPERSANDS * 4 ? text : mended;
}

/** Follows local names downwards; undefined where one is missing. */
export function find(from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at = from;
  for (const name of path) at = at?.children.find((child) => child.name === name);
  return at;
}

/** The trimmed text under a path; undefined where it is missing or empty. */
export function textAt(from: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const text = find(from, ...path)?.text.trim();
  return text === undefined || text === '' ? undefined : text;
}

/** For text and attributes of what we send. Characters that XML 1.0 cannot carry at all are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

function element(node: ParsedNode, outer: ReadonlyMap<string, string>, document: string): XmlElement {
  const rawName = nameOf(node);
  const attributes = new Map<string, string>();
  let scope = outer;
  for (const [name, value] of Object.entries((node[':@'] ?? {}) as Record<string, string>)) {
    const resolved = resolveEntities(value);
    if (name === 'xmlns' || name.startsWith('xmlns:')) {
      scope = new Map(scope).set(name.slice(6), resolved);
    } else attributes.set(localName(name), resolved);
  }
  const children: XmlElement[] = [];
  let text = '';
  for (const inner of node[rawName] as readonly ParsedNode[]) {
    const name = nameOf(inner);
    if (name === '#text') text += resolveEntities(inner[name] as string);
    else if (!name.startsWith('?')) children.push(element(inner, scope, document));
  }
  const position = node[POSITION];
  const colon = rawName.indexOf(':');
  return {
    name: localName(rawName),
    namespace: scope.get(colon < 0 ? '' : rawName.slice(0, colon)) ?? '',
    attributes,
    children,
    text,
    raw: position?.endIndex === undefined ? '' : document.slice(position.startIndex, position.endIndex),
  };
}

function nameOf(node: ParsedNode): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '#nothing';
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolveEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal !== undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex ?? '', 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function refused(why: string): CameraFault {
  return new CameraFault('refused-answer', `the answer was refused: ${why}`);
}
