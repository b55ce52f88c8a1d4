// Literals as they are written. The parser's own reading of them is not Jinja's: it makes d of \d, and 777 of 0777.
import { ExpressionError } from './error.ts';

/** Where the quote is that closes the one at `from`; the length of the text where none does. */
export function endOfQuotes(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === text[from]) return i;
  }
  return text.length;
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(N\{|[xuU])|(\r?\n)|([\s\S]))/g;

/** Python has some more of them, control characters that nobody wants: \b and \1 mean something else to a pattern, and keep their backslash. */
const MEANT: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** The text that stands in quotes at `start` of the source, nearly as Python reads it: what is no escape keeps its backslash. `at` is added to places. */
export function readText(source: string, start: number, at: number): string {
  const inside = source.slice(start + 1, endOfQuotes(source, start));
  const value = inside.replaceAll(ESCAPE, (all, x, u, long, wrong, line, other, index: number) => {
    const code = x ?? u ?? long;
    const place = { start: at + start + 1 + index, end: at + start + 1 + index + all.length };
    if (wrong !== undefined) throw new ExpressionError(`${all} begins an escape that is not complete`, place, 'write the backslash twice');
    if (code !== undefined) return characterOf(Number.parseInt(code, 16), place);
    if (line !== undefined) return '';
    return MEANT[other] ?? (/["'\\]/.test(other) ? other : all);
  });
  if (!value.isWellFormed()) throw new ExpressionError('an escape stands for half a character', { start: at + start, end: at + start + 1 });
  return value;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function characterOf(code: number, place: Span): string {
  if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
  throw new ExpressionError('there is no such character', place);
}

/** Throws for a number that would not be what it looks like. */
export function checkNumber(source: string, start: number, at: number): void {
  const written = /^\d[\d.]*/.exec(source.slice(start, start + 400))?.[0] ?? '';
  const place = { start: at + start, end: at + start + written.length };
  if (/^0\d/.test(written)) throw new ExpressionError(`${written} is no number`, place, `write ${Number(written)}, or put it in quotes`);
  if (/^\d+$/.test(written) && !Number.isSafeInteger(Number(written)))
    throw new ExpressionError(`${written} is too large to be kept exactly`, place, 'put it in quotes');
}
