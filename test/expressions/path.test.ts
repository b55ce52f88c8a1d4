// Names with attributes are read without the parser: they have to come out as the parser has them. In parentheses it is the parser that reads them.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ExpressionError } from '../../src/expressions/error.ts';
import type { Node } from '../../src/expressions/node.ts';
import { parseExpression } from '../../src/expressions/parse.ts';

const WORDS = [
  'true',
  'false',
  'none',
  'null',
  'True',
  'None',
  'not',
  'and',
  'or',
  'in',
  'is',
  'if',
  'else',
  'notes',
  'index',
  'a',
  '_b2',
  '7',
  '',
];

const word = fc.oneof(fc.constantFrom(...WORDS), fc.stringMatching(/^[A-Za-z_]\w{0,5}$/));
const blanks = fc.stringMatching(/^[ \n\t]{0,2}$/);
const path = fc
  .tuple(blanks, fc.array(word, { minLength: 1, maxLength: 25 }), blanks)
  .map(([before, words, after]) => `${before}${words.join('.')}${after}`);

describe('a name with its attributes', () => {
  it('is what the parser would make of it, at the same places', () => {
    let read = 0;
    fc.assert(
      fc.property(path, fc.nat(9), (text, at) => {
        const own = outcome(() => parseExpression(text, at).root);
        assert.deepEqual(
          own,
          outcome(() => parseExpression(`(${text})`, at - 1).root),
        );
        if (typeof own === 'object') read++;
      }),
      { numRuns: 2000 },
    );
    assert.ok(read > 200, `only ${read} of them were expressions`);
  });
});

/** The tree, or that there is none: where one ends and where a parenthesis is in the way, the parser says it in other words. */
function outcome(read: () => Node): Node | 'none' {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof ExpressionError);
    return 'none';
  }
}
