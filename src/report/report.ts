// The table of reporters, and the one place where texts of the outside are made safe before any of them sees one.
import type { RunEvent } from '../run/events.ts';
import { jsonReporter } from './json.ts';
import { linesReporter } from './lines.ts';
import type { Output, Reporter } from './output.ts';
import { treeReporter } from './tree.ts';
import { plain } from './words.ts';

export type ReporterKind = 'tree' | 'lines' | 'json';

const REPORTERS = { tree: treeReporter, lines: linesReporter, json: jsonReporter } as const;

/** `tree` and `lines` end with the recap; the last line of `json` is the event `run_ended`. A second run needs a second reporter. */
export function createReporter(kind: ReporterKind, out: Output): Reporter {
  const reporter = REPORTERS[kind](out);
  const safe = kind === 'json' ? out.mask : (text: string) => out.mask(plain(text));
  return { listen: (event: RunEvent) => reporter.listen(mapTexts(event, safe)), close: () => reporter.close() };
}

/** A copy of plain data with every text replaced, keys of objects too: `outputs` may have been keyed by what the host said. */
function mapTexts<T>(data: T, change: (text: string) => string): T {
  if (typeof data === 'string') return change(data) as T;
  if (Array.isArray(data)) return data.map((item) => mapTexts(item, change)) as T;
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [change(key), mapTexts(value, change)])) as T;
}
