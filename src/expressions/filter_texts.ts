// What each filter and test is for, with an example whose result is worked out where it is shown. filters.ts has what they do.

/** `example` is an expression that needs no names. */
export interface FunctionText {
  readonly says: string;
  readonly example: string;
}

type Texts = ReadonlyMap<string, FunctionText>;

function texts(rows: readonly (readonly [name: string, says: string, example: string])[]): Texts {
  return new Map(rows.map(([name, says, example]) => [name, { says, example }]));
}

export const FILTER_TEXTS: Texts = texts([
  [
    'default',
    'The value, or another one where it is not defined; with boolean true also where it is empty, zero or false.',
    "'' | default('/opt/trains', true)",
  ],
  ['basename', 'The last part of a path.', "'/opt/trains/config' | basename"],
  ['dirname', 'A path without its last part.', "'/opt/trains/config' | dirname"],
  ['join', 'The items of a list as one text, with the separator between them.', "['a', 'b'] | join(', ')"],
  ['split', 'The parts of a text between separators; without one, its words.', "'a,b' | split(',')"],
  ['replace', 'The text with each place of the old text taken by the new one.', "'a-b-c' | replace('-', '_')"],
  [
    'regex_search',
    'What the pattern matches, or the group of it with that number; empty where it matches nothing.',
    "'trains:0.15.1-352' | regex_search('-(\\d+)', 1)",
  ],
  [
    'regex_replace',
    'The text with each match of the pattern replaced; \\1 in the replacement is the first group.',
    "'trains:0.15.1' | regex_replace(':(.*)', '@\\1')",
  ],
  ['int', 'The value as a whole number; the default where it is none, and an error without one.', "'42' | int"],
  ['float', 'The value as a number; the default where it is none, and an error without one.', "'0.5' | float"],
  ['bool', 'true for true, yes, on and 1; false for false, no, off and 0; an error for anything else.', "'yes' | bool"],
  ['string', 'The value as a text.', '42 | string'],
  ['round', "The number with that many digits after the point (0); method 'ceil' or 'floor' rounds up or down.", '7.456 | round(1)'],
  ['abs', 'The number without its sign.', '-3 | abs'],
  ['quote', 'The text quoted for a shell.', '"it\'s" | quote'],
  ['to_json', 'The value as JSON.', '[1, 2] | to_json'],
  ['from_json', 'The value that a JSON text stands for.', "'[1, 2]' | from_json"],
  ['b64encode', 'The text in Base64.', "'trains' | b64encode"],
  ['combine', 'A map with the keys of both; the other one wins.', "{'a': 1} | combine({'b': 2})"],
  ['length', 'How many items a list has, keys a map, characters a text.', '[1, 2] | length'],
  ['count', 'The same as length.', '[1, 2] | count'],
  ['unique', 'A list without what it holds twice.', '[1, 2, 1] | unique'],
  ['sort', 'A list of numbers or of texts in order; with reverse true from the end.', '[3, 1, 2] | sort'],
  ['reverse', 'A list or text from its end to its beginning.', '[1, 2] | reverse'],
  ['select', 'The items that pass the test; without one, those that count as true.', "[1, 'a'] | select('number')"],
  ['reject', 'The items that do not pass the test; without one, those that count as false.', "[1, 'a'] | reject('number')"],
  [
    'selectattr',
    'The maps whose attribute passes the test; without one, those where it counts as true.',
    "[{'port': 9200}, {'port': 0}] | selectattr('port')",
  ],
  [
    'rejectattr',
    'The maps whose attribute does not pass the test; without one, those where it counts as false.',
    "[{'port': 9200}, {'port': 0}] | rejectattr('port')",
  ],
  [
    'map',
    'Each item put through a filter that needs no argument, or, with attribute=, that attribute of each.',
    "['a', 'b'] | map('upper')",
  ],
  ['upper', 'The text in capitals.', "'trains' | upper"],
  ['lower', 'The text in small letters.', "'Trains' | lower"],
  ['trim', 'The text without blanks at its ends.', "' a ' | trim"],
  ['first', 'The first item of a list, or character of a text; not defined where there is none.', '[1, 2] | first'],
  ['last', 'The last item of a list, or character of a text; not defined where there is none.', '[1, 2] | last'],
  ['min', 'The least item of a list; not defined where there is none.', '[3, 1, 2] | min'],
  ['max', 'The greatest item of a list; not defined where there is none.', '[3, 1, 2] | max'],
  ['sum', 'The numbers of a list added up.', '[3, 1, 2] | sum'],
  ['keys', 'The keys of a map.', "{'a': 1, 'b': 2} | keys"],
  ['list', 'A list as it is; the characters of a text, the keys of a map.', "'ab' | list"],
]);

export const TEST_TEXTS: Texts = texts([
  ['defined', 'It has a value: the step that registers it was not skipped.', '1 is defined'],
  ['undefined', 'It has no value.', '1 is undefined'],
  [
    'version',
    "It compares to that release as the operator says (==): '==', '!=', '<', '<=', '>', '>=', or eq ne lt le gt ge.",
    "'0.15.1' is version('0.16', '<')",
  ],
  ['none', 'It is none (null).', 'none is none'],
  ['string', 'It is a text.', "'0.15' is string"],
  ['number', 'It is a number.', '0.15 is number'],
  ['integer', 'It is a whole number.', '15 is integer'],
  ['boolean', 'It is true or false.', 'false is boolean'],
  ['mapping', 'It is a map.', "{'a': 1} is mapping"],
  ['sequence', 'It is a list.', '[1] is sequence'],
  ['true', 'It is true itself.', '1 is true'],
  ['false', 'It is false itself.', 'false is false'],
  ['match', 'The pattern matches from its beginning on.', "'trains-apiserver' is match('trains-')"],
  ['search', 'The pattern matches somewhere in it.', "'trains-apiserver' is search('api')"],
  ['in', 'It is an item of the list, a part of the text, a key of the map.', "'api' is in(['api', 'web'])"],
]);
