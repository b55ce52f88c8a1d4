// A validation of two files with problems of every kind, for the tests of its formats.
import type { Problem } from '../../../src/base/errors.ts';
import type { Verdict } from '../../../src/report/validation/verdict.ts';

export const SOURCE = 'name: x\nstages:\n  - steps:\n\t- state: stoped # über\n';

export const MISSPELT: Problem = {
  rule: 'schema-value',
  position: { file: 'es7.yml', line: 4, column: 11, endLine: 4, endColumn: 17 },
  path: 'stages/0/steps/0/state',
  message: 'must be running, stopped or absent, not "stoped"',
  hint: 'did you mean stopped?',
};

export const UNUSED: Problem = {
  rule: 'step-unused',
  position: { file: 'es7.yml', line: 3, column: 5, endLine: 5, endColumn: 1 },
  path: '',
  message: 'delay has no effect here: 100 %, so to say',
};

export const AWAY: Problem = { ...MISSPELT, position: { ...MISSPELT.position, file: 'sub/other one.yml' }, hint: undefined };

/** In the order of their being found, which is not that in which they are told. */
export const VERDICT: Verdict = {
  sources: new Map([
    ['es7.yml', SOURCE],
    ['sub/other one.yml', 'a: 1\n'],
    ['good.yml', 'a: 1\n'],
  ]),
  problems: [AWAY, MISSPELT, UNUSED],
  strict: false,
  version: '0.1.0',
  nameInCheckout: (file) => `deploy/${file}`,
};

export const VALID: Verdict = { ...VERDICT, problems: [], unchecked: 'groups were not checked' };
