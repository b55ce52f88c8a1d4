// Workflow commands, by which GitHub shows problems beside the lines of a pull request. It shows ten errors and ten warnings of a step, so errors come first.
import type { Problem } from '../../base/errors.ts';
import { gravityOf, inOrder, sentenceOf, type Verdict } from './verdict.ts';

export function formatGithub(verdict: Verdict): string {
  const graded = inOrder(verdict).map((problem) => ({ problem, gravity: gravityOf(problem, verdict) }));
  const sorted = ['error', 'warning'].flatMap((gravity) => graded.filter((one) => one.gravity === gravity));
  return sorted.map(({ problem, gravity }) => `${commandOf(gravity, problem, verdict)}\n`).join('');
}

function commandOf(gravity: string, problem: Problem, { nameInCheckout }: Verdict): string {
  const { file, line, column, endLine, endColumn } = problem.position;
  const columns = line === endLine ? { col: column, endColumn } : {}; // columns count on one line only
  const properties = { file: nameInCheckout(file), line, endLine, ...columns, title: problem.rule };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${gravity} ${written.join(',')}::${escapeData(sentenceOf(problem))}`;
}

const escapeData = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
