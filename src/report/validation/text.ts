// The problems of files for people, and for what reads the output of compilers: `file:line:col: error: path: message; hint [rule]`, the line, carets.
import type { Problem } from '../../base/errors.ts';
import { type Paint, painter } from '../color.ts';
import { counted, oneLine } from '../words.ts';
import { frameOf } from './frame.ts';
import { gravityOf, inOrder, linesOf, sentenceOf, type Verdict } from './verdict.ts';

const TONES = { error: 'bad', warning: 'change' } as const;

/** The whole report: problems and their number, or that there are none. */
export function formatText(verdict: Verdict, color = false): string {
  if (verdict.problems.length > 0) return `${formatProblems(verdict, color)}${totalOf(verdict)}\n`;
  const unchecked = verdict.unchecked === undefined ? '' : `; ${verdict.unchecked}`;
  return `${[...verdict.sources.keys()].join(', ')}: valid${unchecked}\n`;
}

/** The problems alone, each with its frame; a file whose text is not in `sources` gets none. */
export function formatProblems(verdict: Pick<Verdict, 'problems' | 'sources' | 'strict'>, color: boolean): string {
  const paint = painter(color);
  const lines = new Map([...verdict.sources].map(([file, text]) => [file, linesOf(text)]));
  return inOrder(verdict)
    .flatMap((problem) => {
      const gravity = gravityOf(problem, verdict);
      const line = problem.isSecret ? undefined : lines.get(problem.position.file)?.[problem.position.line - 1];
      const frame = line === undefined ? [] : frameOf(problem.position, line, { paint, tone: TONES[gravity] });
      return [headOf(problem, gravity, paint), ...frame].map((text) => `${text}\n`);
    })
    .join('');
}

function headOf(problem: Problem, gravity: 'error' | 'warning', paint: Paint): string {
  const { position, path, rule } = problem;
  const place = paint('strong', `${position.file}:${position.line}:${position.column}:`);
  const text = oneLine(`${path === '' ? '' : `${path}: `}${sentenceOf(problem)}`);
  return `${place} ${paint(TONES[gravity], `${gravity}:`)} ${text} ${paint('quiet', `[${rule}]`)}`;
}

function totalOf({ problems, strict }: Verdict): string {
  const errors = problems.filter((problem) => gravityOf(problem, { strict }) === 'error').length;
  const warnings = problems.length - errors;
  const parts = [...(errors > 0 ? [counted(errors, 'error')] : []), ...(warnings > 0 ? [counted(warnings, 'warning')] : [])];
  return `${parts.join(', ')} in ${counted(new Set(problems.map(({ position }) => position.file)).size, 'file')}`;
}
