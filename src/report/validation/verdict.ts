// What a validation found, as every format of it tells it.
import type { Problem } from '../../base/errors.ts';
import { isError } from '../../base/rules.ts';

export interface Verdict {
  /** every file that was judged, in the order in which they are told, with its text; a name that is no file (a list of hosts) is not in it */
  readonly sources: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  /** warnings count as errors */
  readonly strict: boolean;
  /** of the runner */
  readonly version: string;
  /** what was not looked at, as a sentence; undefined: everything was */
  readonly unchecked?: string | undefined;
  /** the name of a file from the root of the checkout, by which CI servers know it; absolute for one outside of it */
  readonly nameInCheckout: (file: string) => string;
}

/** A whole report, with a line break at its end; in colour only where that is asked for and possible. */
export type Format = (verdict: Verdict, color?: boolean) => string;

/** In the order in which they are told: by file, then by place. */
export function inOrder({ problems, sources }: Pick<Verdict, 'problems' | 'sources'>): readonly Problem[] {
  const files = [...new Set([...sources.keys(), ...problems.map(({ position }) => position.file)])];
  const rank = new Map(files.map((file, i) => [file, i]));
  return problems.toSorted(
    ({ position: a }, { position: b }) => rank.get(a.file)! - rank.get(b.file)! || a.line - b.line || a.column - b.column,
  );
}

export function gravityOf(problem: Problem, { strict }: Pick<Verdict, 'strict'>): 'error' | 'warning' {
  return strict || isError(problem) ? 'error' : 'warning';
}

export function isValid({ problems, strict }: Pick<Verdict, 'problems' | 'strict'>): boolean {
  return !problems.some((problem) => gravityOf(problem, { strict }) === 'error');
}

/** Message and hint as one sentence. */
export const sentenceOf = ({ message, hint }: Problem): string => `${message}${hint === undefined ? '' : `; ${hint}`}`;

/** The lines of a text, without their breaks. */
export const linesOf = (text: string): readonly string[] => text.split(/\r?\n/);
