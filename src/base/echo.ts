// Which problems are only echoes of another one, and would be gone with it: of a key that is misspelt, or of a part of a file that could not be read.
import type { Position, Problem } from './errors.ts';
import { isError, RULES, type Rule } from './rules.ts';
import type { Unread, YamlDocument } from './yaml.ts';

/** The problems without echoes. `documents`: all that were read together, for one may declare what another one uses. */
export function withoutEchoes(all: readonly Problem[], documents: readonly YamlDocument[]): readonly Problem[] {
  const problems = withoutMisspelt(all);
  const unread = documents.flatMap((document) => document.unread);
  if (unread.length === 0) return problems;
  const sources = new Map(documents.map(({ file, source }) => [file, source]));
  const ofTexts = new Set(documents.flatMap((document) => document.problems));
  return problems.filter(
    (problem) => ofTexts.has(problem) || !unread.some((part) => isEcho(problem, part, sources.get(problem.position.file) ?? '')),
  );
}

/** The problems without the warnings that stand where an error stands: what is wrong here need not be called doubtful as well. */
export function withoutDoubts(problems: readonly Problem[]): Problem[] {
  const placeOf = ({ position: { file, line, column } }: Problem) => `${line}:${column}:${file}`;
  const wrong = new Set(problems.filter(isError).map(placeOf));
  return problems.filter((problem) => isError(problem) || !wrong.has(placeOf(problem)));
}

/** A key that is missing because it is misspelt is told once. */
function withoutMisspelt(problems: readonly Problem[]): readonly Problem[] {
  const meant = new Set(
    problems.flatMap((problem) => (isOfAbsence(problem) ? [] : [`${problem.position.file} ${dirname(problem.path)} ${problem.about}`])),
  );
  return problems.filter((problem) => !isOfAbsence(problem) || !meant.has(`${problem.position.file} ${problem.path} ${problem.about}`));
}

/** It says that something is not there. */
function isOfAbsence({ rule }: Problem): boolean {
  const found: Rule = RULES[rule];
  return found.isOfAbsence === true;
}

const dirname = (path: string) => path.split('/').slice(0, -1).join('/');

function isEcho(problem: Problem, unread: Unread, source: string): boolean {
  const { position, path } = problem;
  const isSameFile = unread.position.file === position.file;
  if (isSameFile && unread.path !== undefined && isWithin(path, unread.path)) return true;
  if (!isOfAbsence(problem)) return false;
  if (isSameFile && unread.path === undefined && isAround(position, unread.position)) return true;
  const word = textAt(position, source);
  return /^[\w-]+$/.test(word) && new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(unread.text);
}

const isWithin = (path: string, around: string) => path === around || around === '' || path.startsWith(`${around}/`);

const isAround = (outer: Position, inner: Position) => outer.line <= inner.endLine + 1 && inner.line - 1 <= outer.endLine;

/** Empty where the place goes over several lines: that is no name. */
function textAt({ line, column, endLine, endColumn }: Position, source: string): string {
  return line === endLine ? (source.split('\n', line)[line - 1]?.slice(column - 1, endColumn - 1) ?? '') : '';
}
