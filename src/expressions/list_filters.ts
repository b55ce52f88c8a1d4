// Filters for lists.
import { TaskError } from '../base/errors.ts';
import type { Arguments, Each } from './functions.ts';
import { attributeOf, identity, inText, isMap, isTrue, list, map, number, shown, text, wholeNumber } from './values.ts';

export const LIST_FILTERS = {
  length: {
    says: 'How many items a list has, keys a map, characters a text.',
    example: '[1, 2] | length',
    also: ['count'],
    apply: (value: unknown) =>
      typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : Object.keys(map(value)).length,
  },
  first: {
    says: 'The first item of a list, or character of a text; not defined where there is none.',
    example: '[1, 2] | first',
    apply: (value: unknown) => items(value)[0],
  },
  last: {
    says: 'The last item of a list, or character of a text; not defined where there is none.',
    example: '[1, 2] | last',
    apply: (value: unknown) => items(value).at(-1),
  },
  list: {
    says: 'A list as it is; the characters of a text, the keys of a map.',
    example: "'ab' | list",
    apply: (value: unknown) => (isMap(value) ? Object.keys(value) : items(value)),
  },
  join: {
    takes: "d='', attribute?",
    says: 'The items of a list, or that attribute of each, as one text with the separator between them.',
    example: "['a', 'b'] | join(', ')",
    apply: (value: unknown, { d, attribute }: Arguments) => members(value, attribute).map(inText).join(text(d)),
  },
  reverse: {
    says: 'A list or text from its end to its beginning.',
    example: '[1, 2] | reverse',
    apply: (value: unknown) => (typeof value === 'string' ? [...value].reverse().join('') : list(value).toReversed()),
  },
  sort: {
    takes: 'reverse=false, case_sensitive=false, attribute?',
    says: 'A list of numbers or of texts in order, or of maps by an attribute; with reverse from the end.',
    example: '[3, 1, 2] | sort',
    apply: (value: unknown, { reverse, ...args }: Arguments) => sorted(value, args, isTrue(reverse)),
  },
  min: {
    takes: 'case_sensitive=false, attribute?',
    says: 'The least item of a list; not defined where there is none.',
    example: '[3, 1, 2] | min',
    apply: (value: unknown, args: Arguments) => sorted(value, args, false)[0],
  },
  max: {
    takes: 'case_sensitive=false, attribute?',
    says: 'The greatest item of a list; not defined where there is none.',
    example: '[3, 1, 2] | max',
    apply: (value: unknown, args: Arguments) => sorted(value, args, true)[0],
  },
  sum: {
    takes: 'attribute?, start=0',
    says: 'The numbers of a list, or that attribute of each, added up.',
    example: '[3, 1, 2] | sum',
    apply: (value: unknown, { attribute, start }: Arguments) =>
      members(value, attribute).reduce<number>((total, item) => total + number(item), number(start)),
  },
  unique: {
    takes: 'case_sensitive=false, attribute?',
    says: 'A list without what it holds twice, capitals or not; of several the first one stays.',
    example: '[1, 2, 1] | unique',
    apply: (value: unknown, args: Arguments) => unique(value, args),
  },
  union: {
    takes: 'other',
    says: 'What is in one of two lists, each item once.',
    example: '[1, 2] | union([2, 3])',
    apply: (value: unknown, { other }: Arguments) => once([...list(value), ...list(other)]),
  },
  intersect: {
    takes: 'other',
    says: 'What is in both lists, each item once.',
    example: '[1, 2] | intersect([2, 3])',
    apply: (value: unknown, { other }: Arguments) => once(list(value)).filter(isIn(other)),
  },
  difference: {
    takes: 'other',
    says: 'What is in the list and not in the other one, each item once.',
    example: '[1, 2] | difference([2, 3])',
    apply: (value: unknown, { other }: Arguments) => once(list(value)).filter((item) => !isIn(other)(item)),
  },
  flatten: {
    takes: 'levels?, skip_nulls=true',
    says: 'The items of lists within the list, down to that many levels or all.',
    example: '[1, [2, [3]]] | flatten',
    apply: (value: unknown, { levels, skip_nulls }: Arguments) =>
      flatten(list(value), levels === undefined ? 100 : wholeNumber(levels), isTrue(skip_nulls)),
  },
  select: {
    takes: 'test?, *arguments',
    says: 'The items that pass the test; without one, those that count as true.',
    example: "[1, 'a'] | select('number')",
    each: 'test',
    apply: (value: unknown, _args: Arguments, each: Each | undefined) => list(value).filter((item) => passes(item, each)),
  },
  reject: {
    takes: 'test?, *arguments',
    says: 'The items that do not pass the test; without one, those that count as false.',
    example: "[1, 'a'] | reject('number')",
    each: 'test',
    apply: (value: unknown, _args: Arguments, each: Each | undefined) => list(value).filter((item) => !passes(item, each)),
  },
  selectattr: {
    takes: 'attribute, test?, *arguments',
    says: 'The maps whose attribute passes the test; without one, those where it counts as true.',
    example: "[{'port': 9200}, {'port': 0}] | selectattr('port')",
    each: 'test',
    apply: (value: unknown, { attribute }: Arguments, each: Each | undefined) =>
      list(value).filter((item) => passes(memberFor(item, attribute, each), each)),
  },
  rejectattr: {
    takes: 'attribute, test?, *arguments',
    says: 'The maps whose attribute does not pass the test; without one, those where it counts as false.',
    example: "[{'port': 9200}, {'port': 0}] | rejectattr('port')",
    each: 'test',
    apply: (value: unknown, { attribute }: Arguments, each: Each | undefined) =>
      list(value).filter((item) => !passes(memberFor(item, attribute, each), each)),
  },
  map: {
    takes: 'filter?, *arguments, attribute?, default?',
    says: 'Each item put through a filter with its arguments, or, with attribute=, that attribute of each.',
    example: "['a', 'b'] | map('upper')",
    each: 'filter',
    apply: (value: unknown, args: Arguments, each: Each | undefined) => mapped(list(value), args, each),
  },
} as const;

