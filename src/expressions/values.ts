// Plain data as expressions see it: what is true, equal, contained, how it is written into a text, and how much of it there is.
import { TaskError } from '../base/errors.ts';

/** A map of plain data. Its keys are its own: nothing is inherited. */
export type PlainMap = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is PlainMap => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** What counts as true for `not`, `and`, `or` and `if`: as in Python, nothing empty and no zero. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Plain data of the same content. A number and its text are not equal, nor are true and 1. */
export function equals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equals(item, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key]));
}

/** `value in container`: an item of a list, a part of a text, a key of a map. */
export function contains(container: unknown, value: unknown): boolean {
  if (typeof container === 'string') return container.includes(text(value));
  if (Array.isArray(container)) return container.some((item) => equals(item, value));
  return Object.hasOwn(map(container), text(value));
}

/** The same for equal values, and another one for others. */
export function identity(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(identity).join()}]`;
  if (!isMap(value)) return JSON.stringify(value) ?? 'undefined';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${identity(value[key])}`).join()}}`;
}

/** A value inside of a text. Lists and maps are written as JSON, true and false in lower case; none has no text. */
export function inText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) throw new TaskError('none cannot stand in a text');
  return typeof value === 'object' ? JSON.stringify(bounded(value)) : String(value);
}

/** How a message names a value. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null && new Sizes().of(value) > 10_000)
    return Array.isArray(value) ? 'a long list' : 'a large map';
  const json = JSON.stringify(typeof value === 'string' ? value.slice(0, 60) : value) ?? 'nothing';
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TaskError(`text is needed, not ${shown(value)}`);
}

export function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TaskError(`a number is needed, not ${shown(value)}`);
}

export function wholeNumber(value: unknown): number {
  if (Number.isInteger(value)) return value as number;
  throw new TaskError(`a whole number is needed, not ${shown(value)}`);
}

export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TaskError(`a list is needed, not ${shown(value)}`);
}

export function map(value: unknown): PlainMap {
  if (isMap(value)) return value;
  throw new TaskError(`a map is needed, not ${shown(value)}`);
}

/** What `a.b` of a value is, through lists by number; undefined where there is none. */
export function attributeOf(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => {
    if (Array.isArray(part) && /^\d+$/.test(name)) return part[Number(name)];
    return isMap(part) && Object.hasOwn(part, name) ? part[name] : undefined;
  }, value);
}

/** How deep lists and maps may stand in each other. */
const DEEPEST = 200;

/** The size of a value: one for each value in it, and its texts' lengths. Throws for one that is nested too deeply. */
export class Sizes {
  readonly #known = new WeakMap<object, number>();

  of(value: unknown, depth = 0): number {
    if (typeof value === 'string') return value.length;
    if (!Array.isArray(value) && !isMap(value)) return 1;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    if (depth > DEEPEST) throw new TaskError(`more than ${DEEPEST} lists and maps stand in each other`);
    let size = 1;
    for (const [key, item] of Object.entries(value)) size += key.length + this.of(item, depth + 1);
    this.#known.set(value, size);
    return size;
  }
}

/** The largest value that is made. */
export const LARGEST = 2_000_000;

/** The value itself. Throws for one that is too large: its parts may be the same ones many times over, and nobody could write it out. */
export function bounded<Value>(value: Value): Value {
  if (new Sizes().of(value) > LARGEST) throw new TaskError('the value gets too large');
  return value;
}
