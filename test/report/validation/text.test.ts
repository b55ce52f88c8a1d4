import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatText } from '../../../src/report/validation/text.ts';
import { VALID, VERDICT } from './verdict.ts';

describe('problems as text', () => {
  it('are told each with its source line and carets, by file and place, and counted', () => {
    assert.deepEqual(formatText(VERDICT, false).split('\n'), [
      'es7.yml:3:5: warning: delay has no effect here: 100 %, so to say [step-unused]',
      '  3 |   - steps:',
      '    |     ^^^^^^',
      'es7.yml:4:11: error: stages/0/steps/0/state: must be running, stopped or absent, not "stoped"; did you mean stopped? [schema-value]',
      '  4 | \t- state: stoped # über',
      '    | \t         ^^^^^^',
      'sub/other one.yml:4:11: error: stages/0/steps/0/state: must be running, stopped or absent, not "stoped" [schema-value]',
      '2 errors, 1 warning in 2 files',
      '',
    ]);
  });

  it('are errors all of them where warnings count as such', () => {
    const lines = formatText({ ...VERDICT, strict: true }, false).split('\n');
    assert.deepEqual(
      [lines[0], lines.at(-2)],
      ['es7.yml:3:5: error: delay has no effect here: 100 %, so to say [step-unused]', '3 errors in 2 files'],
    );
  });

  it('have colours only where they are wanted', () => {
    assert.ok(formatText(VERDICT, true).includes('\u001b[31merror:\u001b[39m'));
  });

  it('are said not to be there, with what was not looked at', () => {
    assert.equal(formatText(VALID, false), 'es7.yml, sub/other one.yml, good.yml: valid; groups were not checked\n');
    assert.equal(formatText({ ...VALID, unchecked: undefined }, false), 'es7.yml, sub/other one.yml, good.yml: valid\n');
  });
});
