// Our own tree of what the parser read.
import { type Calls, hintForCall, readFilter } from './calls.ts';
import { isInfix, readChain } from './chain.ts';
import { ExpressionError } from './error.ts';
import { checkNumber, readText } from './literal.ts';
import type { Node } from './node.ts';
import { children, isRaw, type RawNode } from './raw.ts';

/** The text that was parsed: it begins at offset `at` of its string; `offsetOf` gives a parser's place as an offset in the text. */
export interface Source {
  readonly text: string;
  readonly at: number;
  readonly offsetOf: (line: number, column: number) => number;
}

/** More of the tree than this below one node is taken for an attack: whoever walks it does so recursively. */
const DEEPEST = 200;

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Throws an ExpressionError for what the parser lets through and the language does not have. */
export function toTree(raw: unknown, source: Source): Node {
  return new Reader(source).read(raw);
}

type Fail = (message: string, hint?: string, length?: number) => never;

class Reader implements Calls {
  readonly #source: Source;
  #depth = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  read(raw: unknown): Node {
    if (!isRaw(raw)) throw new ExpressionError('an expression is missing here', { start: this.#source.at, end: this.#source.at + 1 });
    if (++this.#depth > DEEPEST) throw new ExpressionError('the expression is nested too deeply', this.place(raw));
    const node = isInfix(raw) ? readChain(raw, this) : this.#single(raw);
    this.#depth--;
    return node;
  }

  place({ lineno, colno }: RawNode, length = 1): { start: number; end: number } {
    const start = this.#source.at + this.#source.offsetOf(lineno, colno);
    return { start, end: start + length };
  }

  #single(raw: RawNode): Node {
    const at = this.place(raw);
    const fail: Fail = (message, hint, length = 1) => {
      throw new ExpressionError(message, this.place(raw, length), hint);
    };
    switch (raw.typename) {
      case 'Literal':
        return this.#literal(raw, fail);
      case 'Symbol':
        return this.#name(raw, fail);
      case 'Group': {
        const items = children(raw).map((item) => this.read(item));
        if (items.length === 0) return fail('nothing stands between the parentheses', undefined, 2);
        return items.length === 1 ? items[0]! : { kind: 'list', items, ...at };
      }
      case 'Array':
        return { kind: 'list', items: children(raw).map((item) => this.read(item)), ...at };
      case 'Dict':
        return { kind: 'map', entries: children(raw).map((pair) => [this.read(pair.key), this.read(pair.value)] as const), ...at };
      case 'LookupVal':
        return this.#lookup(raw);
      case 'FunCall':
        throw new ExpressionError('functions cannot be called in an expression', at, hintForCall(raw));
      case 'Filter':
        return readFilter(raw, this);
      case 'Not':
        return { kind: 'not', operand: this.read(raw.target), ...at };
      case 'Neg':
        return { kind: 'negative', operand: this.read(raw.target), ...at };
      case 'Pos':
        return { kind: 'positive', operand: this.read(raw.target), ...at };
      case 'And':
      case 'Or':
        return { kind: raw.typename === 'And' ? 'and' : 'or', left: this.read(raw.left), right: this.read(raw.right), ...at };
      case 'InlineIf':
        if (!raw.else_) return fail('an inline if needs an else', 'write: a if condition else b');
        return { kind: 'if', condition: this.read(raw.cond), yes: this.read(raw.body), no: this.read(raw.else_), ...at };
      default:
        return fail('this is not supported in an expression');
    }
  }

  #literal(raw: RawNode, fail: Fail): Node {
    const { text, at } = this.#source;
    const { value } = raw;
    if (value instanceof RegExp) return fail('a pattern between slashes is not supported', 'write it as text in quotes', 2);
    const place = this.place(raw);
    if (typeof value === 'number') checkNumber(text, place.start - at, at);
    const read = typeof value === 'string' ? readText(text, place.start - at, at) : value;
    return { kind: 'literal', value: read as string | number | boolean | null, ...place };
  }

  #name(raw: RawNode, fail: Fail): Node {
    const name = String(raw.value);
    const place = this.place(raw, name.length);
    if (CONSTANTS.has(name)) return { kind: 'literal', value: CONSTANTS.get(name)!, ...place };
    if (!/^[A-Za-z_]\w*$/.test(name)) return fail(`"${name}" is not a name`, undefined, name.length);
    return { kind: 'name', name, ...place };
  }

  #lookup(raw: RawNode): Node {
    const target = this.read(raw.target);
    const { val } = raw;
    if (!isRaw(val)) throw new ExpressionError('an index is missing between the brackets', this.place(raw));
    if (val.typename !== 'Literal' || typeof val.value !== 'string') {
      return { kind: 'index', target, index: this.read(val), ...this.place(raw) };
    }
    const { start } = this.place(val);
    const isQuoted = /["']/.test(this.#source.text.charAt(start - this.#source.at));
    const name = isQuoted ? readText(this.#source.text, start - this.#source.at, this.#source.at) : val.value;
    return { kind: 'attribute', target, name, start, end: start + Math.max(1, name.length) };
  }
}
