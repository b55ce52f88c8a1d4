// The walk over all hosts: batches one after another, the hosts of a batch side by side, each at its own speed; then the stop rules.
import { EXIT } from '../base/exit.ts';
import type { Plan } from '../playbook/plan.ts';
import type { Emitted, HostResult, Listener, RunEvent } from './events.ts';
import { exitCode } from './exit.ts';
import { notRun, type RunContext, runHost } from './host.ts';
import { Meeting } from './meeting.ts';

/** What a walk needs besides what its hosts share. */
export interface WalkOptions extends Omit<RunContext, 'emit' | 'barrier' | 'stopping' | 'signal'> {
  readonly listeners: readonly Listener[];
  /** how many hosts at once */
  readonly forks: number;
  readonly interrupt: Interrupt;
  readonly file: string;
}

/** The user's ^C: the first one stops new tasks, the second one aborts the running ones. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** the first one's signal; undefined: none came yet */
  readonly name: () => string | undefined;
  /** the listener hears of each one, and how many it were so far */
  readonly listen: (listener: (signal: string, times: number) => void) => void;
}

export interface WalkEnd {
  readonly hosts: readonly HostResult[];
  readonly exit: number;
  readonly bug?: unknown;
}

/** Runs the plan. Never rejects for what happens on a host; a fault of the runner's own is in `bug`, after every host has ended. */
export async function walk(options: WalkOptions): Promise<WalkEnd> {
  const { plan, now, interrupt } = options;
  const begun = now();
  const emit = (event: Emitted): RunEvent => {
    const complete = { ...event, time: now() } as RunEvent;
    for (const listen of options.listeners) listen(complete);
    return complete;
  };
  interrupt.listen((signal, times) => emit({ kind: 'interrupted', signal, times }));
  emit({
    kind: 'run_started',
    run: options.run.id,
    playbook: plan.playbook.name,
    file: options.file,
    check: options.run.check,
    batches: plan.batches.map((batch) => batch.map(({ name }) => name)),
    stages: plan.stages.map(({ name, steps }) => ({ name, steps: steps.map((step) => ({ name: step.name, module: step.module })) })),
  });
  const hosts: HostResult[] = [];
  let bug: unknown;
  let stopped: string | undefined;
  for (const [index, batch] of plan.batches.entries()) {
    if (stopped !== undefined) {
      for (const { name } of batch) {
        const result = notRun(name, stopped);
        hosts.push(result);
        emit({ kind: 'host_ended', result });
      }
      continue;
    }
    emit({ kind: 'batch_started', batch: index + 1, hosts: batch.map(({ name }) => name) });
    const meeting = new Meeting(batch.map(({ name }) => name));
    const context: RunContext = {
      ...options,
      emit,
      signal: interrupt.signal,
      stopping: () => interrupt.name() !== undefined,
      barrier: (host, stage) => meeting.arrive(host, stage),
    };
    // a host that waits at a barrier holds its place: with fewer places than hosts the others would never come
    const places = plan.stages.some((stage) => stage.barrier) ? batch.length : options.forks;
    const ends = await eachAtMost(places, batch, async (host) => {
      const end = await runHost(host, context);
      meeting.leave(host.name);
      emit({ kind: 'host_ended', result: end.result });
      return end;
    });
    hosts.push(...ends.map(({ result }) => result));
    bug ??= ends.find((end) => end.bug !== undefined)?.bug;
    stopped =
      interrupt.name() !== undefined
        ? 'the run was interrupted'
        : bug !== undefined
          ? 'the runner failed'
          : stopRule(
              plan,
              ends.map(({ result }) => result),
            );
  }
  const exit = bug === undefined ? exitCode(hosts, { check: options.run.check, signal: interrupt.name() }) : EXIT.bug;
  emit({ kind: 'run_ended', hosts, exit, duration_ms: now() - begun });
  return { hosts, exit, bug };
}

/** Why the next batch does not begin; undefined: it does. Refused, locked and unreachable hosts count as failed ones. */
function stopRule({ playbook }: Plan, results: readonly HostResult[]): string | undefined {
  const bad = results.filter(({ status }) => status !== 'ok' && status !== 'ended');
  if (bad.length === 0) return undefined;
  const percent = (100 * bad.length) / results.length;
  const allowed = playbook.anyErrorsFatal ? 0 : playbook.maxFailPercentage;
  return percent > allowed
    ? `${bad.length} of ${results.length} hosts of the batch before did not come through: ${bad.map(({ host }) => host).join(', ')}`
    : undefined;
}

/** Results in the order of the items; at most `limit` at work at once. */
async function eachAtMost<Item, Result>(limit: number, items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
