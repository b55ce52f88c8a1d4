// Before the first change on a host the rest of its way is looked through, as a plan does: what is sure to be refused is refused while the
// host is as it was. What a plan leaves open stays open.
import { Refusal } from '../base/errors.ts';
import { NotYet } from '../expressions/scope.ts';
import type { Concerns } from '../modules/module.ts';
import { type Stage, type Step, stepsOf } from '../playbook/playbook.ts';
import { Pending } from './pending.ts';
import { type HostState, runTask, type TaskModule } from './task.ts';

/** The steps that are to come, and what they are carried out with. */
export interface Ahead {
  readonly steps: readonly Step[];
  /** whether a refusal there is for the stage's own rescue to mend */
  readonly isRescued: (step: Step) => boolean;
  /** whether another host of the batch does it, once for all */
  readonly isOthers: (step: Step) => boolean;
  readonly modules: ReadonlyMap<string, TaskModule>;
  /** true from the first interrupt on */
  readonly stopping: () => boolean;
}

/** The step that is about to change something, and what it says it would write. */
export interface FirstChange {
  readonly step: Step;
  readonly concerns: Concerns | undefined;
}

/** Rejects with the Refusal of the first step that would be refused, or with what kept it from looking. `state` stays as it is. */
export async function lookAhead(ahead: Ahead, { step, concerns }: FirstChange, state: HostState): Promise<void> {
  const foreseen = foresee(state, { step, concerns });
  for (const next of ahead.steps) {
    if (ahead.stopping()) return;
    if (ahead.isOthers(next)) {
      if (next.register !== undefined) foreseen.scope[next.register] = new NotYet(`needs what ${next.id} finds or does`);
      continue;
    }
    const module = ahead.modules.get(next.module);
    if (module === undefined) return; // the run says so when it comes there
    const { result, goOn, bug, connectionError } = await runTask(next, module, foreseen);
    if (goOn === 'ended') return;
    state.signal.throwIfAborted();
    if (connectionError !== undefined) throw connectionError;
    if (bug !== undefined) throw bug;
    if (goOn === 'yes' || result.status !== 'refused') continue;
    if (ahead.isRescued(next)) return;
    const { message = result.summary, next: advice, output } = result.failure ?? {};
    throw new Refusal(`${state.host}: ${next.id} would be refused: ${withoutHost(message, state.host)}`, {
      state: 'nothing was changed',
      next: advice,
      output,
    });
  }
}

/** What is sure to come after a step. Rescue and handlers may come, and are left to the run. */
export function stepsAfter(step: Step, stages: readonly Stage[]): Pick<Ahead, 'steps' | 'isRescued'> {
  const all = stages.flatMap(stepsOf);
  const rescued = new Set(stages.filter(({ rescue }) => rescue.length > 0).flatMap(({ steps }) => steps));
  return {
    steps: [
      ...(step.loop === undefined ? [] : [step]), // its other items
      ...all.slice(all.indexOf(step) + 1).filter(({ part }) => part === 'steps' || part === 'always'),
    ],
    isRescued: (one) => rescued.has(one),
  };
}

/** What a plan of the host would know after the first change: nothing that it writes. */
function foresee(state: HostState, { step, concerns }: FirstChange): HostState {
  const pending = new Pending();
  pending.add(concerns);
  const scope = { ...state.scope };
  if (step.register !== undefined) scope[step.register] = new NotYet(`needs what ${step.id} finds or does`);
  return { ...state, run: { ...state.run, check: true }, scope, touched: true, pending, emit: () => {} };
}

const withoutHost = (message: string, host: string) => (message.startsWith(`${host}: `) ? message.slice(host.length + 2) : message);
