// Looking at a host without changing it: a plan, and what comes before a run that a saved plan holds.
import type { PlannedHost } from '../playbook/plan.ts';
import { noTasks } from './counts.ts';
import type { Emitted, HostStatus, RunEvent, TaskResult } from './events.ts';
import { driftOf } from './held.ts';
import type { HostEnd, RunContext } from './host.ts';
import { observe } from './observed.ts';
import { enderOf, goThrough, type Reached, startOf } from './way.ts';

/** A check walk came as far as the host let it. */
const LOOKED: ReadonlySet<HostStatus> = new Set(['ok', 'ended', 'refused', 'failed']);

/** A check walk. Held to a saved plan, a host that is another one than the plan saw ends refused. */
export async function lookThrough(host: PlannedHost, context: RunContext, reached: Reached): Promise<HostEnd> {
  const results: TaskResult[] = [];
  const emit = (event: Emitted) => {
    if (event.kind === 'task_ended') results.push(event.result);
    return context.emit(event);
  };
  const run = startOf(host, { ...context, emit }, reached);
  const ended = enderOf(host.name, run.counts);
  const end = await goThrough(run, ended);
  if (end.bug !== undefined || !LOOKED.has(end.result.status)) return end;
  const observed = observe(reached.facts, results, context);
  const failure = context.held && driftOf(host.name, observed, context.held);
  return { ...(failure ? ended('refused', failure.message, failure) : end), observed };
}

/**
 * undefined: this host and all others of its batch are as the saved plan saw them; else how this one ends, unchanged. Nobody hears of the
 * tasks of this look: they come again.
 */
export async function lookAgain(host: PlannedHost, context: RunContext, reached: Reached): Promise<HostEnd | undefined> {
  context.emit({ kind: 'compare_started', host: host.name });
  const run = { ...context.run, check: true };
  const emit = (event: Emitted) => ({ ...event, time: context.now() }) as RunEvent;
  const { once } = context.held!;
  const { result, observed, bug } = await lookThrough(host, { ...context, run, emit, once, barrier: async () => true }, reached);
  once.leave(host.name);
  const uncounted = { ...result, counts: noTasks() };
  if (observed === undefined) return { result: uncounted, bug };
  const found = result.failure?.differences;
  context.emit({ kind: 'compare_ended', host: host.name, differences: found ?? [] });
  const others = await context.held!.compared(host.name, found === undefined);
  if (found !== undefined) return { result: uncounted };
  if (others.length === 0) return undefined;
  return enderOf(host.name, noTasks())('not_run', `nothing was changed: ${others.join(', ')} cannot be held to the plan`);
}
