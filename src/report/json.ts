// One event a line as JSON, for programs. `version` rises when a key changes its meaning or goes away; new keys and kinds may come at any time.
import type { Output, Reporter } from './output.ts';

export function jsonReporter(out: Output): Reporter {
  return {
    listen: (event) => out.stdout(`${JSON.stringify({ version: 1, ...event })}\n`),
    close: () => Promise.resolve(),
  };
}
