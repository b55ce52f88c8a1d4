import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Problem } from '../../src/base/errors.ts';
import { formatProblems, problemsToJson } from '../../src/report/problems.ts';

const SOURCE = 'name: x\nstages:\n  - steps:\n\t- state: stoped # über\n';
const MISSPELT: Problem = {
  rule: 'schema-value',
  position: { file: 'es7.yml', line: 4, column: 11, endLine: 4, endColumn: 17 },
  path: 'stages/0/steps/0/state',
  message: 'must be running, stopped or absent, not "stoped"',
  hint: 'did you mean stopped?',
};
const UNNAMED: Problem = {
  rule: 'step-unused',
  position: { file: 'es7.yml', line: 3, column: 5, endLine: 5, endColumn: 1 },
  path: '',
  message: 'the stage has no name',
};
const AWAY: Problem = { ...MISSPELT, position: { ...MISSPELT.position, file: 'other.yml' }, hint: undefined };

describe('problems', () => {
  it('tells each with its source line and a caret, by place within a file, and counts them', () => {
    assert.deepEqual(formatProblems([MISSPELT, AWAY, UNNAMED], new Map([['es7.yml', SOURCE]]), false).split('\n'), [
      'es7.yml:3:5: warning: the stage has no name',
      '  3 |   - steps:',
      '    |     ^^^^^^',
      'es7.yml:4:11: stages/0/steps/0/state: must be running, stopped or absent, not "stoped"; did you mean stopped?',
      '  4 | \t- state: stoped # über',
      '    | \t         ^^^^^^',
      'other.yml:4:11: stages/0/steps/0/state: must be running, stopped or absent, not "stoped"',
      '2 errors, 1 warning in 2 files',
      '',
    ]);
  });

  it('shows the part of a very long line that holds the place, and one caret at least', () => {
    const source = `${'a'.repeat(200)}HERE${'b'.repeat(200)}`;
    const problem = { ...MISSPELT, position: { file: 'long.yml', line: 1, column: 201, endLine: 1, endColumn: 201 } };
    const [, line, caret] = formatProblems([problem], new Map([['long.yml', source]]), false).split('\n');
    assert.equal(line, `  1 | ${'a'.repeat(60)}HERE${'b'.repeat(56)}`);
    assert.equal(caret, `    | ${' '.repeat(60)}^`);
  });

  it('stands at the end of a line for what is missing there', () => {
    const problem = { ...MISSPELT, position: { file: 'es7.yml', line: 2, column: 9, endLine: 2, endColumn: 9 } };
    assert.equal(formatProblems([problem], new Map([['es7.yml', SOURCE]]), false).split('\n')[2], '    |         ^');
  });

  it('says nothing where there is nothing', () => {
    assert.equal(formatProblems([], new Map(), false), '');
  });

  it('is one versioned object as JSON', () => {
    assert.deepEqual(JSON.parse(problemsToJson([MISSPELT, UNNAMED])), {
      version: 1,
      errors: 1,
      warnings: 1,
      problems: [
        { ...UNNAMED, severity: 'warning' },
        { ...MISSPELT, severity: 'error' },
      ],
    });
  });
});
