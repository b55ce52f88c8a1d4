// A host's way through all its stages: what it starts with, and how it comes out.
import { ConnectionError } from '../base/errors.ts';
import type { Facts } from '../base/facts.ts';
import type { Connection } from '../connections/connection.ts';
import { type PlannedHost, scopeOf } from '../playbook/plan.ts';
import type { Stage } from '../playbook/playbook.ts';
import { lookAhead } from './ahead.ts';
import { asksFirst } from './approval.ts';
import { type Counts, noTasks } from './counts.ts';
import type { Emitted, Failure, HostResult, HostStatus, RunEvent } from './events.ts';
import { isOurs } from './failure.ts';
import type { HostEnd, RunContext } from './host.ts';
import { Pending } from './pending.ts';
import { Receipt } from './receipt.ts';
import { runStage, type StageProgress, type Stopped } from './stage.ts';
import type { HostState } from './task.ts';

/** One host on its way: what it shares with the others, what is its own, and its tasks so far by how they ended. */
export interface HostRun {
  readonly context: RunContext;
  readonly state: KeepingState;
  readonly counts: Counts;
  /** undefined before its first step */
  at: StageProgress | undefined;
}

export type KeepingState = HostState & {
  readonly keep: (event: RunEvent) => Promise<void>;
  /** the stage that was the point of no return, once a change was begun in it or after it */
  past: string | undefined;
};

/** Makes the end of a host out of its status, a sentence, and the error that was its reason. */
export type Ender = (status: HostStatus, message: string, failure?: Failure, error?: unknown) => HostEnd;

export function enderOf(host: string, counts: Counts): Ender {
  return (status, message, failure, error) => {
    const reason = error instanceof ConnectionError ? error.reason : undefined;
    const result: HostResult = { host, status, counts, message, failure, reason };
    return { result, bug: status === 'failed' && error !== undefined && !isOurs(error) ? error : undefined };
  };
}

/** All stages. Rejects only where what was done cannot be kept on the host. */
export async function goThrough(run: HostRun, ended: Ender): Promise<HostEnd> {
  const { context, state } = run;
  for (const stage of context.plan.stages) {
    const isApproved = !(stage.barrier || asksFirst(stage)) || (await context.barrier(state.host, stage));
    if (context.stopping()) return ended('interrupted', `stopped before the stage ${stage.name}`);
    if (!isApproved) return declined(stage, run, ended);
    const end = await runStage(stage, run);
    switch (end.goOn) {
      case 'interrupted':
        return ended('interrupted', `stopped before ${end.before.id}`);
      case 'ended':
        return ended('ended', end.summary);
      case 'stop':
        return stopped(end, run, ended);
    }
  }
  return ended('ok', '');
}

function declined({ name }: Stage, { state, context }: HostRun, ended: Ender): HostEnd {
  const before = context.plan.stages.slice(
    0,
    context.plan.stages.findIndex((stage) => stage.name === name),
  );
  const message = `${state.host}: ${name} was not approved`;
  return ended('declined', message, {
    message,
    state: state.touched ? `done is what comes before it: ${before.map((stage) => stage.name).join(', ')}` : 'nothing was changed',
    next: 'run it again and say yes, or say so beforehand with --yes',
  });
}

/** A host stops where a task has stopped it. What a refusal found untouched, always may have changed since. */
function stopped({ step, end }: Stopped, { context, state }: HostRun, ended: Ender): HostEnd {
  const { result, bug, connectionError } = end;
  if (context.signal.aborted) return ended('interrupted', `interrupted in ${step.id}`, result.failure);
  const isRefused = result.status === 'refused' && (context.run.check || !state.touched);
  const status = result.status === 'unreachable' ? 'unreachable' : isRefused ? 'refused' : 'failed';
  return { ...ended(status, result.summary, result.failure, connectionError), bug };
}

/** A host at the other end of a connection. */
export interface Reached {
  readonly connection: Connection;
  readonly facts: HostState['facts'];
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** As it is before the first step. */
export function startOf(host: PlannedHost, context: RunContext, { connection, facts, directory, signal }: Reached): HostRun {
  const run = { ...context.run, directory: `${directory}/.switchyard/runs/${context.run.id}` };
  const { permit } = context;
  const receipt = new Receipt(connection, run.directory, context.secrets);
  const { stages } = context.plan;
  const last = stages.findIndex(({ pointOfNoReturn }) => pointOfNoReturn);
  const beyond = new Set(last < 0 ? [] : stages.slice(last).map(({ name }) => name));
  const noReturn = (event: Emitted) => (event.kind === 'task_applying' && beyond.has(event.stage) ? stages[last]!.name : undefined);
  const state: KeepingState = {
    host: host.name,
    connection,
    facts,
    run,
    checkArguments: context.checkArguments,
    secrets: context.secrets,
    signal,
    scope: { ...scopeFor(host, context, facts), run },
    touched: false,
    pending: new Pending(),
    emit: context.emit,
    beforeFirstChange: async (step, concerns) => {
      if (!context.held) await lookAhead(started, { step, concerns }); // else its whole way was looked through a moment ago, and came out as planned
    },
    past: undefined,
    permit: permit && ((step, summary) => permit(host.name, step, summary)),
    intend: async (event) => {
      state.past ??= noReturn(event);
      await receipt.append(context.emit(event));
    },
    keep: (event) => receipt.append(event),
    now: context.now,
    wait: context.wait,
  };
  const started: HostRun = { context, state, counts: noTasks(), at: undefined };
  return started;
}

/** What the expressions of a host see before its first step. */
export function scopeFor(host: PlannedHost, { plan, run }: RunContext, facts: Facts): Record<string, unknown> {
  return scopeOf(plan.playbook, host, { facts, run });
}
