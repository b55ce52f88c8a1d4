// The value of an expression. Closed: plain data, own properties, the filters and tests there are, a budget, and no calls.
import { TaskError } from '../base/errors.ts';
import { FILTERS } from './filters.ts';
import type { Callable, Each } from './functions.ts';
import type { Call, Node } from './node.ts';
import { isOrdered, operand, operate } from './operators.ts';
import type { Expression } from './parse.ts';
import { CONSTANTS, DecidedAtRunTime, NotYet, type Scope, UndefinedName } from './scope.ts';
import { TESTS } from './tests.ts';
import { inText, isMap, isTrue, LARGEST, Sizes, shown } from './values.ts';

/** Nodes that one expression visits, and the size of all that it makes and looks through together. */
const MOST_STEPS = 10_000;
const MOST_WORK = 20_000_000;

/** Throws UndefinedName, DecidedAtRunTime, or a TaskError that says what does not fit. */
export function evaluate(expression: Expression, scope: Scope): unknown {
  const evaluator = new Evaluator(scope);
  try {
    return evaluator.defined(expression.root);
  } catch (error) {
    if (error instanceof UndefinedName) throw new UndefinedName(`${error.message}, in: ${expression.source}`, error.start);
    if (error instanceof TaskError) throw new TaskError(`${error.message}, in: ${expression.source}`, error.detail);
    throw error;
  }
}

class Evaluator {
  readonly #scope: Scope;
  readonly #sizes = new Sizes();
  #steps = 0;
  #work = 0;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  defined(node: Node): unknown {
    const value = this.#value(node);
    if (value === undefined) throw new UndefinedName('the value is not defined', node.start);
    return value;
  }

  /** undefined only from what `default` and `is defined` may be asked about. */
  #value(node: Node): unknown {
    if (++this.#steps > MOST_STEPS) throw new TaskError('the expression takes too long');
    const value = this.#evaluate(node);
    if (value instanceof NotYet) throw new DecidedAtRunTime(value.reason);
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
        return this.#member(node.target, this.defined(node.index), node);
      case 'list':
        return this.#made(node.items.map((item) => this.defined(item)));
      case 'map':
        return this.#made(Object.fromEntries(node.entries.map(([key, value]) => [inText(this.defined(key)), this.defined(value)])));
      case 'not':
        return !isTrue(this.defined(node.operand));
      case 'negative':
        return 0 - operand(this.defined(node.operand), '-');
      case 'positive':
        return operand(this.defined(node.operand), '+');
      case 'and':
      case 'or': {
        const left = this.defined(node.left);
        return isTrue(left) === (node.kind === 'and') ? this.defined(node.right) : left;
      }
      case 'operation':
        return this.#made(operate(node.operator, this.defined(node.left), this.defined(node.right)));
      case 'compare':
        return this.#compare(node);
      case 'if':
        return isTrue(this.defined(node.condition)) ? this.defined(node.yes) : this.defined(node.no);
      case 'filter':
        return this.#made(this.#call(FILTERS.get(node.name)!, node));
      case 'test':
        return this.#call(TESTS.get(node.name)!, node);
    }
  }

  #member(targetNode: Node, key: unknown, { start }: Node): unknown {
    const target = this.defined(targetNode);
    if (Array.isArray(target) && typeof key === 'number' && target.at(key) !== undefined) return target.at(key);
    if (isMap(target) && (typeof key === 'string' || typeof key === 'number') && Object.hasOwn(target, key)) return target[key] ?? null;
    const name = pathOf(targetNode);
    throw new UndefinedName(`${name}${typeof key === 'string' ? `.${key}` : `[${shown(key)}]`} is not defined`, start);
  }

  #compare({ first, rest }: Extract<Node, { kind: 'compare' }>): boolean {
    let left = this.defined(first);
    for (const { operator, operand: next } of rest) {
      const right = this.defined(next);
      this.#spend(left, right);
      if (!isOrdered(operator, left, right)) return false;
      left = right;
    }
    return true;
  }

  #call<Result>(callable: Callable<Result>, { target, ...call }: Call & { readonly target: Node }): Result | unknown {
    const value = callable.takesUndefined ? this.#optional(target) : this.defined(target);
    const isNeeded = value === undefined || call.args.some(({ parameter }) => parameter !== 'default_value');
    if (callable.name === 'default' && !isNeeded) return value; // what stands in for it may be missing then
    const args = this.#arguments(callable, call);
    const each = call.each && this.#each(callable.each!, call.each);
    this.#spend(value, ...Object.values(args));
    return callable.apply(value, args, each);
  }

  #arguments({ parameters }: Callable<unknown>, { args }: Call): Readonly<Record<string, unknown>> {
    const given = args.map(({ parameter, value }) => [parameter, this.defined(value)] as const);
    const values = parameters.map(({ name, kind, default: instead }) => {
      const own = given.filter(([parameter]) => parameter === name).map(([, value]) => value);
      return [name, kind === 'rest' ? own : own.length > 0 ? own[0] : instead] as const;
    });
    return Object.fromEntries(values);
  }

  /** Its arguments are evaluated once, for all items. */
  #each(kind: 'filter' | 'test', call: Call): Each {
    const callable: Callable<unknown> = (kind === 'filter' ? FILTERS : TESTS).get(call.name)!;
    const args = this.#arguments(callable, call);
    const each = call.each && this.#each(callable.each!, call.each);
    return {
      takesUndefined: callable.takesUndefined === true,
      apply: (item) => {
        this.#spend(item, ...Object.values(args));
        return callable.apply(item, args, each);
      },
    };
  }

  /** What may be missing is what is named: `(a + missing) is defined` is an error, for there is nothing to ask about. */
  #optional(node: Node): unknown {
    if (node.kind === 'if') return this.#optional(isTrue(this.defined(node.condition)) ? node.yes : node.no);
    if (node.kind !== 'name' && node.kind !== 'attribute' && node.kind !== 'index') return this.#value(node);
    try {
      return this.#value(node);
    } catch (error) {
      if (error instanceof UndefinedName) return undefined;
      throw error;
    }
  }

  #made<Value>(value: Value): Value {
    if (this.#sizes.of(value) > LARGEST) throw new TaskError('the value gets too large');
    this.#spend(value);
    return value;
  }

  #spend(...values: readonly unknown[]): void {
    for (const value of values) this.#work += this.#sizes.of(value);
    if (this.#work > MOST_WORK) throw new TaskError('the expression takes too long');
  }
}

/** A name as it was written, for a message. */
function pathOf(node: Node): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'attribute') return `${pathOf(node.target)}.${node.name}`;
  if (node.kind === 'index') return `${pathOf(node.target)}[…]`;
  return '(…)';
}
