import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { compilePattern, findMatch, findMatches, groupOf, PatternError, replaceMatches } from '../../src/expressions/regex.ts';

const faultOf = (source: string) => {
  try {
    compilePattern(source);
    return 'a pattern';
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `${error.start}-${error.end}: ${error.message}${error.hint ? `; ${error.hint}` : ''}`;
  }
};

describe('patterns', () => {
  const refused: readonly (readonly [source: string, expected: string])[] = [
    ['a(', '0-2: "a(" is not a pattern: missing closing ): a('],
    ['x[a', '1-3: "x[a" is not a pattern: missing closing ]: [a'],
    [
      'ab(?=c)',
      '2-5: "ab(?=c)" is not a pattern: invalid or unsupported Perl syntax: (?=; RE2 does not look ahead or behind: match what stands around it too, and take a group',
    ],
    [
      '(?<!x)a',
      '0-7: "(?<!x)a" is not a pattern: invalid named capture: (?<!x)a; RE2 does not look ahead or behind: match what stands around it too, and take a group',
    ],
    ['(a)\\1', '3-5: "(a)\\\\1" is not a pattern: invalid escape sequence: \\1; RE2 has no references to groups within a pattern'],
    ['a\\Z', '1-3: "a\\\\Z" is not a pattern: invalid escape sequence: \\Z; write \\z for the end of the text'],
    [
      '\\d++',
      '2-4: "\\\\d++" is not a pattern: invalid nested repetition operator: ++; RE2 never goes back: leave the possessive mark out',
    ],
    ['((a{100}){100}){100}', '0-20: "((a{100}){100}){100}" is not a pattern: invalid repeat count: {100}'],
    ['[ab]{1000}[cd]{1000}', '0-20: the pattern repeats too much; write smaller counts in { }'],
    ['('.repeat(1001), '0-1001: a pattern of more than 1000 characters is too long'],
  ];
  for (const [source, expected] of refused) it(`refuses ${source.slice(0, 30)}`, () => assert.equal(faultOf(source), expected));

  it('takes time that grows with the text, where others take for ever', () => {
    // each of these would take years with a pattern that goes back
    assert.equal(findMatch(compilePattern('^(a+)+$'), `${'a'.repeat(50_000)}!`), undefined);
    assert.equal(findMatch(compilePattern('(a|aa)+$'), `${'a'.repeat(50_000)}!`), undefined);
    assert.equal(findMatch(compilePattern('^(.*a){20}x$'), 'a'.repeat(50_000)), undefined);
  });

  it('does not search a text that is too long', () => {
    assert.throws(() => findMatch(compilePattern('a'), 'a'.repeat(100_001)), {
      message: 'a text of 100001 characters is too long to be searched; 100000 is the most',
    });
  });

  it('finds a match with its groups, and all of them', () => {
    const match = findMatch(compilePattern('(?P<major>\\d+)\\.(\\d+)(x)?'), 'v0.15.1')!;
    assert.deepEqual(
      [match.index, groupOf(match, 0), groupOf(match, 'major'), groupOf(match, '2'), groupOf(match, 3)],
      [1, '0.15', '0', '15', ''],
    );
    assert.throws(() => groupOf(match, 4), { message: 'the pattern has no group 4' });
    assert.throws(() => groupOf(match, 'constructor'), { message: 'the pattern has no group constructor' });
    assert.deepEqual(
      findMatches(compilePattern('A', { ignorecase: true }), 'aba').map(({ index }) => index),
      [0, 2],
    );
    assert.equal(findMatch(compilePattern('^b$', { multiline: true }), 'a\nb\nc')?.index, 2);
  });

  const replaced: readonly (readonly [pattern: string, text: string, by: string, expected: string])[] = [
    ['v(\\d)', 'v0.15 v1', 'V\\1', 'V0.15 V1'],
    ['(?P<a>x)', 'axb', '<\\g<a>\\g<1>>', 'a<xx>b'],
    ['x', 'axb', '$&\\n\\\\1', 'a$&\n\\1b'],
    ['x*', 'ab', '-', '-a-b-'],
    ['(a)|b', 'ab', '[\\1]', '[a][]'],
  ];
  for (const [pattern, text, by, expected] of replaced) {
    it(`replaces ${pattern} by ${by}`, () => assert.equal(replaceMatches(compilePattern(pattern), text, { by }), expected));
  }

  it('replaces the first ones only, where it is told how many', () => {
    assert.equal(replaceMatches(compilePattern('a'), 'aaa', { by: 'b', count: 2 }), 'bba');
  });

  it('that are simple find what RE2 finds, and are refused as RE2 refuses them', () => {
    const character = fc.constantFrom('a', 'b', '0', '_', '\\.', '\\-', '[a-c]', '[0-9]', '[ab.]', '[a-]', '[b-a]', '[0-9]{2}', '[_a-z]');
    const pattern = fc
      .tuple(
        fc.array(character, { maxLength: 3 }),
        character,
        fc.constantFrom('', '+', '*'),
        fc.array(character, { maxLength: 3 }),
        fc.constantFrom('', '$'),
      )
      .map(([before, one, repeated, after, end]) => `^${before.join('')}${one}${repeated}${after.join('')}${end}`);
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '0', '7', '_', '.', '-', '\n', 'é'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const asked = (source: string, searched: string) =>
      faultOf(source) === 'a pattern' ? findMatches(compilePattern(source), searched).map((match) => [match.index, ...match]) : 'refused';
    let found = 0;
    fc.assert(
      fc.property(pattern, text, (source, searched) => {
        const simple = asked(source, searched);
        assert.deepEqual(simple, asked(`(?:${source})`, searched)); // in a group it is left to RE2
        if (simple.length > 0) found++;
      }),
      { numRuns: 2000 },
    );
    assert.ok(found > 100, `only ${found} found something`);
  });
});
