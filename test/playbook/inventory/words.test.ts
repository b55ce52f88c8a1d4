import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { splitWords } from '../../../src/playbook/inventory/words.ts';

describe('a line of words', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['a  b=1\tc', ['a', 'b=1', 'c']],
    ['a "b c" d\'e f\'g', ['a', 'b c', 'de fg']],
    ['x=\'say "hi"\'', ['x=say "hi"']],
    ['x="a \\"b\\" \\n \\\\"', ['x=a "b" \\n \\']],
    ["x='a\\n'", ['x=a\\n']],
    ['a\\ b \\#c', ['a b', '#c']],
    ['a # rest', ['a']],
    ['a=b#c d', ['a=b']],
    ['a="b#c" #d', ['a=b#c']],
    ['""', ['']],
    ['', []],
    ['# all', []],
  ];
  for (const [line, words] of cases) {
    it(`${JSON.stringify(line)} has ${words.length}`, () => {
      const split = splitWords(line);
      assert.deepEqual('words' in split && split.words.map(({ text }) => text), words);
    });
  }

  it('says where each stands', () =>
    assert.deepEqual(splitWords(' a  b="c d"'), {
      words: [
        { text: 'a', start: 1, end: 2 },
        { text: 'b=c d', start: 4, end: 11 },
      ],
    }));

  const faults: readonly (readonly [string, string])[] = [
    ['a "b', 'has a " that is not closed'],
    ["a b'c", "has a ' that is not closed"],
    ['a "b\\"', 'has a " that is not closed'],
    ['a \\', 'ends with a backslash'],
  ];
  for (const [line, fault] of faults)
    it(`that ${fault}: ${line}`, () => assert.equal((splitWords(line) as { fault: string }).fault, fault));
});
