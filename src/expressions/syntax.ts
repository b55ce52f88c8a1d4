// Our own small syntax tree of an expression, made from what the parser read. What is not listed here does not exist in the language.

import { didYouMean } from '../base/nearest.ts';
import { FILTERS, TESTS } from './filters.ts';

/** `start` and `end` are offsets in the string that holds the expression. */
export type Node = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly target: Node; readonly name: string }
  | { readonly kind: 'index'; readonly target: Node; readonly index: Node }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Node, Node])[] }
  | { readonly kind: 'not' | 'negative' | 'positive'; readonly operand: Node }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'compare'; readonly first: Node; readonly rest: readonly { readonly operator: string; readonly operand: Node }[] }
  | { readonly kind: 'if'; readonly condition: Node; readonly yes: Node; readonly no: Node }
  | { readonly kind: 'filter' | 'test'; readonly name: string; readonly target: Node; readonly args: readonly (Node | undefined)[] }
);

export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '~' | 'in';

/** What is wrong with the text of an expression or template, and where in the string. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly start: number;
  readonly end: number;
  readonly hint: string | undefined;
  constructor(message: string, start: number, end: number, hint?: string) {
    super(message);
    this.start = start;
    this.end = Math.max(end, start + 1);
    this.hint = hint;
  }
}

/** A node of the parser, as far as we look into it. */
export interface RawNode {
  readonly typename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly [field: string]: unknown;
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  FloorDiv: '//',
  Mod: '%',
  Pow: '**',
  Concat: '~',
  In: 'in',
};

