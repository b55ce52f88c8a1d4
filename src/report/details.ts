// More and less than usual of a run: -v shows what each step gave, -q only what did not go well.
import type { RunEvent, TaskResult } from '../run/events.ts';
import { oneLine, statusWord } from './words.ts';

/** Of a longer value this much is shown. */
const SHOWN = 200;

/** What a step gave: how it came out for each item of its loop, and its outputs, a line each. */
export function detailsOf({ outputs, items = [] }: Pick<TaskResult, 'outputs' | 'items'>, check: boolean): readonly string[] {
  return [
    ...items.map(({ item, status, summary }) =>
      oneLine(`item ${item}: ${statusWord(status, check)}${summary === '' ? '' : `  ${summary}`}`),
    ),
    ...Object.entries(outputs).map(([name, value]) => `${name}: ${shown(value)}`),
  ];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length.toLocaleString('en')} characters)` : text;
}

/** What nobody has to know of who asked to be told only of what did not go well. */
export function isRoutine(event: RunEvent): boolean {
  switch (event.kind) {
    case 'task_ended':
      return event.result.failure === undefined || event.result.failure.ignored === true;
    case 'host_ended':
      return event.result.status === 'ok' || event.result.status === 'ended';
    case 'warning':
    case 'interrupted':
    case 'run_ended':
      return false;
    default:
      return true;
  }
}
