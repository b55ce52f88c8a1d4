// What of a broken YAML text can still be read: the smallest part that holds the fault is blanked out, and the rest keeps its places.
// Goes by lines and their indentation, for a parser that has stumbled cannot say any more where the broken part ends.
import { firstStumble, type ParseError, type Stumble } from './stumble.ts';

/** Offsets of the text that was blanked out. `mark`: where MARK stands for the value that was there; undefined: nothing does. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly mark: number | undefined;
}

/** A plain scalar that nobody writes. */
const MARK = '\uE000';

/** What is taken away, from little to much: the value of the line's key, the list item, the lines of the item, the line. */
const LEVELS = [valueAt, itemAt, linesAt, lineAt] as const;

/** With more faults than this a text is given up, and after so many characters were parsed anew. */
const MOST_STUMBLES = 30;
const MOST_PARSED = 2_000_000;

/** What a parser makes of a text. */
interface Parsed {
  readonly errors: readonly ParseError[];
  readonly contents: unknown;
}

interface Mended<Result> {
  /** of the text without the cuts */
  readonly parsed: Result;
  readonly stumbles: readonly Stumble[];
  readonly cuts: readonly Cut[];
  /** what is left is no YAML either */
  readonly isHopeless: boolean;
}

/** Takes away what is broken, one part after the other, until the rest can be parsed: a broken step hides nothing of the next one. */
export function mend<Result extends Parsed>(source: string, parse: (text: string) => Result): Mended<Result> {
  const taken: { readonly at: number; level: number; cut: Cut }[] = [];
  const stumbles: Stumble[] = [];
  const rounds = 1 + MOST_PARSED / Math.max(1, source.length);
  for (let text = source, round = 1; ; round++) {
    const parsed = parse(text);
    const stumble = firstStumble(parsed.errors, text, parsed.contents);
    const cuts = taken.map(({ cut }) => cut);
    if (!stumble || stumbles.length > MOST_STUMBLES || round > rounds) return { parsed, stumbles, cuts, isHopeless: stumble !== undefined };
    const again = taken.find(({ at, cut }) => at === stumble.start || (cut.start <= stumble.start && stumble.start <= cut.end + 1));
    const at = again?.at ?? stumble.bracket ?? stumble.start;
    const next = cutAt(text, at, again ? again.level + 1 : 0);
    if (!again) stumbles.push(stumble);
    if (!next) return { parsed, stumbles, cuts, isHopeless: true };
    if (again) Object.assign(again, { level: again.level + 1, cut: { ...next, end: Math.max(next.end, again.cut.end) } });
    else taken.push({ at, level: 0, cut: next });
    text = blank(text, next);
  }
}

/** What to take away for a fault at `offset`; every level takes more, from 0 on. undefined: there is no such level. */
function cutAt(source: string, offset: number, level: number): Cut | undefined {
  for (const take of LEVELS.slice(level)) {
    const cut = take(source, offset);
    if (cut) return cut;
  }
  return undefined;
}

/** The text with this part blanked out: as long as it was, and with the same line breaks. */
function blank(source: string, { start, end, mark }: Cut): string {
  const blanks = source.slice(start, end).replace(/[^\r\n]/g, ' ');
  const text = mark === undefined ? blanks : blanks.slice(0, mark - start) + MARK + blanks.slice(mark - start + 1);
  return source.slice(0, start) + text + source.slice(end);
}

interface Line {
  readonly start: number;
  /** of the line break, or of the text */
  readonly end: number;
  readonly text: string;
  /** the column of the first character that is no blank; a tab goes to the next multiple of eight */
  readonly indent: number;
  /** where in `text` dashes begin list items, also one that lacks the blank after it */
  readonly dashes: readonly number[];
  readonly isEmpty: boolean;
}

function readLine(source: string, at: number): Line {
  const start = at === 0 ? 0 : source.lastIndexOf('\n', at - 1) + 1;
  const found = source.indexOf('\n', at);
  const end = found < 0 ? source.length : found;
  const text = source.slice(start, end);
  const [blanks = ''] = /^[ \t]*/.exec(text)!;
  const [dashes = ''] = /^(?:-(?:[ \t]+|\r?$|(?=[\w"']+:)))*/.exec(text.slice(blanks.length))!;
  return {
    start,
    end,
    text,
    indent: [...blanks].reduce((column, character) => (character === '\t' ? column + 8 - (column % 8) : column + 1), 0),
    dashes: [...dashes.matchAll(/-/g)].map(({ index }) => blanks.length + index),
    isEmpty: /^\s*(#.*)?$/.test(text),
  };
}

const KEY = /^[ \t]*(?:-[ \t]+)*(?:"[^"]*"|'[^']*'|[^\s#"'{}[\],&*!|>%@`-][^:#]*?)[ \t]*:[ \t]+/;

/** The value of the key on the line of `offset`, with the lines below that stand deeper than the key. */
function valueAt(source: string, offset: number): Cut | undefined {
  const line = readLine(source, offset);
  const before = KEY.exec(line.text)?.[0];
  if (before === undefined) return undefined;
  const start = line.start + before.length;
  if (offset < start || start >= line.end) return undefined;
  const dash = line.dashes.at(-1);
  const key = dash === undefined ? line.indent : dash + 1 + /^[ \t]*/.exec(line.text.slice(dash + 1))![0].length;
  return { start, end: endOf(source, line, key), mark: start };
}

/** The content of the innermost list item around `offset`; where there is none, what stands below the outermost key. */
function itemAt(source: string, offset: number): Cut | undefined {
  const head = headOf(source, offset);
  const dash = head.dashes.at(-1);
  const start = dash === undefined ? head.end : head.start + dash + 1;
  const end = endOf(source, head, dash ?? head.indent);
  const first = start + source.slice(start, end).search(/\S/);
  if (first < start || (dash === undefined && !/:\s*$/.test(head.text))) return undefined;
  return { start, end, mark: Math.max(first, dash === undefined ? first : start + 1) };
}

/** The same with the dash or the key. */
function linesAt(source: string, offset: number): Cut {
  const head = headOf(source, offset);
  return { start: head.start, end: endOf(source, head, head.indent), mark: undefined };
}

function lineAt(source: string, offset: number): Cut {
  const { start, end } = readLine(source, offset);
  return { start, end, mark: undefined };
}

/** The line that begins the innermost list item around `offset`, or the outermost key. */
function headOf(source: string, offset: number): Line {
  let line = readLine(source, offset);
  let head = line;
  let limit = head.isEmpty ? Number.POSITIVE_INFINITY : head.indent;
  while (head.dashes.length === 0 && line.start > 0) {
    line = readLine(source, line.start - 1);
    if (line.isEmpty || line.indent >= limit) continue;
    head = line;
    limit = line.indent;
  }
  return head;
}

/** Where the lines that stand deeper than `column` end, after `line`. A line of closing brackets alone goes with them, the next item by a hair does not. */
function endOf(source: string, line: Line, column: number): number {
  let { end } = line;
  for (let at = line.end; at < source.length; ) {
    const next = readLine(source, at + 1);
    const isOutside = next.indent <= column + (line.dashes.length > 0 && next.dashes.length > 0 ? 1 : 0);
    if (!next.isEmpty && isOutside && !/^[ \t]*[\]}][\]}, \t\r]*$/.test(next.text)) break;
    if (!next.isEmpty) end = next.end; // empty lines and comments behind it are nobody's
    at = next.end;
  }
  return end;
}
