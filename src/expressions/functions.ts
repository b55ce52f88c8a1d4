// What a filter or a test is: its parameters as they are written, what it is for, an example, and what it does.

/** Arguments by name, with what is left out filled in; those of `*name` are a list. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A filter or test that another one puts its items through: `map('upper')`. */
export interface Each {
  readonly takesUndefined: boolean;
  readonly apply: (item: unknown) => unknown;
}

export interface Parameter {
  readonly name: string;
  /** `rest`: all positional ones from here on; `named`: by its name only */
  readonly kind: 'required' | 'optional' | 'rest' | 'named';
  readonly default: unknown;
}

/** What is written of a filter or test beside its name. */
interface Told<Result> {
  /** as in Python: `old, new, count=-1`; `name?` may be left out and has no default; what follows `*name` is given by its name */
  readonly takes?: string;
  readonly says: string;
  /** an expression that needs no names */
  readonly example: string;
  /** other names for it */
  readonly also?: readonly string[];
  /** an undefined value is no error for it */
  readonly takesUndefined?: true;
  /** its parameter `filter` or `test` names one that is put on each item, with the arguments that follow */
  readonly each?: 'filter' | 'test';
  /** the value, its arguments, and what `each` names; undefined where nothing is named */
  readonly apply: (value: unknown, args: Arguments, each: Each | undefined) => Result;
}

export interface Callable<Result> extends Told<Result> {
  readonly name: string;
  readonly takes: string;
  readonly parameters: readonly Parameter[];
}

/** By name and by other names. */
export type Callables<Result> = ReadonlyMap<string, Callable<Result>>;

export function callables<Result>(...tables: readonly Readonly<Record<string, Told<Result>>>[]): Callables<Result> {
  const found = new Map<string, Callable<Result>>();
  for (const [name, told] of tables.flatMap((table) => Object.entries(table))) {
    const callable = { takes: '', ...told, name, parameters: parametersOf(told.takes ?? '') };
    for (const word of [name, ...(told.also ?? [])]) found.set(word, callable);
  }
  return found;
}

/** "x | join(d='', attribute?)", "x is defined". */
export function usageOf(kind: 'filter' | 'test', { name, takes }: Callable<unknown>): string {
  return `x ${kind === 'filter' ? '|' : 'is'} ${name}${takes === '' ? '' : `(${takes})`}`;
}

const DEFAULTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['none', null],
]);

function parametersOf(takes: string): readonly Parameter[] {
  let isNamed = false;
  return takes
    .split(', ')
    .filter((word) => word !== '')
    .map((word): Parameter => {
      const [, star, name = '', mark, value = ''] = /^(\*?)(\w+)(\?|=(.*))?$/.exec(word) ?? [];
      const wasNamed = isNamed;
      if (star) isNamed = true;
      const kind = star ? 'rest' : wasNamed ? 'named' : mark ? 'optional' : 'required';
      return { name, kind, default: mark === '?' || mark === undefined ? undefined : defaultOf(value) };
    });
}

function defaultOf(written: string): unknown {
  if (DEFAULTS.has(written)) return DEFAULTS.get(written);
  return written.startsWith("'") ? written.slice(1, -1) : Number(written);
}