/** Operators of one rank, which the parser ranks one above the other: read by it, 7 * 3 // 2 would be 7 * (3 // 2). */
const RANKS = [
  ['Add', 'Sub'],
  ['Mul', 'Div', 'FloorDiv', 'Mod'],
];

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Throws an ExpressionError for what the parser lets through and the language does not have. */
export function toTree(raw: unknown, offsetOf: (line: number, column: number) => number): Node {
  const read = (node: unknown): Node => {
    if (!isRaw(node)) throw new ExpressionError('an expression is missing here', 0, 1);
    const start = offsetOf(node.lineno, node.colno);
    const at = { start, end: start + 1 };
    const fail = (message: string, hint?: string, length = 1): never => {
      throw new ExpressionError(message, start, start + length, hint);
    };
    switch (node.typename) {
      case 'Literal':
        if (node.value instanceof RegExp) return fail('a pattern between slashes is not supported', 'write it as text in quotes', 2);
        return { kind: 'literal', value: node.value as string | number | boolean | null, ...at };
      case 'Symbol': {
        const name = String(node.value);
        const end = start + name.length;
        if (CONSTANTS.has(name)) return { kind: 'literal', value: CONSTANTS.get(name)!, start, end };
        if (!/^[A-Za-z_]\w*$/.test(name)) return fail(`"${name}" is not a name`, undefined, name.length);
        return { kind: 'name', name, start, end };
      }
      case 'Group': {
        const items = children(node).map(read);
        if (items.length === 0) return fail('nothing stands between the parentheses', undefined, 2);
        return items.length === 1 ? items[0]! : { kind: 'list', items, ...at };
      }
      case 'Array':
        return { kind: 'list', items: children(node).map(read), ...at };
      case 'Dict':
        return { kind: 'map', entries: children(node).map((pair) => [read(pair.key), read(pair.value)] as const), ...at };
      case 'LookupVal':
        return readLookup(node, at);
      case 'FunCall':
        return readCall(node, fail);
      case 'Filter':
        return readFilter(node, at);
      case 'Is':
        return readTest(node);
      case 'Not':
        return { kind: 'not', operand: read(node.target), ...at };
      case 'Neg':
        return { kind: 'negative', operand: read(node.target), ...at };
      case 'Pos':
        return { kind: 'positive', operand: read(node.target), ...at };
      case 'And':
        return { kind: 'and', left: read(node.left), right: read(node.right), ...at };
      case 'Or':
        return { kind: 'or', left: read(node.left), right: read(node.right), ...at };
      case 'InlineIf':
        if (!node.else_) return fail('an inline if needs an else', 'write: a if condition else b');
        return { kind: 'if', condition: read(node.cond), yes: read(node.body), no: read(node.else_), ...at };
      case 'Compare':
        return readCompare(node, at);
      default:
        return readOperation(node, fail);
    }
  };

  const readLookup = (node: RawNode, at: { start: number; end: number }): Node => {
    const target = read(node.target);
    if (!isRaw(node.val)) throw new ExpressionError('an index is missing between the brackets', at.start, at.end);
    const start = offsetOf(node.val.lineno, node.val.colno);
    const { value } = node.val;
    if (node.val.typename !== 'Literal' || typeof value !== 'string') return { kind: 'index', target, index: read(node.val), ...at };
    return { kind: 'attribute', target, name: value, start, end: start + Math.max(1, value.length) };
  };

  const readCall = (node: RawNode, fail: (message: string, hint?: string) => never): Node => {
    const called = isRaw(node.name) ? String(node.name.value ?? (isRaw(node.name.val) ? node.name.val.value : '')) : '';
    const hint = FILTERS.has(called) ? `write a filter: … | ${called}` : TESTS.has(called) ? `write a test: … is ${called}(…)` : undefined;
    return fail('functions cannot be called in an expression', hint);
  };

  const readFilter = (node: RawNode, at: { start: number; end: number }): Node => {
    const name = String((node.name as RawNode).value);
    const [target, ...rest] = children(node.args as RawNode);
    const end = at.start + name.length;
    const filter = FILTERS.get(name);
    if (!filter) throw new ExpressionError(`there is no filter ${name}`, at.start, end, didYouMean(name, FILTERS.keys()));
    const args = readArguments(rest, `the filter ${name}`, filter, { start: at.start, end });
    return { kind: 'filter', name, target: read(target), args, start: at.start, end };
  };

  const readTest = (node: RawNode): Node => {
    const right = node.right as RawNode;
    const call = right.typename === 'FunCall' ? right : undefined;
    const named = (call ? call.name : right) as RawNode;
    const start = offsetOf(named.lineno, named.colno);
    const name = named.typename === 'Literal' ? (named.value === null ? 'none' : String(named.value)) : String(named.value);
    const test = TESTS.get(name);
    const at = { start, end: start + name.length };
    if (!['Symbol', 'Literal'].includes(named.typename)) {
      throw new ExpressionError('a test is a name, as in: x is defined', start, start + 1, 'put the comparison in parentheses');
    }
    if (!test) throw new ExpressionError(`there is no test ${name}`, at.start, at.end, didYouMean(name, TESTS.keys()));
    const args = readArguments(call ? children(call.args as RawNode) : [], `the test ${name}`, test, at);
    if (name === 'version' && args[0]?.kind === 'literal' && typeof args[0].value !== 'string') {
      throw new ExpressionError('a version must be text', args[0].start, args[0].end, 'put it in quotes');
    }
    return { kind: 'test', name, target: read(node.left), args, ...at };
  };

  const readArguments = (
    raws: readonly RawNode[],
    what: string,
    { parameters, required }: { readonly parameters: readonly string[]; readonly required: number },
    at: { start: number; end: number },
  ): (Node | undefined)[] => {
    const args: (Node | undefined)[] = [];
    for (const raw of raws) {
      if (raw.typename !== 'KeywordArgs') args.push(read(raw));
      else {
        for (const pair of children(raw)) {
          const name = String((pair.key as RawNode).value);
          const index = parameters.indexOf(name);
          if (index < 0) throw new ExpressionError(`${what} has no parameter ${name}`, at.start, at.end, didYouMean(name, parameters));
          args[index] = read(pair.value);
        }
      }
    }
    if (args.length > parameters.length)
      throw new ExpressionError(`${what} takes at most ${parameters.length} arguments`, at.start, at.end);
    for (let i = 0; i < required; i++) {
      if (!args[i]) throw new ExpressionError(`${what} needs its argument ${parameters[i]}`, at.start, at.end);
    }
    return Array.from(args);
  };

  const readCompare = (node: RawNode, at: { start: number; end: number }): Node => {
    const rest = (node.ops as readonly RawNode[]).map((operand) => {
      const operator = String(operand.type);
      const start = offsetOf(operand.lineno, operand.colno);
      if (operator.length === 3)
        throw new ExpressionError(`there is no operator ${operator}`, start, start + 3, `write ${operator.slice(0, 2)}`);
      return { operator, operand: read(operand.expr) };
    });
    return { kind: 'compare', first: read(node.expr), rest, ...at };
  };

  /** Operators of one rank are read from the left, as Jinja does. */
  const readOperation = (node: RawNode, fail: (message: string) => never): Node => {
    const operator = OPERATORS[node.typename];
    if (!operator) return fail('this is not supported in an expression');
    const rank = RANKS.find((names) => names.includes(node.typename)) ?? [node.typename];
    const [first, ...rest] = flatten(node, rank);
    return rest.reduce<Node>(
      (left, { operator, raw }) => ({ kind: 'operation', operator, left, right: read(raw), start: left.start, end: left.start + 1 }),
      read(first!.raw),
    );
  };

  return read(raw);
}

interface Operand {
  readonly operator: Operator;
  readonly raw: unknown;
}

/** The operands of a chain in the order of the text, each with the operator before it. */
function flatten(raw: unknown, rank: readonly string[], before: Operator = '+'): Operand[] {
  if (!isRaw(raw) || !rank.includes(raw.typename)) return [{ operator: before, raw }];
  return [...flatten(raw.left, rank, before), ...flatten(raw.right, rank, OPERATORS[raw.typename])];
}

const isRaw = (node: unknown): node is RawNode => typeof node === 'object' && node !== null && 'typename' in node;

const children = (node: RawNode) => node.children as readonly RawNode[];
