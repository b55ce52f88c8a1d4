// Which names an expression uses, held against what is known at its place: inputs, variables, facts, and registers of earlier steps.

import { didYouMean } from '../base/nearest.ts';
import type { RuleId } from '../base/rules.ts';
import { childrenOf, type Node } from '../expressions/node.ts';
import { CONSTANTS } from '../expressions/scope.ts';
import { isClosed, namesIn, type ShapeSchema, subschemas } from './shape.ts';

/** The name that a loop gives to what it has come to. */
export const ITEM = 'item';

/** What may be used at one place. A shape with no properties may have any attribute. */
export type KnownNames = ReadonlyMap<string, ShapeSchema>;

/** One fault; `start` and `end` are offsets in the string that holds the expression. */
export interface NameFault {
  readonly rule: RuleId;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint: string | undefined;
}

export interface NamesAtPlace {
  readonly known: KnownNames;
  /** registers that are set, but not yet at this place, with the steps that set them */
  readonly later: ReadonlyMap<string, string>;
  /** false: there may be names that nobody has seen, so none is called unknown */
  readonly isComplete: boolean;
}

export interface Inspected {
  readonly faults: readonly NameFault[];
  /** what is known of the shape of the value; undefined: nothing */
  readonly shapes: readonly ShapeSchema[] | undefined;
}

export function inspect(root: Node, { known, later, isComplete }: NamesAtPlace): Inspected {
  const faults: NameFault[] = [];
  /** The shapes of a node's value; undefined: nothing is known of them. */
  const visit = (node: Node): readonly ShapeSchema[] | undefined => {
    switch (node.kind) {
      case 'name': {
        if (Object.hasOwn(CONSTANTS, node.name)) return undefined;
        const shape = known.get(node.name);
        if (shape) return [shape];
        if (isComplete || later.has(node.name)) faults.push(unknownName(node, known, later));
        return undefined;
      }
      case 'attribute':
        return member(node, node.name);
      case 'index': {
        visit(node.index);
        const key = node.index.kind === 'literal' ? node.index.value : undefined;
        if (typeof key === 'string') return member(node, key);
        const shapes = visit(node.target);
        return shapes && subschemas(shapes, 0);
      }
      default:
        // `x | default(y)` and `x is defined` too: they ask whether what is declared has a value, and a name declared nowhere is a typo
        for (const child of childrenOf(node)) visit(child);
        return undefined;
    }
  };
  const member = (node: Extract<Node, { kind: 'attribute' | 'index' }>, key: string): readonly ShapeSchema[] | undefined => {
    const shapes = visit(node.target);
    if (!shapes || shapes.length === 0 || !shapes.every(isClosed)) return shapes && nonEmpty(subschemas(shapes, key));
    const found = subschemas(shapes, key);
    if (found.length > 0) return found;
    const names = shapes.flatMap(namesIn);
    faults.push({
      rule: 'undefined-attribute',
      start: node.start,
      end: node.start + key.length,
      message: `${textOf(node.target)} has no attribute ${key}`,
      hint: didYouMean(key, names) ?? (names.length > 0 ? `it has ${names.join(', ')}` : undefined),
    });
    return undefined;
  };
  return { shapes: visit(root), faults };
}

const nonEmpty = (shapes: readonly ShapeSchema[]) => (shapes.length > 0 ? shapes : undefined);

function unknownName(node: Extract<Node, { kind: 'name' }>, known: KnownNames, later: ReadonlyMap<string, string>): NameFault {
  const at = { start: node.start, end: node.start + node.name.length };
  const setter = later.get(node.name);
  if (setter !== undefined) {
    return {
      rule: 'register-later',
      ...at,
      message: `${node.name} is not set yet`,
      hint: `it is registered by the step "${setter}", which comes later`,
    };
  }
  const hint =
    node.name === ITEM
      ? 'it is what a step with loop goes through'
      : (didYouMean(node.name, known.keys()) ?? 'declare it under inputs or vars, or register it in an earlier step');
  return { rule: 'undefined-name', ...at, message: `${node.name} is not defined`, hint };
}

/** The names that expressions of one step use, but for those that one of them asks for (`is defined`, `default`): it can do without them. */
export function neededNames(roots: readonly Node[]): ReadonlySet<string> {
  const used = new Set<string>();
  const asked = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === 'name') used.add(node.name);
    if ((node.kind === 'test' && /^(un)?defined$/.test(node.name)) || (node.kind === 'filter' && node.name === 'default')) {
      for (let target = node.target; ; target = target.target) {
        if (target.kind === 'name') asked.add(target.name);
        if (target.kind !== 'attribute' && target.kind !== 'index') break;
      }
    }
    for (const child of childrenOf(node)) visit(child);
  };
  for (const root of roots) visit(root);
  return new Set([...used].filter((name) => !asked.has(name)));
}

/** Whether an expression uses a name anywhere. */
export function usesName(root: Node, name: string): boolean {
  if (root.kind === 'name') return root.name === name;
  return childrenOf(root).some((child) => usesName(child, name));
}

function textOf(node: Node): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'attribute') return `${textOf(node.target)}.${node.name}`;
  return node.kind === 'index' ? `${textOf(node.target)}[…]` : 'the value';
}
