// The syntax tree of an expression: our own, small, and closed. What is not listed here does not exist in the language.

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
  | { readonly kind: 'compare'; readonly first: Node; readonly rest: readonly Comparison[] }
  | { readonly kind: 'if'; readonly condition: Node; readonly yes: Node; readonly no: Node }
  | ({ readonly kind: 'filter' | 'test'; readonly target: Node } & Call)
);

export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '~';

/** One link of a chain: `a < b <= c` has two. */
export interface Comparison {
  /** == != < <= > >= in, or not in */
  readonly operator: string;
  readonly operand: Node;
}

/** A filter or test with its arguments. */
export interface Call {
  readonly name: string;
  /** several of one parameter are those of `*name` */
  readonly args: readonly { readonly parameter: string; readonly value: Node }[];
  /** what each item is put through: `map('upper')` */
  readonly each?: Call | undefined;
}

/** The nodes right below a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'not':
    case 'negative':
    case 'positive':
      return [node.operand];
    case 'and':
    case 'or':
    case 'operation':
      return [node.left, node.right];
    case 'compare':
      return [node.first, ...node.rest.map(({ operand }) => operand)];
    case 'if':
      return [node.condition, node.yes, node.no];
    case 'filter':
    case 'test':
      return [node.target, ...argumentsOf(node)];
    case 'attribute':
      return [node.target];
    case 'index':
      return [node.target, node.index];
    default:
      return [];
  }
}

function argumentsOf({ args, each }: Call): readonly Node[] {
  return [...args.map(({ value }) => value), ...(each ? argumentsOf(each) : [])];
}
