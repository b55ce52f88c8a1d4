// The table of reporters, and the one place where texts of the outside are made safe before any of them sees one.
import type { RunEvent } from '../run/events.ts';
import { jsonReporter } from './json.ts';
import { linesReporter } from './lines.ts';
import type { Output, Reporter } from './output.ts';
import { Recorder } from './record.ts';
import { runJson } from './run_json.ts';
import { runJunit } from './run_junit.ts';
import { treeReporter } from './tree.ts';
import { plain } from './words.ts';

export type ReporterKind = 'tree' | 'lines' | 'json';
export type ReportKind = 'json' | 'junit';

const REPORTERS = { tree: treeReporter, lines: linesReporter, json: jsonReporter } as const;

const REPORTS = { json: runJson, junit: runJunit } as const;

/** `tree` and `lines` end with the recap; the last line of `json` is the event `run_ended`. A second run needs a second reporter. */
export function createReporter(kind: ReporterKind, out: Output): Reporter {
  const reporter = REPORTERS[kind](out);
  const safe = kind === 'json' ? out.mask : (text: string) => out.mask(plain(text));
  return { listen: (event: RunEvent) => reporter.listen(mapTexts(event, safe)), close: () => reporter.close() };
}

/** A report on a run that is over, as the text of a file. undefined: it did not come to its end. */
export interface Report {
  listen(event: RunEvent): void;
  text(): string | undefined;
}

export function createReport(kind: ReportKind, { mask }: Pick<Output, 'mask'>): Report {
  const recorder = new Recorder();
  const safe = kind === 'json' ? mask : (text: string) => mask(plain(text));
  return {
    listen: (event) => recorder.listen(mapTexts(event, safe)),
    text: () => {
      const record = recorder.record();
      return record && REPORTS[kind](record);
    },
  };
}

/** A copy of plain data with every text replaced, keys of objects too: `outputs` may have been keyed by what the host said. */
function mapTexts<T>(data: T, change: (text: string) => string): T {
  if (typeof data === 'string') return change(data) as T;
  if (Array.isArray(data)) return data.map((item) => mapTexts(item, change)) as T;
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [change(key), mapTexts(value, change)])) as T;
}
