import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { besideHost, durationText, failureLines, oneLine, plain, progressText, resultText } from '../../src/report/words.ts';

describe('words', () => {
  it('tells a time as a person does', () => {
    const cases: readonly (readonly [number, string])[] = [
      [0, '0.0 s'],
      [9_949, '9.9 s'],
      [9_950, '10 s'],
      [59_400, '59 s'],
      [59_600, '1 min 0 s'],
      [3_725_000, '1 h 2 min'],
    ];
    for (const [ms, text] of cases) assert.equal(durationText(ms), text);
  });

  it('puts the figures of a result behind its summary', () => {
    assert.equal(resultText({ summary: 'archive /srv as /b.tgz', figures: '3.2 GB' }), 'archive /srv as /b.tgz (3.2 GB)');
    assert.equal(resultText({ summary: 'nothing of it runs' }), 'nothing of it runs');
  });

  it('tells of progress what is known', () => {
    assert.equal(progressText({ text: 'pull redis:5.0' }), 'pull redis:5.0');
    assert.equal(progressText({ text: 'copy', done: 3, total: 0, unit: 'documents' }), 'copy  3 of 0 documents');
    assert.equal(progressText({ text: 'fetch', done: 999_999, total: 1_000_000 }), 'fetch  99 %, 999,999 of 1,000,000');
    const bytes = {
      text: 'fetch',
      done: 1_250_000_000,
      total: 4_000_000_000,
      unit: 'bytes',
      rate: 12_340_000,
      seconds_left: 222.3,
    } as const;
    assert.equal(progressText(bytes), 'fetch  31 %, 3 min 43 s left, 1.3 GB of 4.0 GB, 12.3 MB/s');
  });

  it('keeps of an output the last lines', () => {
    const failure = { message: 'x', next: 'look\nthere', output: 'one\ntwo\nthree\n' };
    assert.deepEqual(failureLines(failure, { outputLines: 2 }), ['next: look there', 'output:', '  two', '  three']);
    assert.deepEqual(failureLines({ message: 'x', output: ' \n' }, { outputLines: 2 }), []);
    const many = failureLines({ message: 'x', differences: Array.from({ length: 22 }, (_, i) => `fact ${i}`) }, { outputLines: 0 });
    assert.deepEqual(many.slice(-2), ['differs: fact 19', 'differs: 2 things more (--output json tells all)']);
  });

  it('takes out what a terminal would obey', () => {
    const said = '\u001b[2J\u001b]0;title\u0007red \u001b[31malert\u001b[0m\r\n10 %\r 50 %\r100 %\r\n\ttab\u0008\u009b1m';
    assert.equal(plain(said), 'red alert\n100 %\n  tab');
  });

  it('takes the host away where it stands beside the sentence', () => {
    assert.equal(besideHost('a: no\nroom', 'a'), 'no room');
    assert.equal(besideHost('ab: no room', 'a'), 'ab: no room');
    assert.equal(oneLine(' a \n\n  b '), 'a b');
  });
});
