// How plan and run are shown: which reporter, and how much it tells.
import { UsageError } from '../base/errors.ts';
import type { Output } from '../report/output.ts';
import type { ReporterKind } from '../report/report.ts';
import type { RunOptions } from './go.ts';
import type { World } from './world.ts';

/** A reporter, and what it is to show. */
export interface Shown extends Pick<Output, 'diff' | 'detail'> {
  readonly kind: ReporterKind;
}

/** How a run is shown. Throws a UsageError for what does not go together. */
export function shownBy({ output, step, verbose, quiet, diff }: RunOptions, { screen }: World): Shown {
  if (verbose === true && quiet === true) throw new UsageError('-v shows more and -q less: give one of them');
  if ((verbose === true || quiet === true) && output === 'json') throw new UsageError('-v and -q are for people: --output json tells all');
  if (quiet === true && output === 'tree') throw new UsageError('-q shows no tree: give --output lines, or leave it out');
  const kind = output ?? (screen.isTerminal && step !== true && quiet !== true ? 'tree' : 'lines');
  return { kind, diff: diff === true, detail: verbose === true ? 'more' : quiet === true ? 'less' : undefined };
}

/** This process as a reporter sees it. */
export const outputOf = ({ stdout, stderr, screen, secrets }: World, { diff, detail }: Shown): Output => ({
  stdout,
  stderr,
  diff,
  detail,
  isTerminal: screen.isTerminal,
  color: screen.color,
  get columns() {
    return screen.columns;
  },
  get rows() {
    return screen.rows;
  },
  mask: (text) => secrets.mask(text),
});
