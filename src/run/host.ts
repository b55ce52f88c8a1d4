// One host's way through a run: connect, facts, lock, its stages and steps, unlock. Other hosts, batches and stop rules are walk.ts's.
import { ConnectionError, messageOf } from '../base/errors.ts';
import type { Secrets } from '../base/secret.ts';
import type { Connection } from '../connections/connection.ts';
import { render } from '../playbook/expression.ts';
import { type Plan, type PlannedHost, scopeOf } from '../playbook/plan.ts';
import type { Stage, Step } from '../playbook/playbook.ts';
import type { CheckArguments } from '../playbook/schema.ts';
import { lookAhead } from './ahead.ts';
import type { Emitted, Failure, HostResult, HostStatus, RunEvent, TaskStatus } from './events.ts';
import { gatherFacts } from './facts.ts';
import { failureOf, isOurs } from './failure.ts';
import { type Lock, Locked, type LockHolder, takeLock } from './lock.ts';
import { Pending } from './pending.ts';
import { Receipt } from './receipt.ts';
import { runStage } from './stage.ts';
import type { HostState, TaskEnd, TaskModule } from './task.ts';

/** All that the hosts of one run share. */
export interface RunContext {
  readonly plan: Plan;
  readonly run: { readonly id: string; readonly stamp: string; readonly check: boolean };
  readonly holder: LockHolder;
  readonly modules: ReadonlyMap<string, TaskModule>;
  readonly checkArguments: CheckArguments;
  readonly secrets: Secrets;
  readonly emit: (event: Emitted) => RunEvent;
  readonly connect: (host: PlannedHost, signal: AbortSignal) => Promise<Connection>;
  /** aborted by the second interrupt */
  readonly signal: AbortSignal;
  /** true from the first interrupt on: no new task is begun */
  readonly stopping: () => boolean;
  /** resolves when every host of the batch has come to this stage or has ended */
  readonly barrier: (host: string, stage: Stage) => Promise<void>;
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How a host came out, and a fault of the runner's own if there was one. */
export interface HostEnd {
  readonly result: HostResult;
  readonly bug?: unknown;
}

/** One host on its way: what it shares with the others, what is its own, and its tasks so far by how they ended. */
export interface HostRun {
  readonly context: RunContext;
  readonly state: KeepingState;
  readonly counts: Counts;
}

type Ended = (status: HostStatus, message: string, failure?: Failure, error?: unknown) => HostEnd;
type Counts = Record<TaskStatus, number>;
const noTasks = (): Counts => ({ ok: 0, changed: 0, skipped: 0, failed: 0, refused: 0, unreachable: 0, at_run_time: 0, cannot_tell: 0 });

/** The result of a host that the run never came to. */
export function notRun(host: string, message: string): HostResult {
  return { host, status: 'not_run', counts: noTasks(), message };
}

/** Never rejects: a host's fault is its result, and no other host hears of it here. */
export async function runHost(host: PlannedHost, context: RunContext): Promise<HostEnd> {
  const counts = noTasks();
  let connection: Connection | undefined;
  let lock: Lock | undefined;
  let state: KeepingState | undefined;
  const ended: Ended = (status, message, failure, error) => {
    const reason = error instanceof ConnectionError ? error.reason : undefined;
    const result: HostResult = { host: host.name, status, counts, message, failure, reason };
    return { result, bug: status === 'failed' && error !== undefined && !isOurs(error) ? error : undefined };
  };
  try {
    context.emit({ kind: 'host_started', host: host.name, address: String(host.vars.ansible_host ?? host.name) });
    connection = await context.connect(host, context.signal);
    const facts = await gatherFacts(connection, context.now);
    const aborter = new AbortController();
    const scope = scopeOf(context.plan.playbook, host, { facts, run: context.run });
    const directory = projectDirectory(context, scope, facts.user.home);
    if (!context.run.check) lock = await takeLock(connection, directory, context.holder, (why) => aborter.abort(new Error(why)));
    state = stateOf(host, context, {
      connection,
      facts,
      scope,
      directory,
      signal: AbortSignal.any([context.signal, aborter.signal]),
    });
    return await runStages({ context, state, counts }, ended);
  } catch (error) {
    if (error instanceof Locked) return ended('locked', error.message, failureOf(error), error);
    const untouched = state === undefined || !state.touched || context.run.check;
    const status = statusOf(error, untouched, context.signal.aborted);
    return ended(status, messageOf(error), failureOf(error), error);
  } finally {
    await release(host.name, context, lock, connection);
  }
}

/** How a host ends by an error outside of its tasks: while it is reached and locked, or while a receipt is written. */
function statusOf(error: unknown, untouched: boolean, aborted: boolean): HostStatus {
  if (error instanceof ConnectionError) return 'unreachable';
  if (isOurs(error)) return untouched ? 'refused' : 'failed';
  return aborted ? 'interrupted' : 'failed';
}

async function runStages(run: HostRun, ended: Ended): Promise<HostEnd> {
  const { context, state } = run;
  for (const stage of context.plan.stages) {
    if (stage.barrier) await context.barrier(state.host, stage);
    if (context.stopping()) return ended('interrupted', `stopped before the stage ${stage.name}`);
    const end = await runStage(stage, run);
    switch (end.goOn) {
      case 'interrupted':
        return ended('interrupted', `stopped before ${end.before.id}`);
      case 'ended':
        return ended('ended', end.summary);
      case 'stop':
        return stopped(end.step, end.end, { context, ended });
    }
  }
  return ended('ok', '');
}

/** A host stops where a task has stopped it. */
function stopped(
  step: Step,
  { result, bug, connectionError }: TaskEnd,
  { context, ended }: { readonly context: RunContext; readonly ended: Ended },
): HostEnd {
  if (context.signal.aborted) return ended('interrupted', `interrupted in ${step.id}`, result.failure);
  const status = result.status === 'unreachable' || result.status === 'refused' ? result.status : 'failed';
  return { ...ended(status, result.summary, result.failure, connectionError), bug };
}

/** Where lock and receipts of this host live: the playbook's project_dir, or the login user's home. */
function projectDirectory(context: RunContext, scope: Readonly<Record<string, unknown>>, home: string): string {
  const { projectDir } = context.plan.playbook;
  if (projectDir === undefined) return home;
  return String(render(projectDir, scope));
}

interface Reached {
  readonly connection: Connection;
  readonly facts: HostState['facts'];
  readonly scope: Record<string, unknown>;
  readonly directory: string;
  readonly signal: AbortSignal;
}

type KeepingState = HostState & { readonly keep: (event: RunEvent) => Promise<void> };

function stateOf(host: PlannedHost, context: RunContext, { connection, facts, scope, directory, signal }: Reached): KeepingState {
  const run = { ...context.run, directory: `${directory}/.switchyard/runs/${context.run.id}` };
  const receipt = new Receipt(connection, run.directory, context.secrets);
  const steps = context.plan.stages.flatMap((stage) => stage.steps);
  const state: KeepingState = {
    host: host.name,
    connection,
    facts,
    run,
    checkArguments: context.checkArguments,
    secrets: context.secrets,
    signal,
    scope: { ...scope, run },
    touched: false,
    pending: new Pending(),
    emit: context.emit,
    beforeFirstChange: (step, concerns) =>
      lookAhead({ ...context, steps: steps.slice(steps.indexOf(step) + 1) }, { step, concerns }, state),
    intend: async (event) => receipt.append(context.emit(event)),
    keep: (event) => receipt.append(event),
    now: context.now,
    wait: context.wait,
  };
  return state;
}

/** A lost link keeps the lock on the host: whatever runs there may still run. */
async function release(host: string, context: RunContext, lock: Lock | undefined, connection: Connection | undefined): Promise<void> {
  try {
    await lock?.release();
  } catch (error) {
    context.emit({
      kind: 'warning',
      host,
      message: `${messageOf(error)}; the lock is left behind: switchyard unlock ${host} ${context.run.id}`,
    });
  }
  await connection?.close().catch(() => {}); // nothing depends on how a connection that is no longer needed ends
}
