// All tests (`x is …`), by name.
import { TaskError } from '../base/errors.ts';
import { compareReleases, parseRelease } from '../base/release.ts';
import { type Arguments, type Callables, callables } from './functions.ts';
import { isOrdered, modulo } from './operators.ts';
import { PATTERN_TESTS } from './pattern_filters.ts';
import { contains, isMap, shown, text, wholeNumber } from './values.ts';

const VALUE_TESTS = {
  defined: {
    says: 'It has a value: the step that registers it was not skipped.',
    example: '1 is defined',
    takesUndefined: true,
    apply: (value: unknown) => value !== undefined,
  },
  undefined: { says: 'It has no value.', example: '1 is undefined', takesUndefined: true, apply: (value: unknown) => value === undefined },
  none: { says: 'It is none (null).', example: 'none is none', apply: (value: unknown) => value === null },
  true: { says: 'It is true itself.', example: '1 is true', apply: (value: unknown) => value === true },
  false: { says: 'It is false itself.', example: 'false is false', apply: (value: unknown) => value === false },
  boolean: { says: 'It is true or false.', example: 'false is boolean', apply: (value: unknown) => typeof value === 'boolean' },
  string: { says: 'It is a text.', example: "'0.15' is string", apply: (value: unknown) => typeof value === 'string' },
  number: { says: 'It is a number.', example: '0.15 is number', apply: (value: unknown) => typeof value === 'number' },
  integer: { says: 'It is a whole number.', example: '15 is integer', apply: (value: unknown) => Number.isInteger(value) },
  mapping: { says: 'It is a map.', example: "{'a': 1} is mapping", apply: (value: unknown) => isMap(value) },
  sequence: {
    says: 'It is a list, or else a text or a map.',
    example: '[1] is sequence',
    also: ['iterable'],
    apply: (value: unknown) => Array.isArray(value) || isMap(value) || typeof value === 'string',
  },
  odd: { says: 'It is an odd number.', example: '3 is odd', apply: (value: unknown) => modulo(wholeNumber(value), 2) === 1 },
  even: { says: 'It is an even number.', example: '4 is even', apply: (value: unknown) => modulo(wholeNumber(value), 2) === 0 },
  divisibleby: {
    takes: 'num',
    says: 'It can be divided by that number without a rest.',
    example: '6 is divisibleby(3)',
    apply: (value: unknown, { num }: Arguments) => modulo(wholeNumber(value), wholeNumber(num)) === 0,
  },
  in: {
    takes: 'seq',
    says: 'It is an item of the list, a part of the text, a key of the map.',
    example: "'api' is in(['api', 'web'])",
    apply: (value: unknown, { seq }: Arguments) => contains(seq, value),
  },
  contains: {
    takes: 'value',
    says: 'The list has this item, the text this part, the map this key.',
    example: "['api', 'web'] is contains('api')",
    apply: (container: unknown, { value }: Arguments) => contains(container, value),
  },
  version: {
    takes: "version, operator='=='",
    says: "It compares to that release as the operator says: '==', '!=', '<', '<=', '>', '>=', or eq ne lt le gt ge.",
    example: "'0.15.1' is version('0.16', '<')",
    apply: (value: unknown, { version, operator }: Arguments) => compareVersions(text(value), text(version), text(operator)),
  },
} as const;

const compares = (operator: string, says: string, also: readonly string[]) => ({
  takes: 'other',
  says: `It is ${says} the other one, for select and the like.`,
  example: `[1, 2] | select('${also[0]}', 2)`,
  also,
  apply: (value: unknown, { other }: Arguments) => isOrdered(operator, value, other),
});

const COMPARING_TESTS = {
  eq: compares('==', 'equal to', ['==', 'equalto']),
  ne: compares('!=', 'not equal to', ['!=']),
  lt: compares('<', 'less than', ['<', 'lessthan']),
  le: compares('<=', 'less than or equal to', ['<=']),
  gt: compares('>', 'greater than', ['>', 'greaterthan']),
  ge: compares('>=', 'greater than or equal to', ['>=']),
} as const;

export const TESTS: Callables<boolean> = callables<boolean>(VALUE_TESTS, PATTERN_TESTS, COMPARING_TESTS);

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
