import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ExpressionError } from '../../src/expressions/error.ts';
import { evaluate } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/parse.ts';
import { DecidedAtRunTime, NotYet, UndefinedName } from '../../src/expressions/scope.ts';
import { parseTemplate } from '../../src/expressions/template.ts';
import { render } from '../../src/playbook/render.ts';

const scope = {
  facts: { memory: { total_bytes: 8_000_000_000 }, cpus: 2 },
  installed: {
    release: '0.15.1-367',
    indices: [
      { name: 'b', size: 2 },
      { name: 'a', size: 1 },
    ],
    images: {},
  },
  dir: '/opt/trains',
  list: [3, 1, 3],
  empty: [],
  yes: true,
  text: 'Hello',
  password: "it's",
  later: new NotYet('up/start the server would change this host'),
};

const value = (source: string) => evaluate(parseExpression(source), scope);

const fails = (act: () => unknown) => {
  try {
    return `no error: ${JSON.stringify(act())}`;
  } catch (error) {
    const place =
      error instanceof ExpressionError ? `${error.start}-${error.end}: ` : error instanceof UndefinedName ? `${error.start}: ` : '';
    return `${(error as Error).name} ${place}${(error as Error).message}${error instanceof ExpressionError && error.hint ? `; ${error.hint}` : ''}`;
  }
};

