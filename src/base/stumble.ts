// Where the parser of YAML stumbled first, in the words and at the place of whoever wrote the text: the quote that is not closed, not the end of the file.

/** Offsets, and what is wrong there. */
export interface Stumble {
  readonly kind: 'syntax' | 'tabs' | 'quotes';
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string;
  /** where the outermost brackets around it begin: in there the parser has lost its way, however many lines they go over */
  readonly bracket?: number;
}

/** An error of the parser. */
export interface ParseError {
  readonly code: string;
  readonly pos: readonly [number, number];
  readonly message: string;
}

/** A node of the parser's tree, as far as it is looked into here. */
interface Part {
  readonly type?: string | null;
  readonly flow?: boolean;
  readonly range?: readonly number[] | null;
  readonly items?: readonly unknown[];
  readonly key?: unknown;
  readonly value?: unknown;
}

/** The first of the parser's errors; those after it may come of it. undefined: there is none. */
export function firstStumble(errors: readonly ParseError[], source: string, contents: unknown): Stumble | undefined {
  const [some, ...others] = errors;
  if (!some) return undefined;
  const first = others.reduce((least, error) => (error.pos[0] < least.pos[0] ? error : least), some);
  const parts = partsOf(contents);
  const stumble = unclosed(first, source, parts) ?? template(first, source) ?? spaced(first, source) ?? asTold(first, source);
  const around = parts.find(({ flow, range }) => flow === true && range && range[0]! <= stumble.start && stumble.start < range[1]!);
  return { ...stumble, bracket: around?.range?.[0] };
}

/** The parser's own words as a sentence of ours. */
export function asTold({ pos: [start, end], message }: ParseError, source: string): Stumble {
  const unexpected = /^Unexpected .* token in YAML stream: "(.*)"$/s.exec(message)?.[1];
  const words = unexpected === undefined ? message : `unexpected ${unexpected.trim()}`;
  const sentence = (words.charAt(0).toLowerCase() + words.slice(1)).replace(/[.:]$/, '').replace(/\s+/g, ' ');
  return { kind: 'syntax', start, end: Math.min(end, lineEnd(source, start + 1)), message: sentence };
}

/** A quote or bracket that is not closed: told where it is opened, for the parser notices at the end of the file. */
function unclosed({ code, pos: [at], message }: ParseError, source: string, parts: readonly Part[]): Stumble | undefined {
  const isQuote = code === 'MISSING_CHAR' && /closing ["']quote/.test(message);
  const isBracket = /^Flow (map|sequence) .*end with a/.test(message);
  if (!isQuote && !isBracket) return undefined;
  const opened = parts.findLast(({ type, flow, range }) => {
    const [start = 0, end = 0] = range ?? [];
    if (!range || start >= at || end < Math.min(at, source.length)) return false;
    return isQuote ? type?.startsWith('QUOTE') : flow === true && !/[\]}]/.test(source.charAt(end - 1));
  });
  const start = opened?.range?.[0] ?? at;
  return { kind: 'syntax', start, end: start + 1, message: `this ${source.charAt(start)} is not closed` };
}

/** In the order of the text. */
function partsOf(node: unknown, found: Part[] = []): Part[] {
  const part = node as Part | null | undefined;
  if (typeof part !== 'object' || part === null) return found;
  found.push(part);
  for (const inner of part.items ?? ('key' in part ? [part.key, part.value] : [])) partsOf(inner, found);
  return found;
}

/** `key: {{ x }} and more`. */
function template({ pos: [at] }: ParseError, source: string): Stumble | undefined {
  const line = source.lastIndexOf('\n', at - 1) + 1;
  const open = /^[^#"'{]*:[ \t]+(?=\{ ?\{)/.exec(source.slice(line, at))?.[0];
  if (open === undefined) return undefined;
  const start = line + open.length;
  return { kind: 'quotes', start, end: lineEnd(source, start), message: '' };
}

/** A colon, a tab, a dash or an indentation out of place. */
function spaced(error: ParseError, source: string): Stumble | undefined {
  const [at] = error.pos;
  const start = at + /^(?:\s|#.*)*/.exec(source.slice(at))![0].length; // an indentation is told of from the end of the line before on
  const line = source.lastIndexOf('\n', start - 1) + 1;
  const end = lineEnd(source, start);
  const tab = /^ *\t/.exec(source.slice(line, start))?.[0];
  if (/^\s*-\w+:/.test(source.slice(line, end))) {
    const dash = source.indexOf('-', line);
    return { kind: 'syntax', start: dash, end, message: 'a blank is missing after the dash' };
  }
  if (tab !== undefined) return { kind: 'tabs', start: line + tab.length - 1, end: line + tab.length, message: '' };
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY' && !error.message.startsWith('A block')) return nested(source, start, end);
  const words = wordsOf(error, source.charAt(start));
  return words && { kind: 'syntax', start, end: Math.max(end, start + 1), ...words };
}

function wordsOf({ code, message }: ParseError, character: string): Pick<Stumble, 'message' | 'hint'> | undefined {
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BAD_INDENT':
      return ASTRAY;
    case 'MULTILINE_IMPLICIT_KEY':
      return COLON;
    case 'MISSING_CHAR':
      if (message.startsWith('Sequence item')) return ASTRAY;
      return message.startsWith('Implicit map keys') ? COLON : undefined;
    case 'BAD_SCALAR_START':
      return { message: `a value cannot begin with ${character}`, hint: 'put it in quotes' };
    case 'UNEXPECTED_TOKEN':
      return message.endsWith('at node end') ? { message: 'the value has ended before this', hint: 'put all of it in quotes' } : undefined;
    default:
      return undefined;
  }
}

const COLON = { message: 'a colon is missing after the key' };
const ASTRAY = { message: 'the indentation fits nothing above', hint: 'indent it as what it belongs beside' };

/** A key in a value: one that needs quotes, or the next line's. */
function nested(source: string, start: number, end: number): Stumble {
  const text = source.slice(start, end);
  if (/:\s/.test(text)) {
    const message = 'a value that holds a colon and a blank needs quotes';
    return { kind: 'syntax', start, end, message, hint: text.includes('"') ? undefined : `write "${text}"` };
  }
  const below = end + (/^.*\r?\n\s*/.exec(source.slice(end))?.[0].length ?? 0);
  const message = 'this line stands deeper than the key above, and does not belong to its value';
  return { kind: 'syntax', start: below, end: lineEnd(source, below), message, hint: 'indent both alike' };
}

/** Where the line ends, without blanks and a comment behind its text. */
function lineEnd(source: string, from: number): number {
  const found = source.indexOf('\n', from);
  const text = source.slice(from, found < 0 ? undefined : found);
  return from + text.replace(/\s+(#.*)?$/, '').length;
}
