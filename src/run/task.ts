// One task: a step on a host, tried until it ends. The only place where an error becomes a result.
import { ConnectionError, messageOf, TaskError } from '../base/errors.ts';
import type { Facts } from '../base/facts.ts';
import type { Secrets } from '../base/secret.ts';
import type { Connection } from '../connections/connection.ts';
import { NotYet } from '../expressions/scope.ts';
import type { Concerns, Module, Outputs, Target } from '../modules/module.ts';
import type { Step } from '../playbook/playbook.ts';
import type { CheckArguments, ModuleSchema } from '../playbook/schema.ts';
import type { Ending } from './attempt.ts';
import type { Emitted, Failure, TaskResult, TaskStatus } from './events.ts';
import { failureOf, RefusedAhead } from './failure.ts';
import type { Turn } from './loop.ts';
import type { Pending } from './pending.ts';
import { inTurn, type Tries, tryEach, tryUntil } from './tries.ts';

/** What a step's module is, and what its arguments are held against. */
export interface TaskModule {
  readonly module: Module;
  readonly schema: ModuleSchema;
}

/** What a step is carried out with. */
export interface Given extends TaskModule {
  /** in a plan: why nobody knows whether the step comes about at all */
  readonly doubt?: string | undefined;
}

/** All that the tasks of one host share. `scope` and `touched` grow as tasks end; nothing else does. */
export interface HostState {
  readonly host: string;
  readonly connection: Connection;
  readonly facts: Facts;
  readonly run: Target['run'];
  readonly checkArguments: CheckArguments;
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
  /** asks whether the change is to be made; undefined: each is made */
  readonly permit?: (step: Step, summary: string) => Promise<boolean>;
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
  /** the host stops here, whatever its stage has for a failure */
  readonly isFinal?: true;
  /** the link to the host is the reason */
  readonly connectionError?: ConnectionError;
  /** what the step's `register` has of it; undefined: nothing */
  readonly registered?: Outputs | NotYet;
}

/** Never rejects: whatever goes wrong is in the result. */
export async function runTask(step: Step, given: Given, state: HostState): Promise<TaskEnd> {
  const started = state.now();
  const tries: Tries = { count: 0 };
  const resultOf = (ending: Ending, failure?: Failure): TaskResult => ({
    task: `${step.stage}/${step.name}@${state.host}`,
    host: state.host,
    stage: step.stage,
    step: step.name,
    module: step.module,
    ...(step.part !== 'steps' && { part: step.part }),
    kind: given.module.kind,
    status: ending.status,
    summary: ending.summary,
    figures: ending.figures,
    failure,
    outputs: ending.outputs ?? {},
    ...(ending.items && { items: ending.items }),
    before: ending.before,
    after: ending.after,
    attempts: tries.count,
    started,
    duration_ms: state.now() - started,
  });
  try {
    const trial = { step, ...given, scope: state.scope };
    const ending = await (step.loop === undefined ? tryUntil(trial, tries, state) : tryEach(trial, tries, state));
    const registered = registeredOf(step, ending);
    if (step.register !== undefined && registered !== undefined) state.scope[step.register] = registered;
    return { result: resultOf(ending), goOn: ending.end ? 'ended' : 'yes', registered };
  } catch (error) {
    return failed(error, { step, state, turn: tries.turn }, resultOf);
  }
}

/** A step that was skipped or has failed registers nothing: `x is defined` tells. */
function registeredOf({ id }: Step, { status, outputs }: Ending): TaskEnd['registered'] {
  if (status === 'skipped' && outputs === undefined) return undefined;
  return outputs ?? new NotYet(`needs what ${id} finds or does`);
}

type Result = (ending: Ending, failure: Failure) => TaskResult;

interface Failing {
  readonly step: Step;
  readonly state: HostState;
  readonly turn: Turn | undefined;
}

function failed(error: unknown, { step, state, turn }: Failing, resultOf: Result): TaskEnd {
  const isFinal = error instanceof RefusedAhead;
  const ignored = step.ignoreErrors && error instanceof TaskError && !isFinal && !state.signal.aborted;
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const said = timedOut ? `${state.host}: ${step.name}: not done within ${step.timeout} s` : messageOf(error);
  const message = inTurn(said, state.host, turn);
  const failure: Failure = { ...failureOf(error), message, ...(ignored && { ignored }) };
  const end = (status: TaskStatus) => resultOf({ status, summary: message }, failure);
  if (error instanceof ConnectionError) return { result: end('unreachable'), goOn: 'stop', connectionError: error };
  if (isFinal) return { result: end('refused'), goOn: 'stop', isFinal };
  if (error instanceof TaskError)
    return { result: end(state.touched && !state.run.check ? 'failed' : 'refused'), goOn: ignored ? 'yes' : 'stop' };
  if (state.signal.aborted || timedOut) return { result: end('failed'), goOn: 'stop' };
  return { result: end('failed'), goOn: 'stop', bug: error };
}
