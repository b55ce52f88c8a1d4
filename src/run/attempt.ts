// One try of a step on a host: when? → arguments → check → (in a run) apply. In a plan it tells what a run would do, and notes what that would write.
import { Refusal, TaskError } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import { withEnvironment } from '../connections/environment.ts';
import { evaluate } from '../expressions/evaluate.ts';
import type { Expression } from '../expressions/parse.ts';
import { DecidedAtRunTime, type Scope } from '../expressions/scope.ts';
import type { Change, Concerns, Outputs, Target } from '../modules/module.ts';
import type { Step } from '../playbook/playbook.ts';
import { render } from '../playbook/render.ts';
import type { ItemResult, TaskStatus } from './events.ts';
import type { Turn } from './loop.ts';
import type { Given, HostState } from './task.ts';

/** What is tried. */
export interface Trial extends Given {
  readonly step: Step;
  /** what its expressions see */
  readonly scope: Scope;
  /** the item that it is for, where the step has a loop */
  readonly turn?: Turn;
}

/** How a try ended that did not fail. */
export interface Ending {
  readonly status: TaskStatus;
  readonly summary: string;
  readonly figures?: string;
  /** undefined: not known, for a plan did not make the change */
  readonly outputs?: Outputs;
  readonly before?: string;
  readonly after?: string;
  /** the host has nothing more to do */
  readonly end?: true;
  readonly items?: readonly ItemResult[];
}

/** Rejects with what went wrong; whether the step is tried again is the task's to decide. */
export async function attempt(trial: Trial, state: HostState): Promise<Ending> {
  state.signal.throwIfAborted();
  if (state.pending.mayHaveEnded) return { status: 'at_run_time', summary: 'the host may have ended before' };
  const prepared = prepare(trial, state);
  if ('status' in prepared) return prepared;
  const concerns = trial.module.concerns?.(prepared.args);
  const open = openInPlan(trial, concerns, state);
  if (open !== undefined) return { status: 'at_run_time', summary: open };
  const target = targetOf(trial, state, prepared.environment);
  const looked = await look(trial, { ...prepared, target, concerns }, state);
  switch (looked.status) {
    case 'cannot_tell':
      if (trial.module.kind !== 'probe') foresee(concerns, state);
      return looked;
    case 'end':
      return { status: 'ok', summary: looked.summary, outputs: {}, end: true };
    case 'ok':
      return { status: 'ok', summary: looked.summary ?? '', figures: looked.figures, outputs: looked.outputs };
    case 'changes':
      if (!state.run.check) return apply(trial, { ...prepared, concerns, change: looked.change }, state);
      foresee(concerns, state);
      return { status: 'changed', ...wordsOf(looked.change) };
  }
}

type Found = Omit<Look, 'target'> & { readonly change: Change };

async function apply(trial: Trial, { args, change, environment, concerns }: Found, state: HostState): Promise<Ending> {
  const { step, module, turn } = trial;
  if (!state.touched) await state.beforeFirstChange(step, concerns);
  const summary = turn === undefined ? change.summary : `${turn.label}: ${change.summary}`;
  if (state.permit && !(await state.permit(step, summary))) return { status: 'skipped', summary: `left out by --step: ${change.summary}` };
  state.touched = true;
  await state.intend({ kind: 'task_applying', host: state.host, stage: step.stage, step: step.name, summary });
  const outputs = await module.apply(args, change, targetOf(trial, state, environment)); // a new one: the time for an answer is not the step's
  return { status: 'changed', ...wordsOf(change), outputs };
}

const wordsOf = ({ summary, figures, before, after }: Change) => ({ summary, figures, before, after });

