/**
 * A strict reader of XML with namespaces, for requests to the simulated camera. It is written apart from what our
 * client uses on purpose: a client and a test device that share a parser share its mistakes.
 */
export interface XmlNode {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
  /** All text directly inside, with entities resolved. */
  readonly text: string;
}

interface OpenNode extends XmlNode {
  readonly rawName: string;
  readonly prefixes: ReadonlyMap<string, string>;
  readonly children: XmlNode[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Throws an Error with the reason when the text is not one well-formed document without a DTD. */
export function readXml(document: string): XmlNode {
  const open: OpenNode[] = [];
  let root: XmlNode | undefined;
  let at = document.startsWith('\uFEFF') ? 1 : 0;
  const bare = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);

  while (at < document.length) {
    if (document[at] !== '<') {
      const end = document.indexOf('<', at);
      const text = document.slice(at, end < 0 ? document.length : end);
      const parent = open.at(-1);
      if (parent === undefined) {
        if (text.trim() !== '') throw new Error('text outside the root element');
      } else parent.text += resolveEntities(text);
      at += text.length;
    } else if (document.startsWith('<?', at)) {
      at = after(document, '?>', at);
    } else if (document.startsWith('<!--', at)) {
      at = after(document, '-->', at + 4);
    } else if (document.startsWith('<![CDATA[', at)) {
      const end = after(document, ']]>', at);
      const parent = open.at(-1);
      if (parent === undefined) throw new Error('CDATA outside the root element');
      parent.text += document.slice(at + 9, end - 3);
      at = end;
    } else if (document.startsWith('<!', at)) {
      throw new Error('a document type is not accepted');
    } else if (document.startsWith('</', at)) {
      const end = after(document, '>', at);
      const closed = open.pop();
      if (closed?.rawName !== document.slice(at + 2, end - 1).trim()) throw new Error('tags do not match');
      if (open.length === 0) root = closed;
      at = end;
    } else {
      if (root !== undefined) throw new Error('more than one root element');
      const end = endOfTag(document, at);
      const empty = document[end - 2] === '/';
      const node = readTag(document.slice(at + 1, empty ? end - 2 : end - 1), open.at(-1)?.prefixes ?? bare);
      const parent = open.at(-1);
      parent?.children.push(node);
      if (!empty) open.push(node);
      else if (parent === undefined) root = node;
      at = end;
    }
  }
  if (root === undefined || open.length > 0) throw new Error('the document ends too early');
  return root;
}

/** The first child with this name in this namespace. */
export function child(node: XmlNode | undefined, namespace: string, name: string): XmlNode | undefined {
  return node?.children.find((one) => one.namespace === namespace && one.name === name);
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

function after(document: string, mark: string, from: number): number {
  const found = document.indexOf(mark, from);
  if (found < 0) throw new Error(`missing ${mark}`);
  return found + mark.length;
}

function endOfTag(document: string, from: number): number {
  let quote = '';
  for (let at = from; at < document.length; at++) {
    const sign = document[at] ?? '';
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '>') return at + 1;
  }
  throw new Error('a tag does not end');
}

function readTag(inside: string, outer: ReadonlyMap<string, string>): OpenNode {
  const rawName = /^[\p{L}_][\p{L}\p{N}_.:-]*/u.exec(inside)?.[0];
  if (rawName === undefined) throw new Error('a tag without a name');
  const prefixes = new Map(outer);
  const raw = new Map<string, string>();
  let rest = inside.slice(rawName.length);
  while (rest.trim() !== '') {
    const found = /^\s+([\p{L}_][\p{L}\p{N}_.:-]*)\s*=\s*("([^"<]*)"|'([^'<]*)')/u.exec(rest);
    if (found?.[1] === undefined) throw new Error(`bad attributes in ${rawName}`);
    if (raw.has(found[1])) throw new Error(`attribute ${found[1]} stands twice`);
    const value = resolveEntities(found[3] ?? found[4] ?? '');
    raw.set(found[1], value);
    if (found[1] === 'xmlns') prefixes.set('', value);
    else if (found[1].startsWith('xmlns:')) prefixes.set(found[1].slice(6), value);
    rest = rest.slice(found[0].length);
  }
  const attributes = new Map<string, string>();
  for (const [name, value] of raw) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    attributes.set(
      name.includes(':') ? `{${named(name, prefixes).namespace}}${named(name, prefixes).name}` : name,
      value,
    );
  }
  return { ...named(rawName, prefixes), rawName, prefixes, attributes, children: [], text: '' };
}

function named(raw: string, prefixes: ReadonlyMap<string, string>): { namespace: string; name: string } {
  const colon = raw.indexOf(':');
  const prefix = colon < 0 ? '' : raw.slice(0, colon);
  const namespace = prefixes.get(prefix);
  if (namespace === undefined && prefix !== '') throw new Error(`prefix ${prefix} is not declared`);
  return { namespace: namespace ?? '', name: raw.slice(colon + 1) };
}

function resolveEntities(text: string): string {
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw new Error('a bare ampersand');
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number.parseInt(name.slice(1), 10));
    const known = ENTITIES[name];
    if (known === undefined) throw new Error(`unknown entity ${name}`);
    return known;
  });
}
