// The filters and tests of expressions: Jinja's and Ansible's by name and meaning, on plain data only. docs/playbook.md lists them.
import { TaskError } from '../base/errors.ts';
import { compareReleases, parseRelease } from '../base/release.ts';
import { compilePattern, findMatch, groupOf, replaceMatches } from './regex.ts';

/** The first argument of `apply` is the filtered or tested value. `parameters` are the names of the others, `required` how many must be given. */
export interface Callable<Result> {
  readonly parameters: readonly string[];
  readonly required: number;
  readonly apply: (value: unknown, ...args: readonly unknown[]) => Result;
}

function entry<Result>(parameters: string, apply: Callable<Result>['apply']): Callable<Result> {
  const names = parameters === '' ? [] : parameters.split(' ');
  return {
    parameters: names.map((name) => name.replace('?', '')),
    required: names.filter((name) => !name.endsWith('?')).length,
    apply,
  };
}

/** `default` is here for its parameters; that it takes an undefined value is the evaluator's. */
export const FILTERS: ReadonlyMap<string, Callable<unknown>> = new Map<string, Callable<unknown>>([
  ['default', entry('default_value? boolean?', (value, instead = '', boolean = false) => (boolean && !isTrue(value) ? instead : value))],
  ['basename', entry('', (value) => text(value).replace(/\/+$/, '').replace(/^.*\//, ''))],
  ['dirname', entry('', (value) => /^(.*)\/[^/]*$/.exec(text(value))?.[1]?.replace(/(?<=.)\/+$/, '') ?? '')],
  ['join', entry('separator?', (value, separator = '') => list(value).map(inText).join(text(separator)))],
  ['split', entry('separator?', (value, by) => (by === undefined ? text(value).trim().split(/\s+/) : text(value).split(text(by))))],
  ['replace', entry('old new', (value, from, to) => text(value).replaceAll(text(from), () => text(to)))],
  ['regex_search', entry('pattern group?', (value, pattern, group) => search(text(value), text(pattern), group))],
  [
    'regex_replace',
    entry('pattern replacement', (value, pattern, by) => replaceMatches(compilePattern(text(pattern)), text(value), { by: text(by) })),
  ],
  ['int', entry('default?', (value, instead) => whole(value, instead))],
  ['float', entry('default?', (value, instead) => fraction(value, instead))],
  ['bool', entry('', bool)],
  ['string', entry('', inText)],
  ['round', entry('digits? method?', round)],
  ['abs', entry('', (value) => Math.abs(number(value)))],
  ['quote', entry('', (value) => `'${text(value).replaceAll("'", `'\\''`)}'`)],
  ['to_json', entry('', (value) => JSON.stringify(value))],
  ['from_json', entry('', fromJson)],
  ['b64encode', entry('', (value) => Buffer.from(text(value)).toString('base64'))],
  ['combine', entry('other', (value, other) => Object.fromEntries([...Object.entries(map(value)), ...Object.entries(map(other))]))],
  ['length', entry('', length)],
  ['count', entry('', length)],
  ['unique', entry('', (value) => list(value).filter((item, i, all) => all.findIndex((other) => equals(item, other)) === i))],
  ['sort', entry('reverse?', (value, reverse = false) => sort(list(value), reverse === true))],
  ['reverse', entry('', (value) => (typeof value === 'string' ? [...value].reverse().join('') : [...list(value)].reverse()))],
  ['select', entry('test? argument?', (value, ...test) => list(value).filter((item) => passes(item, ...test)))],
  ['reject', entry('test? argument?', (value, ...test) => list(value).filter((item) => !passes(item, ...test)))],
  [
    'selectattr',
    entry('attribute test? argument?', (value, name, ...test) => list(value).filter((item) => passes(member(item, name), ...test))),
  ],
  [
    'rejectattr',
    entry('attribute test? argument?', (value, name, ...test) => list(value).filter((item) => !passes(member(item, name), ...test))),
  ],
  ['map', entry('filter? attribute?', mapped)],
  ['upper', entry('', (value) => text(value).toUpperCase())],
  ['lower', entry('', (value) => text(value).toLowerCase())],
  ['trim', entry('', (value) => text(value).trim())],
  ['first', entry('', (value) => nth(value, 0))],
  ['last', entry('', (value) => nth(value, -1))],
  ['min', entry('', (value) => nth(sort(list(value), false), 0))],
  ['max', entry('', (value) => nth(sort(list(value), false), -1))],
  ['sum', entry('', (value) => list(value).reduce<number>((total, item) => total + number(item), 0))],
  ['keys', entry('', (value) => Object.keys(map(value)))],
  ['list', entry('', (value) => (typeof value === 'string' ? [...value] : Array.isArray(value) ? value : Object.keys(map(value))))],
]);

/** `defined` and `undefined` are here for their names; that they take an undefined value is the evaluator's. */
export const TESTS: ReadonlyMap<string, Callable<boolean>> = new Map<string, Callable<boolean>>([
  ['defined', entry('', (value) => value !== undefined)],
  ['undefined', entry('', (value) => value === undefined)],
  ['version', entry('version operator?', (value, other, operator = '==') => compareVersions(text(value), text(other), text(operator)))],
  ['none', entry('', (value) => value === null)],
  ['string', entry('', (value) => typeof value === 'string')],
  ['number', entry('', (value) => typeof value === 'number')],
  ['integer', entry('', (value) => Number.isInteger(value))],
  ['boolean', entry('', (value) => typeof value === 'boolean')],
  ['mapping', entry('', (value) => isMap(value))],
  ['sequence', entry('', (value) => Array.isArray(value))],
  ['true', entry('', (value) => value === true)],
  ['false', entry('', (value) => value === false)],
  ['match', entry('pattern', (value, pattern) => findMatch(compilePattern(text(pattern)), text(value))?.index === 0)],
  ['search', entry('pattern', (value, pattern) => findMatch(compilePattern(text(pattern)), text(value)) !== undefined)],
  ['in', entry('list', (value, container) => contains(container, value))],
]);

/** What counts as true for `not`, `and`, `or` and `if`: as in Python, nothing empty and no zero. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Plain data of the same content. A number and its text are not equal. */
export function equals(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equals(item, b[i]));
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key]));
  }
  return a === b;
}

/** `value in container`: an item of a list, a part of a text, a key of a map. */
export function contains(container: unknown, value: unknown): boolean {
  if (typeof container === 'string') return container.includes(text(value));
  if (Array.isArray(container)) return container.some((item) => equals(item, value));
  return Object.hasOwn(map(container), text(value));
}

/** A value inside of a text. Lists and maps are written as JSON, true and false in lower case; none has no text. */
export function inText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) throw new TaskError('none cannot stand in a text');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** How a message names a value. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TaskError(`text is needed, not ${shown(value)}`);
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TaskError(`a number is needed, not ${shown(value)}`);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TaskError(`a list is needed, not ${shown(value)}`);
}

function map(value: unknown): Readonly<Record<string, unknown>> {
  if (isMap(value)) return value;
  throw new TaskError(`a map is needed, not ${shown(value)}`);
}

function member(value: unknown, name: unknown): unknown {
  const key = text(name);
  if (isMap(value) && Object.hasOwn(value, key)) return value[key];
  throw new TaskError(`${shown(value)} has no ${key}`);
}

function whole(value: unknown, instead: unknown): unknown {
  const result = typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : Number.parseFloat(numeric(value));
  if (Number.isFinite(result)) return Math.trunc(result);
  if (instead !== undefined) return instead;
  throw new TaskError(`${shown(value)} is not a number`);
}

function fraction(value: unknown, instead: unknown): unknown {
  const result = typeof value === 'number' ? value : Number.parseFloat(numeric(value));
  if (Number.isFinite(result)) return result;
  if (instead !== undefined) return instead;
  throw new TaskError(`${shown(value)} is not a number`);
}

const numeric = (value: unknown) => (typeof value === 'string' && /^\s*[-+]?\d+(\.\d*)?([eE][-+]?\d+)?\s*$/.test(value) ? value : 'none');

function bool(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(word)) return true;
  if (['false', 'no', 'off', '0'].includes(word)) return false;
  throw new TaskError(`${shown(value)} is neither true nor false`);
}

function round(value: unknown, digits: unknown = 0, method: unknown = 'common'): number {
  const factor = 10 ** number(digits);
  const scaled = number(value) * factor;
  return (method === 'ceil' ? Math.ceil(scaled) : method === 'floor' ? Math.floor(scaled) : Math.round(scaled)) / factor;
}

function fromJson(value: unknown): unknown {
  try {
    return JSON.parse(text(value));
  } catch (cause) {
    throw new TaskError(`${shown(value)} is not JSON`, { cause });
  }
}

function length(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return Object.keys(map(value)).length;
}

/** undefined where there is none: the evaluator makes the error of it, or `default` something else. */
const nth = (value: unknown, index: number) => (typeof value === 'string' ? value : list(value)).at(index);

function sort(items: readonly unknown[], reverse: boolean): unknown[] {
  const kinds = new Set(items.map((item) => typeof item));
  if (kinds.size > 1 || !['string', 'number'].includes([...kinds][0] ?? 'string'))
    throw new TaskError('only texts or only numbers can be sorted');
  const sorted = (items as readonly (string | number)[]).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return reverse ? sorted.reverse() : sorted;
}

function passes(value: unknown, name?: unknown, argument?: unknown): boolean {
  if (name === undefined || name === null) return isTrue(value);
  if (name === '==' || name === 'eq') return equals(value, argument);
  const test = TESTS.get(text(name));
  if (test) return test.apply(value, ...(argument === undefined ? [] : [argument]));
  throw new TaskError(`there is no test ${text(name)}`);
}

function mapped(value: unknown, name?: unknown, attribute?: unknown): unknown[] {
  if (attribute !== undefined) return list(value).map((item) => member(item, attribute));
  const filter = FILTERS.get(text(name));
  if (!filter || filter.required > 0) throw new TaskError(`map cannot use a filter ${text(name)}`);
  return list(value).map((item) => filter.apply(item));
}

/** The match, or the numbered group of it ("\\1" as in Ansible, or 1); empty text where nothing matches. */
function search(value: string, pattern: string, group: unknown): string {
  const match = findMatch(compilePattern(pattern), value);
  const index = group === undefined || group === null ? 0 : Number(String(group).replace(/^\\+/, ''));
  return match === undefined ? '' : groupOf(match, index);
}

const VERDICTS: ReadonlyMap<string, (order: number) => boolean> = new Map(
  [
    ['== = eq', (order: number) => order === 0] as const,
    ['!= ne <>', (order: number) => order !== 0] as const,
    ['< lt', (order: number) => order < 0] as const,
    ['<= le', (order: number) => order <= 0] as const,
    ['> gt', (order: number) => order > 0] as const,
    ['>= ge', (order: number) => order >= 0] as const,
  ].flatMap(([names, verdict]) => names.split(' ').map((name) => [name, verdict] as const)),
);

function compareVersions(value: string, other: string, operator: string): boolean {
  const [a, b] = [parseRelease(value), parseRelease(other)];
  if (!a || !b) throw new TaskError(`${shown(a ? other : value)} is not a version`);
  const verdict = VERDICTS.get(operator);
  if (!verdict) throw new TaskError(`${shown(operator)} does not compare versions`);
  return verdict(compareReleases(a, b));
}
