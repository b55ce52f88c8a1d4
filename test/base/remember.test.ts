import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { remembering } from '../../src/base/remember.ts';

describe('what is remembered of texts', () => {
  it('is found out once', () => {
    const asked: string[] = [];
    const lengthOf = remembering((text) => [asked.push(text), text.length], 10);
    assert.equal(lengthOf('one'), lengthOf('one'));
    lengthOf('two');
    assert.deepEqual(asked, ['one', 'two']);
  });

  it('is forgotten before it becomes too much', () => {
    const asked: string[] = [];
    const lengthOf = remembering((text) => asked.push(text), 2);
    for (const text of ['a', 'b', 'c', 'c', 'a']) lengthOf(text);
    assert.deepEqual(asked, ['a', 'b', 'c', 'a']);
  });

  it('is never a failure', () => {
    let times = 0;
    const fail = remembering(() => {
      times++;
      throw new Error('no');
    }, 10);
    assert.throws(() => fail('a'));
    assert.throws(() => fail('a'));
    assert.equal(times, 2);
  });
});
