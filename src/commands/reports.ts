// --report kind=file: reports on a run, written when it is over, beside what is shown.
import { resolve } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { createReport, type ReportKind } from '../report/report.ts';
import type { Listener } from '../run/events.ts';
import type { World } from './world.ts';

export interface ReportOption {
  readonly kind: ReportKind;
  readonly file: string;
}

/** What listens to the run, and writes when it is over. */
export interface Reports {
  readonly listeners: readonly Listener[];
  /** Throws for nothing: the run is what it is, and its exit code is its own. A file that could not be written is told on stderr. */
  save(): void;
}

/** Throws a UsageError for a file that could not be written, before anything is begun. */
export function openReports(options: readonly ReportOption[], world: World): Reports {
  for (const { file } of options) world.requirePlace(resolve(world.cwd, file), { makes: true });
  const reports = options.map(({ kind, file }) => ({ file, report: createReport(kind, { mask: (text) => world.secrets.mask(text) }) }));
  return {
    listeners: reports.map(
      ({ report }) =>
        (event) =>
          report.listen(event),
    ),
    save: () => {
      for (const { file, report } of reports) saveOne(file, report.text(), world);
    },
  };
}

function saveOne(file: string, text: string | undefined, world: World): void {
  if (text === undefined) return;
  try {
    world.saveReport(resolve(world.cwd, file), text);
  } catch (error) {
    world.stderr(`warning: ${messageOf(error)}\n`);
  }
}
