// One host's way through one stage.
import type { Stage, Step } from '../playbook/playbook.ts';
import { runTask, type TaskEnd } from './task.ts';
import type { HostRun } from './way.ts';

/** How a host came out of a stage. `interrupted`: stopped between two steps; `before` is the one that was not begun. */
export type StageEnd =
  | { readonly goOn: 'yes' }
  | { readonly goOn: 'ended'; readonly summary: string }
  | { readonly goOn: 'stop'; readonly step: Step; readonly end: TaskEnd }
  | { readonly goOn: 'interrupted'; readonly before: Step };

/** Rejects only where what was done cannot be kept on the host. */
export async function runStage(stage: Stage, run: HostRun): Promise<StageEnd> {
  const { context, state } = run;
  context.emit({ kind: 'stage_started', host: state.host, stage: stage.name });
  const end = await runSteps(stage.steps, run);
  if (end.goOn !== 'interrupted') context.emit({ kind: 'stage_ended', host: state.host, stage: stage.name, status: STATUS[end.goOn] });
  return end;
}

const STATUS = { yes: 'ok', ended: 'ended', stop: 'failed' } as const;

async function runSteps(steps: readonly Step[], run: HostRun): Promise<StageEnd> {
  for (const step of steps) {
    if (run.context.stopping()) return { goOn: 'interrupted', before: step };
    const end = await runStep(step, run);
    if (end.goOn === 'ended') return { goOn: 'ended', summary: end.result.summary };
    if (end.goOn === 'stop') return { goOn: 'stop', step, end };
  }
  return { goOn: 'yes' };
}

async function runStep(step: Step, { context, state, counts }: HostRun): Promise<TaskEnd> {
  const module = context.modules.get(step.module);
  if (module === undefined) throw new Error(`a plan names the module ${step.module}, which is not in the registry`);
  context.emit({ kind: 'task_started', host: state.host, stage: step.stage, step: step.name, module: step.module });
  const end = await runTask(step, module, state);
  counts[end.result.status]++;
  const event = context.emit({ kind: 'task_ended', result: end.result });
  if (end.result.status === 'changed' && !context.run.check) await state.keep(event);
  return end;
}
