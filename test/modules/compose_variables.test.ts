import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { carriedOver, dotenvLine, isSetAlike, linesSet, openVariables } from '../../src/modules/compose_variables.ts';

describe('the variables of a compose file', () => {
  const CASES: readonly [text: string, open: Record<string, string>][] = [
    ['${A}', { A: '' }],
    ['$A and ${B:-two}', { A: '', B: 'two' }],
    ['${A:->=0.15.0}', { A: '>=0.15.0' }],
    ['${A-x}', { A: 'x' }],
    ['${A:?say it}', { A: '' }],
    ['${A:-${B:-c}}', { A: '${B:-c}', B: 'c' }],
    ['$$A and $${B}', {}],
    ['costs 5$', {}],
  ];
  for (const [text, open] of CASES) {
    it(`are found in ${text}`, () =>
      assert.deepEqual(Object.fromEntries(openVariables({ services: { a: { environment: [text] } } })), open));
  }

  it('are those of values, not of keys', () => assert.deepEqual(openVariables({ $A: 1, b: [null, 2, true] }).size, 0));
});

describe('a .env file', () => {
  it('sets the names before its signs', () => {
    assert.deepEqual(Object.fromEntries(linesSet('# A=1\nB=2\n export C = 3\nD\n\nE.f=\nB=4\r\n')), { B: '4', C: '3', 'E.f': '' });
  });

  // each line was given to docker-compose 1.29.2 and docker compose 2.40.3, which read the value back
  const LINES: readonly [value: string, line: string][] = [
    ['10.0.0.5', 'A=10.0.0.5'],
    ['>=0.15.0', 'A=>=0.15.0'],
    ['http://h:8008/x', 'A=http://h:8008/x'],
    ['pa$s w#o"rd', "A='pa$s w#o\"rd'"],
    ['a\\b', "A='a\\b'"],
    ["it's", "A=it's"],
    ["it's $x", "A='it\\'s $x'"],
    ['a\\\\b', 'A=a\\\\b'],
  ];
  for (const [value, line] of LINES) it(`holds ${value} as ${line}`, () => assert.equal(dotenvLine('A', value, '1.29.2'), line));

  it('is known to set a value alike only in a spelling that is sure to be read as it', () => {
    for (const [value, line] of LINES) assert.ok(isSetAlike(line.slice(2), value, '1.29.2'), line);
    const ALIKE: readonly [text: string, value: string, compose: string, alike: boolean][] = [
      ['"10.0.0.5"', '10.0.0.5', '1.29.2', true],
      ["'10.0.0.5'", '10.0.0.5', '2.40.3', true],
      ['"10.0.0.5"', '10.0.0.5', '1.25.5', false],
      ['10.0.0.6', '10.0.0.5', '2.40.3', false],
      ['"pa$s"', 'pa$s', '2.40.3', false],
      ['', 'x', '2.40.3', false],
      ['a${b}', 'a${b}', '2.40.3', false],
    ];
    for (const [text, value, compose, alike] of ALIKE) assert.equal(isSetAlike(text, value, compose), alike, text);
  });

  it('holds values as they are for a compose that knows no quotes', () => {
    assert.equal(dotenvLine('A', 'pa$s w#o"rd', '1.25.5'), 'A=pa$s w#o"rd');
    assert.throws(
      () => dotenvLine('A', ' x', '1.25.5'),
      /^Refusal: the value of A cannot be written to \.env: it holds a blank at its end/,
    );
  });

  const REFUSED: readonly [value: string, reason: RegExp][] = [
    ['a\nb', /a line break/],
    ['x${HOME}', /"\$\{"/],
    ["'\\ $x", /a backslash beside quotes/],
  ];
  for (const [value, reason] of REFUSED) {
    it(`is never given ${JSON.stringify(value)}, and the refusal does not show it`, () => {
      assert.throws(
        () => dotenvLine('SECRET', value, '2.40.3'),
        (error: Error) => reason.test(error.message) && /^the value of SECRET/.test(error.message) && !error.message.includes(value),
      );
    });
  }
});

describe('what is carried over from old containers', () => {
  const open = new Map([
    ['HOST_IP', ''],
    ['UPDATE', '>=0.16'],
    ['PATH', ''],
  ]);
  const carry = (old: Record<string, readonly string[]>, dotenv = '', fallbacks: Record<string, string> = {}) =>
    Object.fromEntries(carriedOver(open, new Map(Object.entries(old)), { dotenv, fallbacks: new Map(Object.entries(fallbacks)) }));

  it('is what the new file leaves open and the old ones had', () => {
    assert.deepEqual(carry({ HOST_IP: ['10.0.0.5', '10.0.0.5', ''], OTHER: ['x'] }), { HOST_IP: '10.0.0.5' });
  });
  it('is not what .env says already', () => assert.deepEqual(carry({ HOST_IP: ['10.0.0.5'] }, 'HOST_IP=1.2.3.4\n'), {}));
  it('is not what the image or the shell sets', () => assert.deepEqual(carry({ PATH: ['/bin'] }), {}));
  it("is not the fallback of the new file, nor that of the old one: it was nobody's choice", () => {
    assert.deepEqual(carry({ UPDATE: ['>=0.16'] }), {});
    assert.deepEqual(carry({ UPDATE: ['>=0.15'] }, '', { UPDATE: '>=0.15' }), {});
    assert.deepEqual(carry({ UPDATE: ['>=0.14'] }, '', { UPDATE: '>=0.15' }), { UPDATE: '>=0.14' });
  });
  it('is nothing where two containers had two values: none is picked', () => {
    assert.throws(() => carry({ HOST_IP: ['a', 'b'] }), /^TaskError: the old containers had 2 different values of HOST_IP/);
  });
});
