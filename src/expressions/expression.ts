// Expressions and templates: the one door to nunjucks, whose parser we use and whose renderer we do not - it can reach constructors.
// The evaluator below is closed: plain data, own properties, the filters and tests of filters.ts, a budget, and no calls.
import lexer, { type Token, type Tokenizer } from 'nunjucks/src/lexer.js';
import parser from 'nunjucks/src/parser.js';
import { TaskError } from '../base/errors.ts';
import { contains, equals, FILTERS, inText, isTrue, shown, TESTS } from './filters.ts';
import { ExpressionError, type Node, toTree } from './syntax.ts';

/** A parsed expression. `source` is its text without {{ }}; offsets of its nodes are offsets in the string it was found in. */
export interface Expression {
  readonly source: string;
  readonly root: Node;
}

/** A parsed string: text as it is, and expressions in {{ }}. */
export interface Template {
  readonly parts: readonly (string | Expression)[];
}

/** What expressions see by name. */
export type Scope = Readonly<Record<string, unknown>>;

/** A value that this run cannot know: in a plan, what a step would register. Put it in a scope; whoever touches it hears of it. */
export class NotYet {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** An expression touched a NotYet. The message is the NotYet's reason. */
export class DecidedAtRunTime extends Error {
  override readonly name = 'DecidedAtRunTime';
}

/** An expression used what is not there. `start` is the offset of the name in the string that holds the expression. */
export class UndefinedName extends TaskError {
  override readonly name = 'UndefinedName';
  readonly start: number;
  constructor(message: string, start: number) {
    super(message);
    this.start = start;
  }
}

/** Names that are always there. */
export const CONSTANTS: Scope = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Evaluating one expression visits no more nodes than this, and no text gets longer than LONGEST_TEXT characters. */
const MOST_STEPS = 10_000;
const LONGEST_TEXT = 1_000_000;
const LONGEST_EXPRESSION = 10_000;

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

/** Parses a bare expression that begins at offset `at` of its string. Throws an ExpressionError. */
export function parseExpression(source: string, at = 0): Expression {
  if (source.length > LONGEST_EXPRESSION) throw new ExpressionError('the expression is too long', at, at + source.length);
  if (source.trim() === '') throw new ExpressionError('an expression is missing here', at, at + source.length);
  checkBrackets(source, at);
  const lineStarts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offsetOf = (line: number, column: number) => at + (lineStarts[line] ?? 0) + column - (line === 0 ? START.length : 0);
  try {
    const tokens = lexer.lex(`${START}${source} ${TAGS.variableEnd}`, { tags: TAGS });
    keepBackslashes(tokens, ({ lineno, colno }) => source.slice(offsetOf(lineno, colno) - at));
    const reader = new parser.Parser(tokens);
    reader.nextToken();
    const raw = reader.parseExpression();
    const next = reader.peekToken();
    if (next?.type !== 'variable-end') {
      const start = offsetOf(next?.lineno ?? 0, next?.colno ?? 0);
      throw new ExpressionError(`unexpected ${next?.value}`, start, start + String(next?.value).length);
    }
    return { source: source.trim(), root: toTree(raw, offsetOf) };
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    throw syntaxError(error, source, at, offsetOf);
  }
}

/** `\n`, `\t`, `\r`, `\\`, `\'` and `\"` stand for one character; before any other a backslash is one itself, as in Jinja. */
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

/** The lexer drops every backslash of a text, so that the pattern '\d' would be the letter d. `from` gives the source from a token on. */
function keepBackslashes(tokens: Tokenizer, from: (token: Token) => string): void {
  const next = tokens.nextToken.bind(tokens);
  tokens.nextToken = () => {
    const token = next();
    if (token?.type !== 'string') return token;
    const [, , written = ''] = /^(['"])((?:\\[\s\S]|(?!\1)[^\\])*)/.exec(from(token)) ?? [];
    return { ...token, value: written.replace(/\\([\s\S])/g, (all, letter: string) => ESCAPED[letter] ?? all) };
  };
}

/** Parses a string with expressions in {{ }}. Throws an ExpressionError, also for {% %} and {# #}. */
export function parseTemplate(text: string): Template {
  const parts: (string | Expression)[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    checkPlain(text.slice(at, open < 0 ? undefined : open), at);
    if (open < 0) break;
    const close = endOf(text, open + 2);
    if (open > at) parts.push(text.slice(at, open));
    parts.push(parseInner(text.slice(open + 2, close), open + 2));
    at = close + 2;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return { parts };
}

/** The value of an expression. Throws UndefinedName, DecidedAtRunTime, or a TaskError that says what does not fit. */
export function evaluate(expression: Expression, scope: Scope): unknown {
  const evaluator = new Evaluator(scope);
  try {
    const value = evaluator.value(expression.root);
    if (value === undefined) throw new UndefinedName('the value is not defined', expression.root.start);
    return value;
  } catch (error) {
    if (error instanceof UndefinedName) throw new UndefinedName(`${error.message}, in: ${expression.source}`, error.start);
    if (error instanceof TaskError) throw new TaskError(`${error.message}, in: ${expression.source}`, error.detail);
    if (error instanceof RangeError) throw new TaskError(`the expression is nested too deeply: ${expression.source.slice(0, 60)}`);
    throw error;
  }
}

class Evaluator {
  readonly #scope: Scope;
  #steps = 0;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** undefined only from what `default` and `is defined` may be asked about. */
  value(node: Node): unknown {
    if (++this.#steps > MOST_STEPS) throw new TaskError('the expression takes too long');
    const value = this.#evaluate(node);
    if (value instanceof NotYet) throw new DecidedAtRunTime(value.reason);
    if (typeof value === 'string' && value.length > LONGEST_TEXT) throw new TaskError('the text gets too long');
    return value;
  }

  #evaluate(node: Node): unknown {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'name':
        if (Object.hasOwn(this.#scope, node.name)) return this.#scope[node.name] ?? null;
        if (Object.hasOwn(CONSTANTS, node.name)) return CONSTANTS[node.name];
        throw new UndefinedName(`${node.name} is not defined`, node.start);
      case 'attribute':
        return this.#member(node.target, node.name, node);
      case 'index':
        return this.#member(node.target, this.#defined(node.index), node);
      case 'list':
        return node.items.map((item) => this.#defined(item));
      case 'map':
        return Object.fromEntries(node.entries.map(([key, value]) => [inText(this.#defined(key)), this.#defined(value)]));
      case 'not':
        return !isTrue(this.#defined(node.operand));
      case 'negative':
        return -numberOf(this.#defined(node.operand), '-');
      case 'positive':
        return numberOf(this.#defined(node.operand), '+');
      case 'and':
      case 'or': {
        const left = this.#defined(node.left);
        return isTrue(left) === (node.kind === 'and') ? this.#defined(node.right) : left;
      }
      case 'operation':
        return operate(node.operator, this.#defined(node.left), this.#defined(node.right));
      case 'compare':
        return this.#compare(node);
      case 'if':
        return isTrue(this.#defined(node.condition)) ? this.#defined(node.yes) : this.#defined(node.no);
      case 'filter':
      case 'test':
        return this.#call(node);
    }
  }

  #defined(node: Node): unknown {
    const value = this.value(node);
    if (value === undefined) throw new UndefinedName('the value is not defined', node.start);
    return value;
  }

  #member(targetNode: Node, key: unknown, { start }: Node): unknown {
    const target = this.#defined(targetNode);
    if (Array.isArray(target) && typeof key === 'number' && target.at(key) !== undefined) return target.at(key);
    if (isMap(target) && (typeof key === 'string' || typeof key === 'number') && Object.hasOwn(target, key)) return target[key] ?? null;
    const name = pathOf(targetNode);
    throw new UndefinedName(`${name}${typeof key === 'string' ? `.${key}` : `[${shown(key)}]`} is not defined`, start);
  }

  #compare({ first, rest }: Extract<Node, { kind: 'compare' }>): boolean {
    let left = this.#defined(first);
    for (const { operator, operand } of rest) {
      const right = this.#defined(operand);
      if (!isOrdered(operator, left, right)) return false;
      left = right;
    }
    return true;
  }

  #call({ kind, name, target, args }: Extract<Node, { kind: 'filter' | 'test' }>): unknown {
    const takesUndefined = name === 'default' || name === 'defined' || name === 'undefined';
    const value = takesUndefined ? this.#optional(target) : this.#defined(target);
    if (name === 'default' && value === undefined) return args[0] ? this.#defined(args[0]) : '';
    const values = args.map((arg) => (arg ? this.#defined(arg) : undefined));
    return (kind === 'filter' ? FILTERS : TESTS).get(name)!.apply(value, ...values);
  }

  #optional(node: Node): unknown {
    try {
      return this.value(node);
    } catch (error) {
      if (error instanceof UndefinedName) return undefined;
      throw error;
    }
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** A name as it was written, for a message. */
function pathOf(node: Node): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'attribute') return `${pathOf(node.target)}.${node.name}`;
  if (node.kind === 'index') return `${pathOf(node.target)}[…]`;
  return '(…)';
}

function operate(operator: string, left: unknown, right: unknown): unknown {
  if (operator === 'in') return contains(right, left);
  if (operator === '~') return inText(left) + inText(right);
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (operator === '+' && Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  const result = arithmetic(operator, numberOf(left, operator), numberOf(right, operator));
  if (!Number.isFinite(result)) throw new TaskError(`${shown(left)} ${operator} ${shown(right)} is not a finite number`);
  return result;
}

function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - b * Math.floor(a / b);
    default:
      return a ** b;
  }
}

function numberOf(value: unknown, operator: string): number {
  if (typeof value === 'number') return value;
  throw new TaskError(`${operator} needs numbers, not ${shown(value)}`);
}

function isOrdered(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '==' || operator === '!=') return equals(left, right) === (operator === '==');
  if (typeof left === 'string' && typeof right === 'string' && looksLikeVersion(left) && looksLikeVersion(right)) {
    throw new TaskError(
      `${operator} compares "${left}" and "${right}" letter by letter: write ${shown(left)} is version(${shown(right)}, '${operator}')`,
    );
  }
  if (!(typeof left === 'number' && typeof right === 'number') && !(typeof left === 'string' && typeof right === 'string')) {
    throw new TaskError(`${operator} needs two numbers or two texts, not ${shown(left)} and ${shown(right)}`);
  }
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

const looksLikeVersion = (text: string) => /^v?\d+(\.\d+)+/.test(text);

function parseInner(code: string, at: number): Expression {
  if (/^-|-$/.test(code)) throw new ExpressionError('{{- and -}} are not supported', at, at + 1, 'write {{ and }}');
  if (/^\s*\./.test(code)) {
    throw new ExpressionError('an expression cannot begin with a dot', at, at + code.length, "for braces as they are, write {{ '{{' }}");
  }
  return parseExpression(code, at);
}

/** Text outside of {{ }} must not look like what Jinja has and we do not. */
function checkPlain(text: string, at: number): void {
  const block = text.indexOf('{%');
  if (block >= 0)
    throw new ExpressionError('{% %} is not supported', at + block, at + block + 2, 'use {{ a if condition else b }}, or steps with when');
  const comment = /\{#[\s\S]*?#\}/.exec(text);
  if (comment)
    throw new ExpressionError('{# #} is not supported', at + comment.index, at + comment.index + 2, 'write a comment of YAML: # …');
}

/** Where the }} is that closes what was opened before `from`; braces and quotes inside are skipped. */
function endOf(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const character = text[i]!;
    if (character === '"' || character === "'") i = endOfQuotes(text, i);
    else if (character === '{') depth++;
    else if (character === '}' && depth > 0) depth--;
    else if (character === '}' && text[i + 1] === '}') return i;
  }
  throw new ExpressionError('{{ is never closed', from - 2, from, 'add }}');
}

function endOfQuotes(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === text[from]) return i;
  }
  return text.length;
}

/** The parser lets (1] and 'abc through. */
function checkBrackets(source: string, at: number): void {
  const open: number[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (character === '"' || character === "'") {
      const end = endOfQuotes(source, i);
      if (end >= source.length) throw new ExpressionError('a quote is never closed', at + i, at + i + 1);
      i = end;
    } else if ('([{'.includes(character)) open.push(i);
    else if (')]}'.includes(character)) {
      const last = open.pop();
      if (last === undefined || source[last] !== pairs[character]) throw new ExpressionError(`unexpected ${character}`, at + i, at + i + 1);
    } else if (character < ' ' && !/\s/.test(character))
      throw new ExpressionError('a control character cannot stand here', at + i, at + i + 1);
  }
  const last = open.pop();
  if (last !== undefined) throw new ExpressionError(`${source[last]} is never closed`, at + last, at + last + 1);
}

/** The parser gives a TemplateError with a place, a TypeError where the text ends too early, or runs out of stack. */
function syntaxError(error: unknown, source: string, at: number, offsetOf: (line: number, column: number) => number): ExpressionError {
  const end = at + source.trimEnd().length;
  if (error instanceof RangeError) return new ExpressionError('the expression is nested too deeply', at, end);
  const { message, lineno, colno } = error as { message?: string; lineno?: number; colno?: number };
  if (lineno === undefined || colno === undefined) return new ExpressionError('the expression is not complete', end - 1, end);
  const start = Math.min(offsetOf(lineno - 1, colno - 1), end - 1);
  const what = /unexpected token: (\S*)/.exec(message ?? '')?.[1];
  const isEnd = what === TAGS.variableEnd || message?.includes('variable-end');
  return new ExpressionError(
    isEnd ? 'the expression is not complete' : what ? `unexpected ${what}` : 'this is not an expression',
    start,
    start + (what?.length ?? 1),
  );
}
