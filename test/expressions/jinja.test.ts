// The language held to the real one: expressions made by chance, evaluated here and by Jinja with Ansible's filters and tests.
// docs/playbook.md lists where the two differ on purpose; each of these is excluded below by its name there.
import assert from 'node:assert/strict';
import fc, { type Arbitrary } from 'fast-check';
import { describe, it } from 'mocha';
import { ExpressionError } from '../../src/expressions/error.ts';
import { evaluate } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/parse.ts';
import { cases, seed } from '../support/fuzz.ts';
import { askJinja, type Evaluated } from '../support/jinja.ts';

const SCOPE = {
  n: 7,
  half: 2.5,
  minus: -3,
  word: 'Trains',
  path: '/opt/trains/config.yml',
  empty: '',
  nothing: null,
  sure: true,
  numbers: [5, 2, 9, 2],
  words: ['b', 'A', 'a', 'c'],
  hosts: [
    { name: 'web', port: 80, tags: ['x'] },
    { name: 'api', port: 8008, tags: [] },
    { name: 'es', port: 9200, tags: ['x', 'y'] },
  ],
  map: { a: 2, b: { c: 'deep', d: [3, 4] } },
};

const { num, text, truth, list, any } = fc.letrec<{ num: string; text: string; truth: string; list: string; any: string }>((tie) => {
  const deep = { maxDepth: 4, withCrossShrink: true } as const;
  const of = (...parts: readonly (string | Arbitrary<string>)[]): Arbitrary<string> =>
    fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));
  const one = (...words: readonly string[]) => fc.constantFrom(...words);
  const join = (part: Arbitrary<string>, operators: Arbitrary<string>, most = 4) =>
    fc
      .tuple(part, fc.array(fc.tuple(operators, part), { minLength: 1, maxLength: most }))
      .map(([first, rest]) => first + rest.map(([operator, next]) => ` ${operator} ${next}`).join(''));
  const group = (part: Arbitrary<string>) => of('(', part, ')');
  const n = tie('num');
  const t = tie('text');
  const l = tie('list');
  const simple = fc.oneof(
    one('2', '3', '5', '0.5', '7.25', 'n', 'half', 'minus', 'map.a', "map['a']", 'numbers[1]', 'hosts[0].port'),
    group(n),
  );
  const texts = fc.oneof(one("'ab'", '"a-B"', "'x y'", "'é'", 'word', 'path', 'map.b.c', "'\\\\d'", "'\\d\\n'", 'empty'), group(t));
  const lists = fc.oneof(one('numbers', 'words', '[2, 3]', "['a', 'b']", '[]', 'map.b.d'), group(l));
  // Jinja works -(2 ** 2) out for a number that is known to be -2
  const power = of(one('2', '3', 'n', 'half', 'minus', '(half - 5)'), ' ** ', one('2', '3', '0.5', 'n', 'minus'), one('', ' ** 2'));
  return {
    num: fc.oneof(
      deep,
      simple,
      join(fc.oneof({ weight: 5, arbitrary: simple }, power), one('+', '-', '*', '//', '%', '/')),
      of('-', simple),
      of(group(n), one(' | abs', ' | round', ' | round(1)', " | round(1, 'floor')", " | round(method='ceil')", ' | int', ' | float')),
      of(lists, one(' | length', ' | count', ' | sum', ' | first', ' | last')),
      of('(numbers + ', lists, ')', one(' | min', ' | max', ' | sum')),
      of(texts, one(' | length', ' | int(9)', ' | int(default=4)', ' | float(2)')),
      of(one("'42'", "' 7 '", "'-3.9'", "'1e2'", "'ff'"), one(' | int(3)', ' | float(3)', ' | int(3, 16)', ' | int(base=16, default=5)')),
    ),
    text: fc.oneof(
      deep,
      texts,
      join(texts, one('~', '+')),
      of(texts, ' ~ ', one('2', 'n', 'minus', 'numbers[0]')),
      of(
        texts,
        one(
          ' | upper',
          ' | lower',
          ' | trim',
          ' | basename',
          ' | dirname',
          ' | quote',
          ' | b64encode',
          ' | b64encode | b64decode',
          ' | string',
          ' | reverse',
          " | replace('a', 'bb')",
          " | replace('a', 'x', 1)",
          " | regex_replace('[a-c]', '<\\\\g<0>>')",
          " | regex_replace('(.)r', '\\\\1R', ignorecase=true)",
          " | regex_replace('a', 'z', count=1)",
          " | default('none')",
          " | default('instead', true)",
          " | d('x', boolean=true)",
          " | ternary('yes', 'no')",
          " | first | default('nothing')",
        ),
      ),
      of(one('numbers', 'words', '[2, 3]', "['a', 'b']", 'map.b.d'), one(" | join(',')", ' | join', " | join(d='-')")),
      one(
        "hosts | map(attribute='name') | join(' ')",
        "hosts | join('+', attribute='name')",
        "hosts | sort(attribute='port') | map(attribute='name') | first",
      ),
    ),
    truth: fc.oneof(
      deep,
      one('true', 'false', 'sure', 'nothing is none', 'missing is defined', 'map.x is undefined', 'True', 'none is none'),
      join(simple, one('<', '<=', '>', '>=', '==', '!=')),
      join(texts, one('<', '>', '==', '!=', 'in', 'not in'), 1),
      of(simple, one(' in ', ' not in '), lists),
      join(tie('truth'), one('and', 'or')),
      of('not ', tie('truth')),
      group(tie('truth')),
      of(simple, one(' is number', ' is not string', ' is divisibleby(2)', ' is in([2, 3])', ' is not none', ' is defined')),
      of(one('n', '2', '5', 'minus'), one(' is odd', ' is even')),
      of(
        texts,
        one(
          " is match('[a-z]')",
          " is search('r')",
          " is search('R', ignorecase=true)",
          ' is string',
          " is in('abc')",
          ' is sequence',
          " is contains('a')",
        ),
      ),
      of(lists, one(' is sequence', ' is mapping', ' is not string', " is contains('a')", ' is iterable')),
      of(simple, ' + 2 is number'),
      of(texts, ' == ', texts, ' is string'),
      of(texts, ' != ', texts, ' is not mapping'),
    ),
    list: fc.oneof(
      deep,
      lists,
      join(lists, one('+')),
      of(lists, one(' | sort', ' | reverse', ' | list', ' | sort(reverse=true)', ' | sort(case_sensitive=true)')),
      of(lists, one(' | flatten', ' | select("number")', ' | reject("string")')),
      // with maps among the items, Ansible minds capitals
      of(one('words', 'numbers', '[2, 3, 2]', '(words + numbers)'), one(' | unique', ' | unique(case_sensitive=true)', ' | unique | list')),
      // of sets: Ansible gives them in any order
      of('numbers | ', one('union([2, 7])', 'difference([5, 2, 4])', 'intersect([2, 5, 5])'), ' | sort'),
      of(one('words', 'numbers'), ' | map("string")'),
      of(
        'numbers | ',
        one("select('>', 2)", "select('odd')", "reject('==', 2)", "select('in', [2, 9])", "map('round', 1)", "select('divisibleby', 5)"),
      ),
      of(
        'words | ',
        one(
          "map('upper')",
          "select('match', '[a-b]')",
          "map('replace', 'a', 'z')",
          "map('regex_replace', '^', 'x')",
          "reject('in', ['a'])",
        ),
      ),
      of(
        'hosts | ',
        one(
          "map(attribute='port')",
          "selectattr('port', '>', 100) | list",
          "selectattr('tags')",
          "rejectattr('tags')",
          "map(attribute='missing', default=3)",
          "selectattr('name', 'match', 'a')",
          "map(attribute='tags.0', default='-')",
          "selectattr('missing', 'defined')",
          "map(attribute='tags') | flatten",
          "sort(attribute='name')",
        ),
      ),
      of(
        texts,
        one(
          " | split('a')",
          ' | split',
          " | split(',', 1)",
          ' | list',
          ' | split(maxsplit=1)',
          " | regex_findall('[a-z]+')",
          " | regex_findall('([a-z])([a-z])')",
          " | regex_search('(.)a', '\\\\1')",
        ),
      ),
      of(
        'map | ',
        one(
          'dict2items',
          "dict2items(key_name='k') ",
          'list',
          "combine({'a': 3, 'e': 4}) | dict2items",
          "combine({'b': {'c': 5}}, recursive=true) | dict2items",
          "combine({'b': {'c': 5}}) | dict2items",
        ),
      ),
    ),
    any: fc.oneof(
      n,
      t,
      tie('truth'),
      l,
      of(n, ' if ', tie('truth'), ' else ', t),
      join(fc.oneof(group(n), texts, lists, tie('truth')), one('and', 'or'), 3),
      of(
        one('missing', 'map.x', 'map.b.x', '[] | first', 'nothing'),
        one(' | default(2)', " | default('x')", ' | default(missing, true)', ' is defined', ' or 3', ''),
      ),
      of('{', one("'a': ", "'b': ", 'word: '), n, '}'),
      of('[', n, ', ', t, ']'),
      of('{', one("'a': "), l, '} | ', one('to_json | from_json', "combine({'z': 1})", 'length', 'list')),
    ),
  };
});

