// Chains of operators. The parser ranks some of them otherwise than Jinja: it reads a == b in c as (a == b) in c, 7 * 3 // 2 as 7 * (3 // 2) and
// a + 1 is number as (a + 1) is number. So what it read is laid out from left to right again and ranked here.
import { type Calls, readTest } from './calls.ts';
import { ExpressionError } from './error.ts';
import type { Comparison, Node, Operator } from './node.ts';
import { isRaw, type RawNode } from './raw.ts';

/** The tree of an operator and of all operators that it is chained with. Throws an ExpressionError. */
export function readChain(raw: RawNode, reader: Calls): Node {
  return new Chain(piecesOf(raw, reader), reader).compare();
}

/** A piece of a chain of operators: what stands between them, an operator, or a test behind a value. */
type Piece =
  | { readonly kind: 'operand'; readonly raw: unknown }
  | { readonly kind: 'operator'; readonly operator: string }
  | { readonly kind: 'test'; readonly raw: RawNode; readonly isNegated: boolean };

/** What stands in a chain of operators, from left to right. */
function piecesOf(raw: RawNode, reader: Calls): Piece[] {
  const pieces: Piece[] = [];
  // the left side may be as long as the text: it is not walked recursively
  const waiting: (Piece | unknown)[] = [raw];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (isPiece(next)) pieces.push(next);
    else if (!isRaw(next) || !isInfix(next)) pieces.push({ kind: 'operand', raw: next });
    else waiting.push(...partsOf(next, reader).toReversed());
  }
  return pieces;
}

const isPiece = (part: unknown): part is Piece => typeof part === 'object' && part !== null && 'kind' in part;

const OPERATORS: Readonly<Record<string, Operator>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  FloorDiv: '//',
  Mod: '%',
  Pow: '**',
  Concat: '~',
};

/** `a not in b` and `a is not b` are a Not at the place of a; one that is written before its operand stands further left. */
export function isInfix(raw: RawNode): boolean {
  if (raw.typename === 'Not' && isRaw(raw.target)) {
    const { target } = raw;
    return ['In', 'Is'].includes(target.typename) && target.lineno === raw.lineno && target.colno === raw.colno;
  }
  return raw.typename in OPERATORS || ['In', 'Is', 'Compare'].includes(raw.typename);
}

/** The sides of an operator with the operator between them. */
function partsOf(raw: RawNode, reader: Calls): (Piece | unknown)[] {
  const isNegated = raw.typename === 'Not';
  const node = isNegated ? (raw.target as RawNode) : raw;
  if (node.typename === 'Is') return [node.left, ...testParts(node.right as RawNode, isNegated, reader)];
  if (node.typename === 'In') return [node.left, operatorPiece(isNegated ? 'not in' : 'in'), node.right];
  if (node.typename !== 'Compare') return [node.left, operatorPiece(OPERATORS[node.typename]!), node.right];
  const rest = (node.ops as readonly RawNode[]).flatMap((operand) => {
    const operator = String(operand.type);
    if (operator.length === 3)
      throw new ExpressionError(`there is no operator ${operator}`, reader.place(operand, 3), `write ${operator.slice(0, 2)}`);
    return [operatorPiece(operator), operand.expr];
  });
  return [node.expr, ...rest];
}

const operatorPiece = (operator: string): Piece => ({ kind: 'operator', operator });

/** A test binds tighter than any operator, but the parser takes what follows it for its right side: `a is defined == b`. */
function testParts(right: RawNode, isNegated: boolean, reader: Calls): (Piece | unknown)[] {
  if (!isInfix(right)) return [{ kind: 'test', raw: right, isNegated } satisfies Piece];
  const [first, ...rest] = partsOf(right, reader);
  return [...testParts(first as RawNode, isNegated, reader), ...rest];
}

/** Jinja itself is not sure of -2 ** 2: with a name in place of the 2 it means (-a) ** 2, with a number -(2 ** 2). */
const hasSign = (piece: Piece | undefined) => piece?.kind === 'operand' && isRaw(piece.raw) && ['Neg', 'Pos'].includes(piece.raw.typename);

/** So many operators of one rank make a tree that deep. */
const LONGEST = 200;

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in']);

/** Operators from the loosest to the tightest rank below comparisons. */
const RANKS: readonly ReadonlySet<string>[] = [new Set(['+', '-']), new Set(['~']), new Set(['*', '/', '//', '%']), new Set(['**'])];

/** A chain of operators by Jinja's ranks; those of one rank are read from the left. */
class Chain {
  readonly #pieces: readonly Piece[];
  readonly #reader: Calls;
  #next = 0;

  constructor(pieces: readonly Piece[], reader: Calls) {
    this.#pieces = pieces;
    this.#reader = reader;
  }

  compare(): Node {
    const first = this.#ranked(0);
    const rest: Comparison[] = [];
    for (let operator = this.#operator(COMPARISONS); operator !== undefined; operator = this.#operator(COMPARISONS)) {
      rest.push({ operator, operand: this.#ranked(0) });
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest, start: first.start, end: first.start + 1 };
  }

  #ranked(rank: number): Node {
    const operators = RANKS[rank];
    if (!operators) return this.#tested();
    const first = this.#pieces[this.#next];
    let left = this.#ranked(rank + 1);
    let length = 0;
    for (let operator = this.#operator(operators); operator !== undefined; operator = this.#operator(operators)) {
      if (++length > LONGEST) throw new ExpressionError('the expression is nested too deeply', left);
      if (operator === '**' && length === 1 && hasSign(first))
        throw new ExpressionError('a sign before a power can mean two things', left, 'write (-a) ** b, or -(a ** b)');
      const { start } = left;
      left = { kind: 'operation', operator: operator as Operator, left, right: this.#ranked(rank + 1), start, end: start + 1 };
    }
    return left;
  }

  #tested(): Node {
    const piece = this.#pieces[this.#next++] as Extract<Piece, { kind: 'operand' }>;
    let node = this.#reader.read(piece.raw);
    for (let next = this.#pieces[this.#next]; next?.kind === 'test'; next = this.#pieces[++this.#next]) {
      const test = readTest(node, next.raw, this.#reader);
      node = next.isNegated ? { kind: 'not', operand: test, start: node.start, end: node.start + 1 } : test;
    }
    return node;
  }

  /** The next operator if it is one of these; undefined, and nothing is passed over, if not. */
  #operator(wanted: ReadonlySet<string>): string | undefined {
    const piece = this.#pieces[this.#next];
    if (piece?.kind !== 'operator' || !wanted.has(piece.operator)) return undefined;
    this.#next++;
    return piece.operator;
  }
}