describe('expressions', () => {
  const values: readonly (readonly [source: string, expected: unknown])[] = [
    ['1 + 2 * 3', 7],
    ['7 * 3 // 2', 10],
    ['7 % 4 * 2', 6],
    ['10 - 2 + 3 - 1', 10],
    ['2 ** 3', 8],
    ['-7 // 2', -4],
    ['-7 % 3', 2],
    ['(1 + 2) * 3', 9],
    ['7.2 * GiB > facts.memory.total_bytes', false],
    ['facts["memory"].total_bytes', 8_000_000_000],
    ['installed.indices[0].name', 'b'],
    ['installed.indices[-1]["name"]', 'a'],
    ['1 < 2 < 3', true],
    ['1 < 2 > 3', false],
    ['"a" ~ 1 ~ true', 'a1true'],
    ['"a" + "b"', 'ab'],
    ['list + [4]', [3, 1, 3, 4]],
    ['3 in list and not 5 in list', true],
    ['5 not in list', true],
    ['"ell" in text', true],
    ['"release" in installed', true],
    ['"constructor" in installed', false],
    ['empty or "none"', 'none'],
    ['not empty', true],
    ['None is none', true],
    ['"a" if yes else missing', 'a'],
    ['{"a": 1, dir: [2]}', { a: 1, '/opt/trains': [2] }],
    ['1 == 1.0', true],
    ['1 == "1"', false],
    ['[1, {"a": 2}] == [1, {"a": 2}]', true],
    ["installed.release is version('0.16', '<')", true],
    ["installed.release is not version('0.15.1', '>=')", false],
    ["'0.15.0-352' is version('0.15')", true],
    ['missing is defined', false],
    ['installed.nothing is undefined', true],
    ['installed.nothing.deeper | default("x")', 'x'],
    ['"" | default("x", true)', 'x'],
    ['(missing if yes else 1) | default("x")', 'x'],
    ['"" | default("x")', ''],
    ['empty | first | default("none")', 'none'],
    ['text is match("H.l")', true],
    ['text is match("ello")', false],
    ['text is search("ello")', true],
    ['1 is number and "1" is string and yes is boolean', true],
    ['(dir ~ "/data") | basename', 'data'],
    ['(dir ~ "/data/") | basename', ''],
    ['"data" | dirname', ''],
    ['"/data" | dirname', '/'],
    ['"/opt//trains//" | dirname', '/opt//trains'],
    ['"/opt/trains/data" | dirname', '/opt/trains'],
    ['[1, 2] | join("-")', '1-2'],
    ['"a,b" | split(",")', ['a', 'b']],
    ['("a b" | split)[1]', 'b'],
    ['"aXbX" | replace("X", "$1")', 'a$1b$1'],
    ['"v0.15.1" | regex_search("(\\\\d+)\\\\.(\\\\d+)", "\\\\2", "\\\\1")', ['15', '0']],
    ['"v0.15.1" | regex_search("\\d+[.]\\d+")', '0.15'],
    ['"v0.15.1" | regex_search("V0", ignorecase=true)', 'v0'],
    ['"v0.15.1" | regex_search("x")', null],
    ['"a1 b22" | regex_findall("[a-z](\\d+)")', ['1', '22']],
    ['"a.b" | regex_escape', 'a\\.b'],
    ['"v0.15" | regex_replace("v(\\\\d)", "V\\\\1")', 'V0.15'],
    ['"v0.15.1" | regex_search("(\\d+)\\.(\\d+)", "\\2")', ['15']],
    ['"\\x41\\u00e9\\U0001f600" | length', 3],
    ["\"v0.15\" | regex_replace('v(\\d)', 'V\\1')", 'V0.15'],
    ['"a\\tb" ~ "\\n" ~ \'it\\\'s\' ~ "\\"\\\\"', 'a\tb\nit\'s"\\'],
    ['"C:\\dir" | length', 6],
    ['"12" | int + 1', 13],
    ['"x" | int(5)', 5],
    ['"1.5" | float', 1.5],
    ['"yes" | bool', true],
    ['2.54 | round(1)', 2.5],
    ['2.1 | round(method="ceil")', 3],
    ['password | quote', `'it'"'"'s'`],
    ['"a b" | quote', "'a b'"],
    ['"a" | quote', 'a'],
    ['"" | quote', "''"],
    ['{"a": [1]} | to_json', '{"a":[1]}'],
    ['"abc" | b64encode', 'YWJj'],
    ['{"a": 1, "b": 1} | combine({"b": 2})', { a: 1, b: 2 }],
    ['list | length', 3],
    ['list | unique | sort', [1, 3]],
    ['list | sort(reverse=true)', [3, 3, 1]],
    ['list | select("==", 3)', [3, 3]],
    ['installed.indices | map(attribute="name") | sort | join(",")', 'a,b'],
    ['["a", "b"] | map("upper")', ['A', 'B']],
    ['installed.indices | selectattr("size", "==", 2) | map(attribute="name") | first', 'b'],
    ['" x " | trim | upper | lower', 'x'],
    ['list | last', 3],
    ['installed | keys', ['release', 'indices', 'images']],
  ];
  for (const [source, expected] of values) it(source, () => assert.deepEqual(value(source), expected));

  const syntax: readonly (readonly [source: string, expected: string])[] = [
    ['a b', 'ExpressionError 2-3: unexpected b'],
    ['', 'ExpressionError 0-1: an expression is missing here'],
    ['a +', 'ExpressionError 2-3: the expression is not complete'],
    ['a |', 'ExpressionError 2-3: the expression is not complete'],
    ['(1', 'ExpressionError 0-1: ( is never closed'],
    ['(1]', 'ExpressionError 2-3: unexpected ]'],
    ["'abc", 'ExpressionError 0-1: a quote is never closed'],
    ['a.b(1)', 'ExpressionError 3-4: functions cannot be called in an expression'],
    ["a.split(',')", 'ExpressionError 7-8: functions cannot be called in an expression; write a filter: … | split'],
    ['a if b', 'ExpressionError 0-1: an inline if needs an else; write: a if condition else b'],
    ['a === b', 'ExpressionError 2-5: there is no operator ===; write =='],
    ['a | uper', 'ExpressionError 4-8: there is no filter uper; did you mean upper?'],
    ['a | replace("x")', 'ExpressionError 4-11: the filter replace needs its argument new'],
    ['a | upper(1)', 'ExpressionError 4-9: the filter upper takes at most 0 arguments'],
    ['a | round(precison=1)', 'ExpressionError 4-9: the filter round has no parameter precison; did you mean precision?'],
    ['a | round(1, precision=1)', 'ExpressionError 4-9: the filter round is given precision twice'],
    ['a | map("uper")', 'ExpressionError 8-14: there is no filter uper; did you mean upper?'],
    ['a | map("replace", "x")', 'ExpressionError 8-17: the filter replace needs its argument new'],
    ['a | select(b)', 'ExpressionError 11-12: the name of the test has to be written in quotes'],
    ['a | map("map", "map", "uper")', 'ExpressionError 22-28: there is no filter uper; did you mean upper?'],
    [
      'a is match("a(?=b)")',
      'ExpressionError 11-19: "a(?=b)" is not a pattern: invalid or unsupported Perl syntax: (?=; RE2 does not look ahead or behind: match what stands around it too, and take a group',
    ],
    ['a | map("regex_replace", "(", "")', 'ExpressionError 25-28: "(" is not a pattern: missing closing ): ('],
    ['(1,)', 'ExpressionError 2-3: nothing follows this comma; write a list in brackets: [1]'],
    ['1 + -2 ** 2', 'ExpressionError 4-5: a sign before a power can mean two things; write (-a) ** b, or -(a ** b)'],
    ['0777', 'ExpressionError 0-4: 0777 is no number; write 777, or put it in quotes'],
    ['12345678901234567890', 'ExpressionError 0-20: 12345678901234567890 is too large to be kept exactly; put it in quotes'],
    ['"\\xg"', 'ExpressionError 1-3: \\x begins an escape that is not complete; write the backslash twice'],
    ['"\\ud800"', 'ExpressionError 0-1: an escape stands for half a character'],
    ['a is defned', 'ExpressionError 5-11: there is no test defned; did you mean defined?'],
    ['a is version(0.10)', 'ExpressionError 13-14: a version must be text; put it in quotes'],
    ['r/a+/', 'ExpressionError 0-2: a pattern between slashes is not supported; write it as text in quotes'],
    ['a ? b', 'ExpressionError 2-3: unexpected ?'],
    ['a$b', 'ExpressionError 0-3: "a$b" is not a name'],
    ['a.1', 'ExpressionError 2-3: this is not an expression'],
    ['x\n  | uper', 'ExpressionError 6-10: there is no filter uper; did you mean upper?'],
  ];
  for (const [source, expected] of syntax)
    it(`refuses ${JSON.stringify(source)}`, () =>
      assert.equal(
        fails(() => parseExpression(source)),
        expected,
      ));

  it('refuses what is nested a hundred thousand times', () => {
    assert.equal(fails(() => parseExpression('('.repeat(4999) + ')'.repeat(4999))).startsWith('ExpressionError'), true);
    assert.equal(
      fails(() => parseExpression('x'.repeat(10_001))),
      'ExpressionError 0-10001: the expression is too long',
    );
  });

  const failures: readonly (readonly [source: string, expected: string])[] = [
    ['missing', 'UndefinedName 0: missing is not defined, in: missing'],
    ['(1 + missing) is defined', 'UndefinedName 5: missing is not defined, in: (1 + missing) is defined'],
    ['(missing | upper) | default("x")', 'UndefinedName 1: missing is not defined, in: (missing | upper) | default("x")'],
    ['1 + installed.missing', 'UndefinedName 14: installed.missing is not defined, in: 1 + installed.missing'],
    ['list[9]', 'UndefinedName 4: list[9] is not defined, in: list[9]'],
    ['empty | first', 'UndefinedName 8: the value is not defined, in: empty | first'],
    ['later.x', 'DecidedAtRunTime up/start the server would change this host'],
    ['later is defined', 'DecidedAtRunTime up/start the server would change this host'],
    ['text.constructor', 'UndefinedName 5: text.constructor is not defined, in: text.constructor'],
    ['installed.__proto__', 'UndefinedName 10: installed.__proto__ is not defined, in: installed.__proto__'],
    ['installed["constructor"]', 'UndefinedName 10: installed.constructor is not defined, in: installed["constructor"]'],
    ['list.length', 'UndefinedName 5: list.length is not defined, in: list.length'],
    ['toString', 'UndefinedName 0: toString is not defined, in: toString'],
    ['1 + "1"', 'TaskError + needs numbers, not "1", in: 1 + "1"'],
    ['1 / 0', 'TaskError 1 / 0 is not a finite number, in: 1 / 0'],
    ['1 < "2"', 'TaskError < needs two numbers or two texts, not 1 and "2", in: 1 < "2"'],
    ['"0.9" < "0.16"', `TaskError < compares "0.9" and "0.16" letter by letter: write "0.9" is version("0.16", '<'), in: "0.9" < "0.16"`],
    ['text is version("0.1")', 'TaskError "Hello" is not a version, in: text is version("0.1")'],
    ['"1" is version("1", "constructor")', 'TaskError "constructor" does not compare versions, in: "1" is version("1", "constructor")'],
    ['"x" | int', 'TaskError "x" is not a number, in: "x" | int'],
    ['[1, "a"] | sort', 'TaskError only texts or only numbers can be sorted, in: [1, "a"] | sort'],
    [
      '[text, "("] | last | regex_replace(["("] | first, "")',
      'TaskError "(" is not a pattern: missing closing ): (, in: [text, "("] | last | regex_replace(["("] | first, "")',
    ],
    ['[{"a": 1}] | map(attribute="b")', 'TaskError {"a":1} has no b, in: [{"a": 1}] | map(attribute="b")'],
    ['9007199254740991 + 1', 'TaskError 9007199254740991 + 1 is too large to be kept exactly, in: 9007199254740991 + 1'],
  ];
  for (const [source, expected] of failures)
    it(`fails at ${source}`, () =>
      assert.equal(
        fails(() => value(source)),
        expected,
      ));

  const ranks: readonly (readonly [source: string, expected: unknown])[] = [
    ['1 in [1] == true', false], // a chain: 1 in [1] and [1] == true
    ['1 < 2 in [2]', true],
    ['1 not in [2] and not 2 in [1]', true],
    ['"a" + 1 ~ 2', 'a12'],
    ['1 ~ 2 * 3', '16'],
    ['2 ** 3 ** 2', 64],
    ['(-2) ** 2 - -(2 ** 2)', 8],
    ['[1] + [2] is mapping or 3', 'TaskError + needs numbers, not [1], in: [1] + [2] is mapping or 3'],
    ['1 + 2 ~ 3', 'TaskError + needs numbers, not "23", in: 1 + 2 ~ 3'],
    ['1 == 1 is integer', false],
    ['1 is number == true', true],
    ['not 1 is string', true],
    ['1 is not string and "a" is string', true],
    ['7 - 2 - 1', 4],
    ['-3 | abs', 3],
  ];
  for (const [source, expected] of ranks) {
    it(`ranks its operators as Jinja does: ${source}`, () => {
      if (typeof expected === 'string' && expected.startsWith('TaskError'))
        assert.equal(
          fails(() => value(source)),
          expected,
        );
      else assert.deepEqual(value(source), expected);
    });
  }

  for (const source of [
    Array(4900).fill('1').join('+'),
    Array(2000).fill('a').join('.'),
    `${'not '.repeat(2400)}a`,
    '-'.repeat(9000),
    '[ '.repeat(3000),
  ]) {
    it(`refuses what goes too deep: ${source.slice(0, 20)}`, () =>
      assert.match(
        fails(() => parseExpression(source)),
        /^ExpressionError \d+-\d+: the expression is nested too deeply$/,
      ));
  }

  const bombs: readonly (readonly [what: string, source: string, says: string])[] = [
    ['texts that double', `"${'x'.repeat(5000)}" | replace("x", "${'y'.repeat(900)}") | replace("y", "zz")`, 'the value gets too large'],
    ['lists that double', 'many + many', 'the value gets too large'],
    ['lists of lists', '[[many, many], [many, many]] | to_json', 'the value gets too large'],
    ['a search of each in all', 'many | select("in", many)', 'the expression takes too long'],
    ['what is deep', 'deep | to_json', 'more than 200 lists and maps stand in each other'],
  ];
  const wide = {
    many: Array.from({ length: 600_000 }, (_, i) => `${i}`),
    deep: Array.from({ length: 300 }).reduce<unknown>((part) => [part], 1),
  };
  for (const [what, source, says] of bombs) {
    it(`ends what explodes: ${what}`, () => {
      assert.throws(
        () => evaluate(parseExpression(source), wide),
        (error: Error) => error.message.startsWith(`${says}, in: `),
      );
    });
  }
});