/** The differences that are meant, by their names in docs/playbook.md: what we refuse, or what Jinja does. */
const REFUSED: readonly (readonly [name: string, ours: RegExp])[] = [
  ['undefined is always an error', /^UndefinedName/],
  ['numbers are numbers', /needs numbers, not|needs two numbers or two texts|a whole number is needed|a number is needed/],
  ['text for text', /text is needed, not|a list is needed, not|a map is needed, not/],
  ['what is no number has none', /is not a number/],
  ['exact or not at all', /too large to be kept|is not a finite number/],
  ['none has no text', /none cannot stand in a text/],
  ['nothing to split at', /cannot be split at nothing|an empty text cannot be counted/],
  ['only texts or only numbers', /only texts or only numbers can be sorted/],
];

function ours(source: string): Evaluated {
  try {
    return { value: JSON.parse(JSON.stringify(evaluate(parseExpression(source), SCOPE))) };
  } catch (error) {
    const place = error instanceof ExpressionError ? `${error.start}-${error.end} ` : '';
    return { error: `${(error as Error).name} ${place}${(error as Error).message}` };
  }
}

/** undefined: both do the same, or differ on purpose. */
function differenceOf(source: string, jinja: Evaluated): string | undefined {
  const here = ours(source);
  if ('error' in here && 'error' in jinja) return undefined;
  if ('value' in here && 'value' in jinja) {
    return isSame(here.value, jinja.value)
      ? undefined
      : `${source}\n  here   ${JSON.stringify(here.value)}\n  Jinja  ${JSON.stringify(jinja.value)}`;
  }
  if ('error' in here && REFUSED.some(([, form]) => form.test(here.error))) return undefined;
  return `${source}\n  here   ${JSON.stringify(here)}\n  Jinja  ${JSON.stringify(jinja)}`;
}

/** Numbers to 12 digits: powers of fractions may differ in the last one. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= 1e-12 * Math.abs(a);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && isSame((a as never)[key], (b as never)[key]));
}

describe('expressions made by chance', () => {
  it(`come to the same as in Jinja with Ansible's filters and tests: ${cases} of seed ${seed}`, function () {
    this.timeout(600_000);
    const sources = [...new Set(fc.sample(fc.oneof(any, num, text, truth, list), { numRuns: cases, seed }))];
    const jinja = askJinja(sources, SCOPE);
    const differences = sources.flatMap((source, i) => differenceOf(source, jinja[i]!) ?? []);
    const evaluated = jinja.filter((answer) => 'value' in answer).length;
    assert.deepEqual(differences.slice(0, 20), [], `${differences.length} of ${sources.length} differ`);
    assert.ok(evaluated > sources.length / 2, `Jinja has a value for ${evaluated} of ${sources.length} only`);
  });
});
