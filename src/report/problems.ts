// The faults of files, as a compiler tells them: `file:line:col: path: message; hint`, the source line, a caret below the place.
import type { Problem } from '../base/errors.ts';
import { isError, severityOf } from '../base/rules.ts';
import { type Paint, painter } from './color.ts';
import { counted, oneLine } from './words.ts';

/** Longer source lines are cut to this around the place. */
const FRAME_WIDTH = 120;

/** Text with a line break at its end; empty without problems. `sources` holds the text of each file by its name; a file not in it gets no frame. */
export function formatProblems(problems: readonly Problem[], sources: ReadonlyMap<string, string>, color: boolean): string {
  if (problems.length === 0) return '';
  const paint = painter(color);
  const lines = new Map([...sources].map(([file, text]) => [file, text.split(/\r?\n/)]));
  const blocks = inOrder(problems).map((problem) =>
    [sentenceOf(problem, paint), ...frameOf(problem, lines.get(problem.position.file)?.[problem.position.line - 1], paint)].join('\n'),
  );
  return `${blocks.join('\n')}\n${totalOf(problems)}\n`;
}

/** The same for programs: one JSON object. `version` rises when a key changes its meaning or goes away. */
export function problemsToJson(problems: readonly Problem[]): string {
  const errors = problems.filter(isError).length;
  const told = inOrder(problems).map((problem) => ({ ...problem, severity: severityOf(problem) }));
  return `${JSON.stringify({ version: 1, errors, warnings: problems.length - errors, problems: told }, undefined, 2)}\n`;
}

/** By place within a file; files in the order in which they came. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ position }) => position.file))];
  return problems.toSorted(
    ({ position: a }, { position: b }) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

function sentenceOf(problem: Problem, paint: Paint): string {
  const { position, path, message, hint } = problem;
  const place = paint('strong', `${position.file}:${position.line}:${position.column}:`);
  const text = `${path === '' ? '' : `${path}: `}${message}${hint === undefined ? '' : `; ${hint}`}`;
  return `${place} ${isError(problem) ? '' : `${paint('change', 'warning:')} `}${oneLine(text)}`;
}

function frameOf(problem: Problem, line: string | undefined, paint: Paint): string[] {
  const { position } = problem;
  if (line === undefined) return [];
  const cutBefore =
    line.length <= FRAME_WIDTH ? 0 : Math.max(0, Math.min(position.column - 1 - FRAME_WIDTH / 2, line.length - FRAME_WIDTH));
  const shown = line.slice(cutBefore, cutBefore + FRAME_WIDTH);
  const start = position.column - 1 - cutBefore;
  const end = position.endLine > position.line ? shown.length : Math.min(position.endColumn - 1 - cutBefore, shown.length);
  const margin = `  ${position.line} | `;
  const before = shown.slice(0, start).replace(/[^\t]/g, ' ').padEnd(start); // tabs stay tabs: the caret stands below its place at any tab width
  const caret = paint(isError(problem) ? 'bad' : 'change', '^'.repeat(Math.max(1, end - start)));
  return [`${paint('quiet', margin)}${shown}`, `${paint('quiet', `${' '.repeat(margin.length - 2)}| `)}${before}${caret}`];
}

function totalOf(problems: readonly Problem[]): string {
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  const parts = [...(errors > 0 ? [counted(errors, 'error')] : []), ...(warnings > 0 ? [counted(warnings, 'warning')] : [])];
  return `${parts.join(', ')} in ${counted(new Set(problems.map(({ position }) => position.file)).size, 'file')}`;
}