const items = (value: unknown): readonly unknown[] => (typeof value === 'string' ? [...value] : list(value));

/** The items, or an attribute of each. */
function members(value: unknown, attribute: unknown): readonly unknown[] {
  return attribute === undefined || attribute === null ? list(value) : list(value).map((item) => memberFor(item, attribute, undefined));
}

/** undefined only where `each` takes that. */
function memberFor(item: unknown, attribute: unknown, each: Each | undefined): unknown {
  const path = typeof attribute === 'number' ? String(attribute) : text(attribute);
  const member = attributeOf(item, path);
  if (member === undefined && !each?.takesUndefined) throw new TaskError(`${shown(item)} has no ${path}`);
  return member;
}

const passes = (item: unknown, each: Each | undefined) => isTrue(each ? each.apply(item) : item);

function sorted(value: unknown, { case_sensitive, attribute }: Arguments, isReversed: boolean): readonly unknown[] {
  const keys = members(value, attribute).map((key) => (typeof key === 'string' && !isTrue(case_sensitive) ? key.toLowerCase() : key));
  const kinds = new Set(keys.map((key) => typeof key));
  const [kind = 'string'] = kinds;
  if (kinds.size > 1 || !['string', 'number'].includes(kind)) throw new TaskError('only texts or only numbers can be sorted');
  const order = keys.map((key, i) => ({ key: key as string, item: list(value)[i] }));
  const sign = isReversed ? -1 : 1;
  return order.sort(({ key: a }, { key: b }) => (a < b ? -sign : a > b ? sign : 0)).map(({ item }) => item);
}

function unique(value: unknown, { case_sensitive, attribute }: Arguments): readonly unknown[] {
  const keys = members(value, attribute).map((key) =>
    identity(typeof key === 'string' && !isTrue(case_sensitive) ? key.toLowerCase() : key),
  );
  const seen = new Set<string>();
  return list(value).filter((_item, i) => !seen.has(keys[i]!) && seen.add(keys[i]!));
}

const once = (all: readonly unknown[]) => unique(all, { case_sensitive: true });

function isIn(other: unknown): (item: unknown) => boolean {
  const known = new Set(list(other).map(identity));
  return (item) => known.has(identity(item));
}

function flatten(all: readonly unknown[], levels: number, skipNulls: boolean): unknown[] {
  return all.flatMap((item) => {
    if (item === null && skipNulls) return [];
    return Array.isArray(item) && levels > 0 ? flatten(item, levels - 1, skipNulls) : [item];
  });
}

function mapped(all: readonly unknown[], { attribute, default: instead }: Arguments, each: Each | undefined): unknown[] {
  if (attribute !== undefined) {
    return all.map(
      (item) => attributeOf(item, text(attribute)) ?? (instead === undefined ? memberFor(item, attribute, undefined) : instead),
    );
  }
  if (!each) throw new TaskError('map needs a filter or an attribute');
  return all.map((item) => {
    const result = each.apply(item);
    if (result === undefined) throw new TaskError(`of ${shown(item)} there is none`);
    return result;
  });
}
