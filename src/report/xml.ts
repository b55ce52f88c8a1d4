// XML as text, as far as reports need it: a line an element, for line breaks of a text are written as references.

/** `attributes` that are undefined are left out; `children` are XML already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const head = [name, ...given.map(([key, value]) => `${key}="${escaped(String(value))}"`)].join(' ');
  if (children.length === 0) return `<${head}/>`;
  return `<${head}>${children.join('').startsWith('<') ? `\n${indented(children)}\n` : children.join('')}</${name}>`;
}

const indented = (children: readonly string[]) => children.map((child) => child.replace(/^/gm, '  ')).join('\n');

/** Without what XML cannot hold, however it is written. Line breaks are kept, in an attribute too. */
export function escaped(text: string): string {
  const references: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    '\n': '&#10;',
    '\t': '&#9;',
    '\r': '&#13;',
  };
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"\n\t\r]/g, (character) => references[character]!)
  );
}
