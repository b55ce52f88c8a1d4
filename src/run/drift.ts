// How a host differs from what a saved plan saw of it: as sentences that say what was seen then and what is seen now.
import { isMap } from '../base/data.ts';
import { canonicalJson } from '../base/digest.ts';
import type { TaskStatus } from './events.ts';
import type { ObservedTask, Seen } from './observed.ts';

/** Of a longer value this much is shown. */
const SHOWN = 100;

/** As a plan says it. */
const WORDS: Partial<Record<TaskStatus, string>> = {
  changed: 'would change',
  at_run_time: 'decided at run time',
  cannot_tell: 'cannot tell',
};

/** Empty for two of the same state, and only for these. */
export function differences(then: Seen, now: Seen): readonly string[] {
  return [...valueDifferences('facts', then.facts, now.facts), ...taskDifferences(keyed(then.tasks), keyed(now.tasks))];
}

/** By name; a task that came several times has its number behind it. */
function keyed(tasks: readonly ObservedTask[]): ReadonlyMap<string, ObservedTask> {
  const found = new Map<string, ObservedTask>();
  for (const task of tasks) {
    let key = task.task;
    for (let times = 2; found.has(key); times++) key = `${task.task} (${times})`;
    found.set(key, task);
  }
  return found;
}

function taskDifferences(then: ReadonlyMap<string, ObservedTask>, now: ReadonlyMap<string, ObservedTask>): string[] {
  const names = new Set([...then.keys(), ...now.keys()]);
  return [...names].flatMap((name) => {
    const [was, is] = [then.get(name), now.get(name)];
    if (!was || !is || !isAlike(was, is)) return [`${name}: then ${textOf(was)}, now ${textOf(is)}`];
    return ['before', 'after', 'outputs', 'items'].flatMap((part) =>
      valueDifferences(`${name}: ${part}`, was[part as keyof ObservedTask], is[part as keyof ObservedTask]),
    );
  });
}

function isAlike(was: ObservedTask, is: ObservedTask): boolean {
  return was.module === is.module && was.status === is.status && was.summary === is.summary;
}

function textOf(task: ObservedTask | undefined): string {
  if (task === undefined) return 'not come to';
  const status = WORDS[task.status] ?? task.status;
  const said = task.message ?? task.summary;
  return said === '' ? status : `${status} (${said})`;
}

function valueDifferences(name: string, then: unknown, now: unknown): string[] {
  if (canonicalJson(then) === canonicalJson(now)) return [];
  if (isMap(then) && isMap(now)) {
    const keys = new Set([...Object.keys(then), ...Object.keys(now)]);
    return [...keys].flatMap((key) => valueDifferences(`${name}.${key}`, then[key], now[key]));
  }
  return [`${name}: then ${shown(then)}, now ${shown(now)}`];
}

function shown(value: unknown): string {
  const text = value === undefined ? 'not there' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
