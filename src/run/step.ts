// A step on a host when its turn has come there: not before others who do it once for all, nor past its throttle.
import type { Step } from '../playbook/playbook.ts';
import { type Done, followed } from './once.ts';
import { runTask, type TaskEnd } from './task.ts';
import type { HostRun } from './way.ts';

/** Why a plan does not know whether a step comes about; undefined: it does. */
export type Doubt = string | undefined;

/** Others of the batch need not wait for this host to do what is done once. */
export function passOnce(steps: readonly Step[], { context, state }: HostRun): void {
  for (const step of steps) if (step.runOnce) context.once.pass(state.host, step);
}

/** When its turn has come. undefined: the run is to stop, and it was not begun. */
export async function runStep(step: Step, run: HostRun, doubt: Doubt): Promise<TaskEnd | undefined> {
  const { context, state } = run;
  const work = async (turn: Omit<Turn, 'run'>) => (context.stopping() ? undefined : carryOut(step, { run, ...turn }));
  if (!step.runOnce) return context.throttled(step, () => work({ doubt }));
  const done = await context.withoutPlace(() => context.once.come(state.host, step));
  if (done !== undefined)
    return work(done.isOpen ? { doubt: `only if ${done.host} does not come to it`, isOthers: true } : { doubt, done });
  const end = await work({ doubt });
  if (end === undefined) context.once.pass(state.host, step);
  return end;
}

interface Turn {
  readonly run: HostRun;
  readonly doubt: Doubt;
  /** it was done by another host */
  readonly done?: Done;
  /** it may be done by another host: whether it is skipped is for the conditions there */
  readonly isOthers?: true;
}

async function carryOut(step: Step, { run: { context, state, counts }, doubt, done, isOthers }: Turn): Promise<TaskEnd> {
  const given = context.modules.get(step.module);
  if (given === undefined) throw new Error(`a plan names the module ${step.module}, which is not in the registry`);
  const { stage, name, module, part } = step;
  context.emit({ kind: 'task_started', host: state.host, stage, step: name, module, ...(part !== 'steps' && { part }) });
  const { kind } = given.module;
  const end = done
    ? followed(done, step, { state, kind })
    : await runTask(isOthers ? { ...step, when: [] } : step, { ...given, doubt }, state);
  if (step.runOnce && !done && !isOthers) context.once.done(step, { host: state.host, end, isOpen: state.pending.mayHaveEnded });
  counts[end.result.status]++;
  const event = context.emit({ kind: 'task_ended', result: end.result });
  if (end.result.status === 'changed' && !context.run.check) await state.keep(event);
  return end;
}
