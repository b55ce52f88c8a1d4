// XML as text, as far as reports need it.

/** `attributes` that are undefined are left out; `children` are XML already: elements, or one text. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const head = [name, ...given.map(([key, value]) => `${key}="${quoted(String(value))}"`)].join(' ');
  if (children.length === 0) return `<${head}/>`;
  const inner = children.join('\n');
  return inner.startsWith('<') ? `<${head}>\n${inner.replace(/^(?= *<)/gm, '  ')}\n</${name}>` : `<${head}>${inner}</${name}>`;
}

const NAMES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text between two tags. What XML cannot hold however it is written is replaced. */
export function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be taken out
  const allowed = text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\u{fffd}');
  return allowed.replace(/[&<>"']/g, (character) => NAMES[character]!).replaceAll('\r', '&#13;');
}

/** The same for an attribute, in which a reader would take a line break for a blank. */
const quoted = (text: string) => escaped(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
