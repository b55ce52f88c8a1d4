// One task: a step on a host. When? → arguments → check → (in a run) apply → result. The only place where a failure becomes a result.
import { ConnectionError, messageOf, Refusal, TaskError } from '../base/errors.ts';
import type { Facts } from '../base/facts.ts';
import type { Secrets } from '../base/secret.ts';
import type { Connection } from '../connections/connection.ts';
import { withEnvironment } from '../connections/environment.ts';
import type { Concerns, Module, Outputs, Target } from '../modules/module.ts';
import { DecidedAtRunTime, evaluate, NotYet, render } from '../playbook/expression.ts';
import type { Step } from '../playbook/playbook.ts';
import type { CheckArguments, ModuleSchema } from '../playbook/schema.ts';
import type { Emitted, Failure, TaskResult, TaskStatus } from './events.ts';
import type { Pending } from './pending.ts';

/** What a step's module is, and what its arguments are held against. */
export interface TaskModule {
  readonly module: Module;
  readonly schema: ModuleSchema;
}

/** All that the tasks of one host share. `scope` and `touched` grow as tasks end; nothing else does. */
export interface HostState {
  readonly host: string;
  readonly connection: Connection;
  readonly facts: Facts;
  readonly run: Target['run'];
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
  /** what expressions see by name: inputs, variables, facts, and each register as its step ends */
  readonly scope: Record<string, unknown>;
  /** a change was begun on this host in this run (in a plan: would have been) */
  touched: boolean;
  /** what the changes of a plan would write so far; empty in a run */
  readonly pending: Pending;
  readonly emit: (event: Emitted) => void;
  /** looks through the rest of the host's way before its first change; rejects with what would be refused there */
  readonly beforeFirstChange: (step: Step, concerns: Concerns | undefined) => Promise<void>;
  /** kept on the host before the change is made */
  readonly intend: (event: Emitted) => Promise<void>;
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A task's result, and how the host goes on after it. */
export interface TaskEnd {
  readonly result: TaskResult;
  readonly goOn: 'yes' | 'ended' | 'stop';
  /** the runner's own fault: the run ends with exit code 1 */
  readonly bug?: unknown;
  /** the link to the host is the reason */
  readonly connectionError?: ConnectionError;
}

interface Ending {
  readonly status: TaskStatus;
  readonly summary: string;
  readonly figures?: string;
  readonly outputs?: Outputs;
  readonly before?: string;
  readonly after?: string;
  readonly end?: true;
}

/** Never rejects: whatever goes wrong is in the result. */
export async function runTask(
  step: Step,
  { module, schema }: TaskModule,
  checkArguments: CheckArguments,
  state: HostState,
): Promise<TaskEnd> {
  const started = state.now();
  let attempts = 0;
  const resultOf = (ending: Ending, failure?: Failure): TaskResult => ({
    task: `${step.stage}/${step.name}@${state.host}`,
    host: state.host,
    stage: step.stage,
    step: step.name,
    module: step.module,
    kind: module.kind,
    status: ending.status,
    summary: ending.summary,
    figures: ending.figures,
    failure,
    outputs: ending.outputs ?? {},
    before: ending.before,
    after: ending.after,
    attempts,
    started,
    duration_ms: state.now() - started,
  });
  // a step that was skipped or has failed registers nothing: `x is defined` tells
  const register = (outputs: Outputs | NotYet) => {
    if (step.register !== undefined) state.scope[step.register] = outputs;
  };

  const attempt = async (): Promise<Ending> => {
    attempts++;
    const ending = await runOnce(step, module, schema, checkArguments, state);
    // a change that a plan does not make has no outputs to be judged by
    if (step.until !== undefined && ending.outputs !== undefined && (ending.status === 'ok' || ending.status === 'changed')) {
      const scope = { ...state.scope, ...(step.register !== undefined && { [step.register]: ending.outputs }) };
      if (evaluate(step.until, scope) !== true) throw new TaskError(`${state.host}: ${step.name}: not yet: ${step.until.source}`);
    }
    return ending;
  };

  for (;;) {
    try {
      const ending = await attempt();
      if (ending.outputs !== undefined && ending.status !== 'skipped') register(ending.outputs);
      else if (ending.status !== 'skipped') register(new NotYet(`needs what ${step.id} finds or does`));
      return { result: resultOf(ending), goOn: ending.end ? 'ended' : 'yes' };
    } catch (error) {
      const retry =
        attempts <= step.retries && !state.signal.aborted && error instanceof TaskError && !(error instanceof Refusal) && !state.run.check;
      if (retry) {
        state.emit({
          kind: 'task_retried',
          host: state.host,
          stage: step.stage,
          step: step.name,
          attempt: attempts,
          retries: step.retries,
          message: error.message,
        });
        await state.wait(step.delay * 1000, state.signal).catch(() => {}); // an interrupted wait ends in the next attempt, which sees the signal
        continue;
      }
      return failed(error, step, state, resultOf);
    }
  }
}

async function runOnce(
  step: Step,
  module: Module,
  schema: ModuleSchema,
  checkArguments: CheckArguments,
  state: HostState,
): Promise<Ending> {
  state.signal.throwIfAborted();
  if (state.pending.mayHaveEnded) return { status: 'at_run_time', summary: 'the host may have ended before' };
  let args: Readonly<Record<string, unknown>>;
  let environment: Readonly<Record<string, string>>;
  try {
    for (const condition of step.when) {
      const wanted = evaluate(condition, state.scope);
      if (typeof wanted !== 'boolean') {
        throw new TaskError(`${state.host}: ${step.name}: when: ${condition.source} is ${JSON.stringify(wanted)}, not true or false`);
      }
      if (!wanted) return { status: 'skipped', summary: `when: ${condition.source} is false` };
    }
    args = checkArguments(step.module, render(step.args, state.scope, schema), `${state.host}: ${step.name}`);
    environment = render(step.environment, state.scope) as Readonly<Record<string, string>>;
  } catch (error) {
    if (!(error instanceof DecidedAtRunTime)) throw error;
    if (module.kind !== 'probe') foresee(undefined, state); // without its arguments nobody knows what it would write
    if (module.endsHost) state.pending.mayHaveEnded = true;
    return { status: 'at_run_time', summary: error.message };
  }
  const concerns = module.concerns?.(args);
  if (state.run.check && state.touched) {
    if (module.kind === 'probe' && module.judgesValues !== true)
      return { status: 'at_run_time', summary: 'looks at what an earlier step changes' };
    if (concerns !== undefined && state.pending.mayDecide(concerns)) {
      foresee(concerns, state);
      return { status: 'at_run_time', summary: 'depends on what an earlier step changes' };
    }
  }
  const target = targetOf(step, state, environment);
  const looked = await look({ module, args, concerns }, target, state);
  if (looked.status === 'cannot_tell') {
    if (module.kind !== 'probe') foresee(concerns, state);
    return looked;
  }
  if (looked.status === 'end') return { status: 'ok', summary: looked.summary, outputs: {}, end: true };
  if (looked.status === 'ok') return { status: 'ok', summary: looked.summary ?? '', figures: looked.figures, outputs: looked.outputs };
  const { summary, figures, before, after } = looked.change;
  if (state.run.check) {
    foresee(concerns, state);
    return { status: 'changed', summary, figures, before, after };
  }
  if (!state.touched) await state.beforeFirstChange(step, concerns);
  state.touched = true;
  await state.intend({ kind: 'task_applying', host: state.host, stage: step.stage, step: step.name, summary });
  const outputs = await module.apply(args, looked.change, target);
  return { status: 'changed', summary, figures, before, after, outputs };
}

/** In a plan: the step would, or may, write these. */
function foresee(concerns: Concerns | undefined, state: HostState): void {
  state.touched = true;
  state.pending.add(concerns);
}

interface Look {
  readonly module: Module;
  readonly args: Readonly<Record<string, unknown>>;
  readonly concerns: Concerns | undefined;
}

/**
 * In a plan, a look that fails behind a pending change says nothing: the change may be what it waits for. A Refusal by what no pending
 * change touches stands: a run would be refused there, too.
 */
async function look({ module, args, concerns }: Look, target: Target, state: HostState) {
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

function targetOf(step: Step, state: HostState, environment: Readonly<Record<string, string>>): Target {
  const become = step.become === true ? (step.becomeUser ?? 'root') : undefined;
  const connection = become === undefined ? state.connection : state.connection.become(become);
  return {
    host: state.host,
    connection: withEnvironment(connection, environment),
    facts: state.facts,
    secrets: state.secrets,
    run: state.run,
    signal: step.timeout === undefined ? state.signal : AbortSignal.any([state.signal, AbortSignal.timeout(step.timeout * 1000)]),
    progress: (progress) => state.emit({ kind: 'task_progress', host: state.host, stage: step.stage, step: step.name, progress }),
  };
}

function failed(error: unknown, step: Step, state: HostState, resultOf: (ending: Ending, failure: Failure) => TaskResult): TaskEnd {
  const ignored = step.ignoreErrors && error instanceof TaskError && !state.signal.aborted;
  const text =
    error instanceof Error && error.name === 'TimeoutError'
      ? `${state.host}: ${step.name}: not done within ${step.timeout} s`
      : messageOf(error);
  const failure: Failure = { message: text, ...(ignored && { ignored }), ...detailOf(error) };
  const end = (status: TaskStatus) => resultOf({ status, summary: text }, failure);
  if (error instanceof ConnectionError) return { result: end('unreachable'), goOn: 'stop', connectionError: error };
  if (error instanceof TaskError)
    return { result: end(state.touched && !state.run.check ? 'failed' : 'refused'), goOn: ignored ? 'yes' : 'stop' };
  if (state.signal.aborted || (error instanceof Error && error.name === 'TimeoutError')) return { result: end('failed'), goOn: 'stop' };
  return { result: end('failed'), goOn: 'stop', bug: error };
}

function detailOf(error: unknown): Pick<Failure, 'state' | 'next' | 'output'> {
  if (error instanceof TaskError) {
    const { state, next, output } = error.detail;
    return { state, next, output };
  }
  return error instanceof ConnectionError ? { next: error.next } : {};
}