interface Prepared {
  readonly args: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** What the step is done with, or how it ends before anybody looks. */
function prepare(trial: Trial, state: HostState): Prepared | Ending {
  const { step, schema, scope } = trial;
  const where = `${state.host}: ${step.name}`;
  try {
    const unmet = unmetOf(step.when, scope, where);
    if (unmet !== undefined) return unmet;
    return {
      args: state.checkArguments(step.module, render(step.args, scope, schema), where),
      environment: render(step.environment, scope) as Readonly<Record<string, string>>,
    };
  } catch (error) {
    return openBy(error, trial, state);
  }
}

/** How a step is skipped by the first of these conditions that is false; undefined: all are true. */
export function unmetOf(conditions: readonly Expression[], scope: Scope, where: string): Ending | undefined {
  for (const condition of conditions) {
    const wanted = evaluate(condition, scope);
    if (typeof wanted !== 'boolean') {
      throw new TaskError(`${where}: when: ${condition.source} is ${JSON.stringify(wanted)}, not true or false`);
    }
    if (!wanted) return { status: 'skipped', summary: `when: ${condition.source} is false` };
  }
  return undefined;
}

/** In a plan: what is open because an expression of the step needs what a run finds. Rethrows any other error. */
export function openBy(error: unknown, { module, doubt }: Trial, state: HostState): Ending {
  const isOpen = error instanceof DecidedAtRunTime || (doubt !== undefined && error instanceof TaskError);
  if (!isOpen) throw error;
  if (module.kind !== 'probe') foresee(undefined, state); // without its arguments nobody knows what it would write
  if (module.endsHost) state.pending.mayHaveEnded = true;
  return { status: 'at_run_time', summary: doubt ?? error.message };
}

/** In a plan: why a look would say nothing of what a run finds. */
function openInPlan({ module, doubt }: Trial, concerns: Concerns | undefined, state: HostState): string | undefined {
  if (doubt !== undefined) {
    if (module.kind !== 'probe') foresee(concerns, state);
    if (module.endsHost) state.pending.mayHaveEnded = true;
    return doubt;
  }
  if (!state.run.check || !state.touched) return undefined;
  if (module.kind === 'probe' && module.judgesValues !== true) return 'looks at what an earlier step changes';
  if (concerns === undefined || !state.pending.mayDecide(concerns)) return undefined;
  foresee(concerns, state);
  return 'depends on what an earlier step changes';
}

/** In a plan: the step would, or may, write these. */
function foresee(concerns: Concerns | undefined, state: HostState): void {
  state.touched = true;
  state.pending.add(concerns);
}

interface Look extends Prepared {
  readonly target: Target;
  readonly concerns: Concerns | undefined;
}

/**
 * In a plan, a look that fails behind a pending change says nothing: the change may be what it waits for. A Refusal by what no pending
 * change touches stands: a run would be refused there, too.
 */
async function look({ module }: Trial, { args, target, concerns }: Look, state: HostState) {
  try {
    return await module.check(args, target);
  } catch (error) {
    const sure = error instanceof Refusal && (concerns !== undefined || module.judgesValues === true);
    if (state.run.check && state.touched && !sure && error instanceof TaskError) {
      return { status: 'cannot_tell' as const, summary: error.message };
    }
    throw error;
  }
}

function targetOf({ step, turn }: Trial, state: HostState, environment: Readonly<Record<string, string>>): Target {
  const connection = step.become ? state.connection.become(step.becomeUser) : state.connection;
  return {
    host: state.host,
    connection: withEnvironment(connection, environment),
    facts: state.facts,
    secrets: state.secrets,
    run: state.run,
    signal: step.timeout === undefined ? state.signal : AbortSignal.any([state.signal, AbortSignal.timeout(step.timeout * 1000)]),
    progress: (progress) => tellProgress(step, turn === undefined ? progress : inTurn(turn, progress), state),
  };
}

export function tellProgress({ stage, name }: Step, progress: Progress, { host, emit }: HostState): void {
  emit({ kind: 'task_progress', host, stage, step: name, progress });
}

/** "b (2 of 5): pulling" */
function inTurn({ label, number, total }: Turn, progress: Progress): Progress {
  return { ...progress, text: `${label} (${number} of ${total}): ${progress.text}` };
}