describe('templates', () => {
  const rendered: readonly (readonly [template: string, expected: unknown])[] = [
    ['plain', 'plain'],
    ['', ''],
    ['{{ list }}', [3, 1, 3]],
    ['{{ list }} ', '[3,1,3] '],
    ['{{ dir }}/data', '/opt/trains/data'],
    ["{{ '{{' }} x }}", '{{ x }}'],
    ["{{ {'a': {'b': 1}} }}", { a: { b: 1 } }],
    ["{{ '}}' }}", '}}'],
    ['${#array} stays', '${#array} stays'],
    ['{{ 1 }}{{ 2 }}', '12'],
  ];
  for (const [template, expected] of rendered) it(template || 'an empty text', () => assert.deepEqual(render(template, scope), expected));

  const refused: readonly (readonly [template: string, expected: string])[] = [
    ['a {% if x %}', 'ExpressionError 2-4: {% %} is not supported; use {{ a if condition else b }}, or steps with when'],
    ['a {# x #}', 'ExpressionError 2-4: {# #} is not supported; write a comment of YAML: # …'],
    ['a {{ x', 'ExpressionError 2-4: {{ is never closed; add }}'],
    ['a {{- x }}', 'ExpressionError 4-5: {{- and -}} are not supported; write {{ and }}'],
    ['{{.Names}}', "ExpressionError 2-8: an expression cannot begin with a dot; for braces as they are, write {{ '{{' }}"],
    ['dir: {{ x | uper }}', 'ExpressionError 12-16: there is no filter uper; did you mean upper?'],
  ];
  for (const [template, expected] of refused)
    it(`refuses ${template}`, () =>
      assert.equal(
        fails(() => parseTemplate(template)),
        expected,
      ));

  it('renders a tree, with bare expressions where the schema says so', () => {
    const schema = {
      properties: {
        that: {
          oneOf: [
            { type: 'string', format: 'expression' },
            { type: 'array', items: { type: 'string', format: 'expression' } },
          ],
        },
        message: { type: 'string' },
      },
    };
    assert.deepEqual(render({ that: ['facts.cpus >= 2', 'yes'], message: '{{ facts.cpus }} cpus' }, scope, schema), {
      that: [
        { source: 'facts.cpus >= 2', value: true },
        { source: 'yes', value: true },
      ],
      message: '2 cpus',
    });
    assert.deepEqual(render({ that: 'not yes', more: [1, null, '{{ dir }}'] }, scope, schema), {
      that: { source: 'not yes', value: false },
      more: [1, null, '/opt/trains'],
    });
  });

  it('gives up with DecidedAtRunTime where a part is not known yet', () => {
    assert.throws(() => render({ a: ['{{ later.x }}'] }, scope), DecidedAtRunTime);
  });
});
