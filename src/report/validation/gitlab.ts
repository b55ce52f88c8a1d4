// The code quality report of GitLab: a list of issues, by their fingerprints new or known in a merge request.
import { fingerprintsOf } from './fingerprint.ts';
import { gravityOf, inOrder, sentenceOf, type Verdict } from './verdict.ts';

const SEVERITIES = { error: 'major', warning: 'minor' } as const;

export function formatGitlab(verdict: Verdict): string {
  const problems = inOrder(verdict);
  const fingerprints = fingerprintsOf(problems, verdict);
  const issues = problems.map((problem, i) => {
    const { file, line, endLine } = problem.position;
    return {
      description: sentenceOf(problem),
      check_name: problem.rule,
      fingerprint: fingerprints[i],
      severity: SEVERITIES[gravityOf(problem, verdict)],
      location: { path: verdict.nameInCheckout(file), lines: { begin: line, end: endLine } },
    };
  });
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}
