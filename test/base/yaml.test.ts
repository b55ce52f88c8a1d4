import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stringifyYaml } from '../../src/base/tree.ts';
import { parseYaml } from '../../src/base/yaml.ts';

const at = (p: { line: number; column: number; endLine: number; endColumn: number }) => `${p.line}:${p.column}-${p.endLine}:${p.endColumn}`;

const problemsOf = (source: string) =>
  parseYaml(source, 'f.yml').problems.map(({ position, message, rule }) => `${at(position)} ${rule}: ${message}`);

describe('parseYaml', () => {
  it('gives plain data and the place of each key and value', () => {
    const document = parseYaml('a: 1\nb:\n  - c: "x"\n  - [1, two]\n', 'f.yml');
    assert.deepEqual(document.value, { a: 1, b: [{ c: 'x' }, [1, 'two']] });
    assert.deepEqual(document.problems, []);
    assert.deepEqual(document.positionOf(['a']), { file: 'f.yml', line: 1, column: 4, endLine: 1, endColumn: 5 });
    assert.equal(at(document.positionOf(['b', 0, 'c'])), '3:8-3:11');
    assert.equal(at(document.positionOf(['b', 0, 'c'], 'key')), '3:5-3:6');
    assert.equal(at(document.positionOf(['b', 1, 1])), '4:9-4:12');
    assert.equal(at(document.positionOf(['b', 0, 'missing', 'deeper'])), '3:5-3:11');
  });

  const faults: readonly (readonly [name: string, source: string, expected: readonly string[]])[] = [
    [
      'duplicate keys with both places',
      'a: 1\nb: 2\na: 3\n',
      ['3:1-3:2 duplicate-key: the key "a" is given twice; the first is at line 1, column 1'],
    ],
    ['a value that needs quotes', 'a: {{ x }}\n', ['1:4-1:11 yaml-quotes: a value that begins with {{ needs quotes']],
    ['what is missing behind the end', '%', ['1:2-1:2 yaml-syntax: missing directives-end indicator line']],
    ['a list as a key', '? [a, b]\n: 1\n', ['1:3-1:9 yaml-key: a key must be text, not a list or a map']],
    ['a tag that is not known', 'a: !unsafe secret\n', ['1:4-1:11 yaml-tag: !unsafe is a tag that is not supported']],
    [
      'an encrypted value',
      'a: !vault |\n  3061\n',
      ["1:4-1:10 vault: this is encrypted by Ansible's vault, which the runner does not open"],
    ],
    [
      'an encrypted file',
      '$ANSIBLE_VAULT;1.1;AES256\n3061\n',
      ["1:1-1:26 vault: this is encrypted by Ansible's vault, which the runner does not open"],
    ],
    ['an alias inside of itself', 'a: &x [1, *x]\n', ['1:11-1:13 yaml-alias: the alias *x stands inside of what it repeats']],
    ['an alias without an anchor', 'a: *x\n', ['1:4-1:6 yaml-alias: no anchor &x stands before this alias']],
  ];
  for (const [name, source, expected] of faults) it(`reports ${name}`, () => assert.deepEqual(problemsOf(source), expected));

  it('reports several syntax errors of one file', () =>
    assert.deepEqual(problemsOf('a: b: c\nd: [1, 2\ne: 3\n'), [
      '1:4-1:8 yaml-syntax: a value that holds a colon and a blank needs quotes',
      '2:4-2:5 yaml-syntax: this [ is not closed',
    ]));

  it('takes a file whose aliases multiply for an attack, and says so once', () => {
    const lines = ['l0: &l0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `l${i}: &l${i} [${Array(10)
          .fill(`*l${i - 1}`)
          .join(', ')}]`,
      );
    const problems = problemsOf(lines.join('\n'));
    assert.equal(problems.filter((line) => line.includes('repeat more than 1000000 values')).length, 1);
    assert.equal(problems.length, 1);
  });

  for (const [form, source] of [
    ['lists in brackets', '['.repeat(100_000)],
    ['maps in braces', '{a: '.repeat(100_000)],
    ['lists on one line', '- '.repeat(100_000)],
    ['keys on one line', '? '.repeat(100_000)],
    ['maps of a thousand lines', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}k:`).join('\n')],
    ['lists of a thousand lines', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}-`).join('\n')],
  ] as const) {
    it(`stops where lists and maps stand too deep in each other: ${form}`, () => {
      assert.deepEqual(
        problemsOf(source).map((line) => line.replace(/^\S+ /, '')),
        ['yaml-limit: more than 100 lists and maps stand in each other here'],
      );
    });
  }

  it('makes own properties of hostile keys', () => {
    const value = parseYaml('__proto__: {polluted: true}\nconstructor: 1\n', 'f.yml').value as Record<string, unknown>;
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor']);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  it('merges << with the explicit keys winning, and finds the place of a merged value', () => {
    const document = parseYaml('base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n', 'f.yml');
    assert.deepEqual(document.value, { base: { x: 1, y: 2 }, use: { x: 1, y: 3 } });
    assert.equal(at(document.positionOf(['use', 'x'])), '1:14-1:15');
    assert.equal(at(document.positionOf(['use', 'y'])), '4:6-4:7');
  });

  it('keeps the text of a number', () => assert.equal(parseYaml('v: 0.10', 'f.yml').textOf(['v']), '0.10'));

  const inside: readonly (readonly [name: string, source: string, needle: string, expected: string])[] = [
    ['a plain string', 'a: one two', 'two', '1:8-1:11'],
    ['double quotes with escapes', 'a: "\\t\\u0041\\"two"', 'two', '1:15-1:18'],
    ['single quotes with a doubled one', "a: 'it''s two'", 'two', '1:11-1:14'],
    ['a plain string over two lines', 'a: one\n  two', 'two', '2:3-2:6'],
    ['a literal block', 'a: |\n  one\n\n    x two\n', 'two', '4:7-4:10'],
    ['a folded block', 'a: >\n  one\n  two\n\n  three two', 'three', '5:3-5:8'],
  ];
  for (const [name, source, needle, expected] of inside) {
    it(`finds a word inside ${name}`, () => {
      const document = parseYaml(source, 'f.yml');
      const text = (document.value as { a: string }).a;
      const start = text.indexOf(needle);
      assert.equal(at(document.positionIn(['a'], start, start + needle.length)), expected);
    });
  }
});

describe('stringifyYaml', () => {
  it('writes long text unfolded and repeats what is used twice', () => {
    const part = { x: 'word '.repeat(40).trim() };
    assert.equal(stringifyYaml({ a: part, b: part }), `a:\n  x: ${part.x}\nb:\n  x: ${part.x}\n`);
  });
});

describe('a document with other strings', () => {
  const KEPT: readonly [what: string, source: string, value: string, text: string][] = [
    ['plain', 'a:  x # c\nb: [1,  2]\n', '/y', 'a:  /y # c\nb: [1,  2]\n'],
    ['in single quotes', "a: 'x' # c\n", '/y z', "a: '/y z' # c\n"],
    ['in double quotes', 'a: "x" # c\n', '/y"', 'a: "/y\\"" # c\n'],
    ['that single quotes cannot hold', "a: 'x'\n", "it's", 'a: "it\'s"\n'],
    ['that would be read as something else', 'a: x\n', 'yes: 1', 'a: "yes: 1"\n'],
    ['that would end in a list', '{a: x, b: 1}\n', '/y, z', '{a: "/y, z", b: 1}\n'],
    ['in a block', 'a: |\n  x\nb: 1\n', '/y', 'a: "/y"\nb: 1\n'],
    ['behind an anchor', 'a: &n x\nb: *n\n', '/y', 'a: &n /y\nb: *n\n'],
  ];
  for (const [what, source, value, text] of KEPT) {
    it(`is otherwise as it was written: one ${what}`, () => {
      const changed = parseYaml(source, 'f.yml').withStrings([{ path: ['a'], value }]);
      assert.equal(changed, text);
      assert.equal((parseYaml(changed, 'f.yml').value as { a: unknown }).a, value);
    });
  }

  it('has each in its place, whatever their order, and what an alias repeats once', () => {
    const document = parseYaml('l: [aa, &b b, *b, dddd]\n', 'f.yml');
    const changes = [3, 1, 2, 0].map((index) => ({ path: ['l', index], value: index === 2 ? 'v1' : `v${index}` }));
    assert.equal(document.withStrings(changes), 'l: [v0, &b v1, *b, v3]\n');
  });

  it('keeps the line ends of each line', () => {
    const document = parseYaml('# c\r\na: 1\n\r\nb: |\r\n  x\r\n  y\r\nc: "d"\r\n', 'f.yml');
    assert.deepEqual(document.value, { a: 1, b: 'x\ny\n', c: 'd' });
    assert.equal(document.withStrings([{ path: ['c'], value: 'e f' }]), '# c\r\na: 1\n\r\nb: |\r\n  x\r\n  y\r\nc: "e f"\r\n');
  });
});
