// The nodes that the parser makes, as far as we look into them.

export interface RawNode {
  readonly typename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly [field: string]: unknown;
}

export const isRaw = (node: unknown): node is RawNode => typeof node === 'object' && node !== null && 'typename' in node;

export const children = (node: RawNode) => node.children as readonly RawNode[];
