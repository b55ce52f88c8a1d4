// The text of an expression becomes a syntax tree. The one door to nunjucks, whose parser we use and whose renderer we do not: that can reach constructors.
import lexer from 'nunjucks/src/lexer.js';
import parser from 'nunjucks/src/parser.js';
import { remembering } from '../base/remember.ts';
import { ExpressionError } from './error.ts';
import { endOfQuotes } from './literal.ts';
import type { Node } from './node.ts';
import { toTree } from './syntax.ts';

/** A parsed expression. `source` is its text without {{ }}; offsets of its nodes are offsets in the string it was found in. */
export interface Expression {
  readonly source: string;
  readonly root: Node;
}

const LONGEST = 10_000;

/** Brackets in each other, and signs in a row: the parser goes down a level for each. */
const DEEPEST = 100;

/** Delimiters for the lexer that cannot turn up in an expression, where }} and %} can. */
const TAGS = {
  variableStart: '\u0001',
  variableEnd: '\u0002',
  blockStart: '\u0003',
  blockEnd: '\u0004',
  commentStart: '\u0005',
  commentEnd: '\u0006',
};

/** The blank keeps a minus at the beginning from being read as whitespace control. */
const START = `${TAGS.variableStart} `;

/** Texts whose trees are kept: a run renders the same ones for every host and every task. */
export const MOST_REMEMBERED = 1_000;

const parseBare = remembering((source) => parseAt(source, 0), MOST_REMEMBERED);

/** Parses a bare expression that begins at offset `at` of its string. Throws an ExpressionError. */
export function parseExpression(source: string, at = 0): Expression {
  return at === 0 ? parseBare(source) : parseAt(source, at);
}

function parseAt(source: string, at: number): Expression {
  const whole = { start: at, end: at + source.length };
  if (source.length > LONGEST) throw new ExpressionError('the expression is too long', whole);
  if (source.trim() === '') throw new ExpressionError('an expression is missing here', whole);
  const path = pathIn(source, at);
  if (path) return { source: source.trim(), root: path };
  checkSource(source, at);
  const lineStarts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offsetOf = (line: number, column: number) => (lineStarts[line] ?? 0) + column - (line === 0 ? START.length : 0);
  return { source: source.trim(), root: toTree(parse(source, at, offsetOf), { text: source, at, offsetOf }) };
}

const PATH = /^\s*[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){0,20}\s*$/;
const WORDS = /\b(?:true|false|none|null|not|and|or|in|is|if|else)\b/i;

/** A name with its attributes, which most expressions are: read without the parser, whose start alone takes longer. undefined: it is more. */
function pathIn(source: string, at: number): Node | undefined {
  if (!PATH.test(source) || WORDS.test(source)) return undefined;
  const [first = '', ...attributes] = source.trim().split('.');
  const start = at + source.search(/\S/);
  let node: Node = { kind: 'name', name: first, start, end: start + first.length };
  for (const name of attributes) node = { kind: 'attribute', target: node, name, start: node.end + 1, end: node.end + 1 + name.length };
  return node;
}

function parse(source: string, at: number, offsetOf: (line: number, column: number) => number): unknown {
  try {
    const reader = new parser.Parser(lexer.lex(`${START}${source} ${TAGS.variableEnd}`, { tags: TAGS }));
    reader.nextToken();
    const raw = reader.parseExpression();
    const next = reader.peekToken();
    if (next?.type === 'variable-end') return raw;
    const start = at + offsetOf(next?.lineno ?? 0, next?.colno ?? 0);
    throw new ExpressionError(`unexpected ${next?.value}`, { start, end: start + String(next?.value).length });
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    throw syntaxError(error, source, at, offsetOf);
  }
}

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** The parser lets (1] and 'abc through, takes (1,) for (1), and has no limits. */
function checkSource(source: string, at: number): void {
  const open: number[] = [];
  const fail = (message: string, index: number, hint?: string): never => {
    throw new ExpressionError(message, { start: at + index, end: at + index + 1 }, hint);
  };
  const mayBeDeep = source.length > DEEPEST; // of signs there are no more than characters
  let signs = 0;
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (mayBeDeep) signs = countSigns(signs, source, i);
    if (open.length > DEEPEST || signs > DEEPEST) fail('the expression is nested too deeply', i);
    if (character === '"' || character === "'") {
      const end = endOfQuotes(source, i);
      if (end >= source.length) fail('a quote is never closed', i);
      i = end;
    } else if ('([{'.includes(character)) open.push(i);
    else if (')]}'.includes(character)) {
      const last = open.pop();
      if (last === undefined || source[last] !== PAIRS[character]) fail(`unexpected ${character}`, i);
    } else if (character === ',' && /^,\s*\)/.test(source.slice(i, i + 100)))
      fail('nothing follows this comma', i, 'write a list in brackets: [1]');
    else if (character < ' ' && !/\s/.test(character)) fail('a control character cannot stand here', i);
  }
  const last = open.pop();
  if (last !== undefined) fail(`${source[last]} is never closed`, last);
}

/** Signs and `not` in a row, up to here. */
function countSigns(before: number, source: string, index: number): number {
  const character = source[index]!;
  if (character === '-' || character === '+') return before + 1;
  if (/\s/.test(character)) return before;
  if (/^not\b/.test(source.slice(index, index + 4)) && !/\w/.test(source[index - 1] ?? ' ')) return before + 1;
  return /^(?:ot|t)\b/.test(source.slice(index, index + 3)) && before > 0 ? before : 0;
}

/** The parser gives a TemplateError with a place, or a TypeError where the text ends too early. */
function syntaxError(error: unknown, source: string, at: number, offsetOf: (line: number, column: number) => number): ExpressionError {
  const end = at + source.trimEnd().length;
  const incomplete = new ExpressionError('the expression is not complete', { start: end - 1, end });
  const { message = '', lineno, colno } = error as { message?: string; lineno?: number; colno?: number };
  if (lineno === undefined || colno === undefined) return incomplete;
  const what = /unexpected token: (\S*)/.exec(message)?.[1];
  if (what === TAGS.variableEnd || message.includes('variable-end')) return incomplete;
  const start = Math.min(at + offsetOf(lineno - 1, colno - 1), end - 1);
  return new ExpressionError(what ? `unexpected ${what}` : 'this is not an expression', { start, end: start + (what?.length ?? 1) });
}
