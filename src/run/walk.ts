// The walk over all hosts: batches one after another, the hosts of a batch side by side, each at its own speed; then the stop rules.
import { EXIT } from '../base/exit.ts';
import type { Plan } from '../playbook/plan.ts';
import { PARTS, type Part, type Stage } from '../playbook/playbook.ts';
import type { Approve } from './approval.ts';
import { runBatch } from './batch.ts';
import type { Emitted, HostResult, Listener, PlannedStage, RunEvent } from './events.ts';
import { exitCode } from './exit.ts';
import type { Held } from './held.ts';
import { type Company, notRun, type RunContext } from './host.ts';
import type { Observed } from './observed.ts';

/** What a walk needs besides what its hosts share. */
export interface WalkOptions extends Omit<RunContext, 'emit' | 'stopping' | 'signal' | 'held' | keyof Company> {
  /** of a saved plan: every host of a batch is compared with it before the first one is changed */
  readonly held?: Omit<Held, 'compared' | 'once'>;
  readonly listeners: readonly Listener[];
  /** how many hosts at once */
  readonly forks: number;
  readonly interrupt: Interrupt;
  /** undefined: every stage that asks first is approved */
  readonly approve: Approve | undefined;
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
  /** of a plan: by host, what was seen of it */
  readonly observed: ReadonlyMap<string, Observed>;
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
    plan: options.held?.plan,
    batches: plan.batches.map((batch) => batch.map(({ name }) => name)),
    stages: plan.stages.map(plannedStage),
  });
  const hosts: HostResult[] = [];
  const observed = new Map<string, Observed>();
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
    const ends = await runBatch(batch, options, emit);
    hosts.push(...ends.map(({ result }) => result));
    for (const { result, observed: seen } of ends) if (seen) observed.set(result.host, seen);
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
  return { hosts, observed, exit, bug };
}

function plannedStage(stage: Stage): PlannedStage {
  const listed = (part: Part) => stage[part].map(({ name, module }) => ({ name, module }));
  const more = PARTS.filter((part) => part !== 'steps' && stage[part].length > 0);
  return {
    name: stage.name,
    steps: listed('steps'),
    ...Object.fromEntries(more.map((part) => [part, listed(part)])),
    ...(stage.confirm !== undefined && { confirm: stage.confirm }),
    ...(stage.pointOfNoReturn && { point_of_no_return: true as const }),
  };
}

/**
 * Why the next batch does not begin; undefined: it does. Refused, locked and unreachable hosts count as failed ones. A host that a saved plan
 * does not hold for any more ends it for all.
 */
function stopRule({ playbook }: Plan, results: readonly HostResult[]): string | undefined {
  const bad = results.filter(({ status }) => status !== 'ok' && status !== 'ended');
  if (bad.length === 0) return undefined;
  const others = bad.filter(({ failure }) => failure?.differences);
  if (bad.some(({ status }) => status === 'declined')) return 'approval was declined in the batch before';
  if (others.length > 0) return `not as the plan saw them: ${others.map(({ host }) => host).join(', ')}`;
  const percent = (100 * bad.length) / results.length;
  const allowed = playbook.anyErrorsFatal ? 0 : playbook.maxFailPercentage;
  return percent > allowed
    ? `${bad.length} of ${results.length} hosts of the batch before did not come through: ${bad.map(({ host }) => host).join(', ')}`
    : undefined;
}
