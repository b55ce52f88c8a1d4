// The problems of files for programs, as schemas/validation.json describes them. `version` rises when a key changes its meaning or goes away.
import { gravityOf, inOrder, isValid, type Verdict } from './verdict.ts';

export function formatJson(verdict: Verdict): string {
  const problems = inOrder(verdict).map(({ rule, position, path, message, hint }) => ({ rule, position, path, message, hint }));
  const graded = problems.map((problem) => ({ ...problem, severity: gravityOf(problem, verdict) }));
  const errors = graded.filter(({ severity }) => severity === 'error').length;
  const { unchecked } = verdict;
  const report = {
    version: 1,
    valid: isValid(verdict),
    files: [...verdict.sources.keys()],
    errors,
    warnings: graded.length - errors,
    unchecked,
    problems: graded,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
