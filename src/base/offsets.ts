// Where each character of a YAML string stands in its source, through quotes, escapes, indentation and folded lines.

/** For each character of `value` its offset in `text`, the scalar's source with quotes or block header. */
export function offsetsOf(text: string, value: string, style: string): readonly number[] {
  if (style.startsWith('BLOCK')) return blockOffsets(text, value);
  return flowOffsets(text, value, style);
}

function flowOffsets(text: string, value: string, style: string): number[] {
  const offsets: number[] = [];
  let at = style.startsWith('QUOTE') ? 1 : 0;
  for (let i = 0; i < value.length; ) {
    const fold = /[ \t\r\n]/.test(text.charAt(at)) ? matchAt(/[ \t]*\r?\n[ \t\r\n]*/y, text, at) : undefined;
    if (fold && /\s/.test(value[i]!)) {
      // a line break and the indentation after it stand for one space, or for one line break an empty line
      const breaks = matchAt(/[ \n]+/y, value, i)?.length ?? 1;
      for (let k = 0; k < breaks; k++) offsets.push(at);
      i += breaks;
      at += fold.length;
      continue;
    }
    const escaped = style === 'QUOTE_DOUBLE' ? matchAt(/\\(?:x..|u....|U.{8}|\r?\n[ \t]*|[\s\S])/y, text, at) : undefined;
    if (escaped && /^\\\r?\n/.test(escaped)) {
      at += escaped.length;
      continue;
    }
    offsets.push(at);
    const isPair = style === 'QUOTE_SINGLE' && text[at] === "'" && text[at + 1] === "'";
    at += escaped?.length ?? (isPair ? 2 : 1);
    i++;
  }
  return offsets;
}

function matchAt(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0];
}

function blockOffsets(text: string, value: string): number[] {
  const [header = '', ...lines] = text.split('\n');
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
  const offsets: number[] = [];
  let at = header.length + 1;
  for (const line of lines) {
    for (let column = indent; column < line.length && value[offsets.length] === line[column]; column++) offsets.push(at + column);
    if (/^\s/.test(value.charAt(offsets.length))) offsets.push(at + line.length);
    at += line.length + 1;
  }
  return offsets;
}
