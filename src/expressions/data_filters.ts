// Filters for maps, for what may be missing, and for other ways to write data.
import { TaskError } from '../base/errors.ts';
import type { Arguments } from './functions.ts';
import { inText, isMap, isTrue, list, map, type PlainMap, shown, text } from './values.ts';

export const DATA_FILTERS = {
  default: {
    takes: "default_value='', boolean=false",
    says: 'The value, or another one where it is not defined; with boolean also where it is empty, zero, none or false.',
    example: "'' | default('/opt/trains', true)",
    also: ['d'],
    takesUndefined: true,
    apply: (value: unknown, { default_value, boolean }: Arguments) =>
      value === undefined || (isTrue(boolean) && !isTrue(value)) ? default_value : value,
  },
  ternary: {
    takes: 'true_val, false_val, none_val?',
    says: 'The first value where this counts as true, the second one elsewhere, and the third one for none.',
    example: "true | ternary('on', 'off')",
    apply: (value: unknown, { true_val, false_val, none_val }: Arguments) =>
      value === null && none_val !== undefined ? none_val : isTrue(value) ? true_val : false_val,
  },
  bool: {
    says: 'true for true, yes, on and 1; false for false, no, off and 0; an error for anything else.',
    example: "'yes' | bool",
    apply: bool,
  },
  string: { says: 'The value as a text.', example: '42 | string', apply: inText },
  combine: {
    takes: '*others, recursive=false',
    says: 'A map with the keys of all; later ones win. With recursive, maps in them are combined as well.',
    example: "{'a': 1} | combine({'b': 2})",
    apply: (value: unknown, { others, recursive }: Arguments) =>
      combine([value, ...(others as readonly unknown[])].flat(), isTrue(recursive)),
  },
  keys: { says: 'The keys of a map.', example: "{'a': 1, 'b': 2} | keys", apply: (value: unknown) => Object.keys(map(value)) },
  dict2items: {
    takes: "key_name='key', value_name='value'",
    says: 'A map as a list of its keys and values.',
    example: "{'a': 1} | dict2items",
    apply: (value: unknown, { key_name, value_name }: Arguments) =>
      Object.entries(map(value)).map(([key, item]) =>
        fromEntries([
          [text(key_name), key],
          [text(value_name), item],
        ]),
      ),
  },
  items2dict: {
    takes: "key_name='key', value_name='value'",
    says: 'A list of keys and values as a map.',
    example: "[{'key': 'a', 'value': 1}] | items2dict",
    apply: (value: unknown, { key_name, value_name }: Arguments) =>
      fromEntries(list(value).map((item) => [inText(own(item, text(key_name))), own(item, text(value_name))])),
  },
  to_json: {
    says: 'The value as JSON, on one line and without blanks.',
    example: "{'a': [1, 2]} | to_json",
    also: ['tojson'],
    apply: (value: unknown) => JSON.stringify(value),
  },
  from_json: { says: 'The value that a JSON text stands for.', example: "'[1, 2]' | from_json", apply: fromJson },
  b64encode: {
    says: 'The text in Base64.',
    example: "'trains' | b64encode",
    apply: (value: unknown) => Buffer.from(text(value)).toString('base64'),
  },
  b64decode: {
    says: 'The text that is written in Base64.',
    example: "'dHJhaW5z' | b64decode",
    apply: (value: unknown) => b64decode(text(value)),
  },
} as const;

/** Defines own properties, __proto__ too. */
const fromEntries = (entries: Iterable<readonly [string, unknown]>): PlainMap => Object.fromEntries(entries);

function own(item: unknown, key: string): unknown {
  if (isMap(item) && Object.hasOwn(item, key)) return item[key];
  throw new TaskError(`${shown(item)} has no ${key}`);
}

function bool(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'object' ? '' : String(value).toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(word)) return true;
  if (['false', 'no', 'off', '0'].includes(word)) return false;
  throw new TaskError(`${shown(value)} is neither true nor false`);
}

function combine(maps: readonly unknown[], isRecursive: boolean): PlainMap {
  const entries = new Map<string, unknown>();
  for (const [key, item] of maps.flatMap((one) => Object.entries(map(one)))) {
    const before = entries.get(key);
    entries.set(key, isRecursive && isMap(before) && isMap(item) ? combine([before, item], true) : item);
  }
  return fromEntries(entries);
}

function fromJson(value: unknown): unknown {
  try {
    return JSON.parse(text(value));
  } catch (cause) {
    if (cause instanceof TaskError) throw cause;
    throw new TaskError(`${shown(value)} is not JSON`, { cause });
  }
}

function b64decode(value: string): string {
  const bytes = Buffer.from(value, 'base64');
  const isBase64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value) && value.replaceAll(/[\s=]/g, '').length % 4 !== 1;
  const decoded = isBase64 ? bytes.toString('utf8') : '';
  if (!isBase64 || !Buffer.from(decoded).equals(bytes)) throw new TaskError(`${shown(value)} is no text in Base64`);
  return decoded;
}
