// Before the first change on a host the rest of its way is looked through, as a plan does: what is sure to be refused is refused while the
// host is as it was. What a plan leaves open stays open.
import { withoutHost } from '../base/errors.ts';
import { NotYet } from '../expressions/scope.ts';
import type { Concerns } from '../modules/module.ts';
import type { Step } from '../playbook/playbook.ts';
import { noTasks } from './counts.ts';
import type { Emitted, RunEvent } from './events.ts';
import { RefusedAhead } from './failure.ts';
import type { RunContext } from './host.ts';
import type { Done } from './once.ts';
import { Pending } from './pending.ts';
import { notify, resumeStage, runStage, type Stopped } from './stage.ts';
import type { HostRun, KeepingState } from './way.ts';

/** The step that is about to change something, and what it says it would write. */
export interface FirstChange {
  readonly step: Step;
  readonly concerns: Concerns | undefined;
}

/** Rejects with a RefusedAhead that names the step, or with what kept it from looking. The host's own state stays as it is. */
export async function lookAhead(run: HostRun, first: FirstChange): Promise<void> {
  const { context, state } = run;
  const at = run.at!; // a change is made in a stage
  const ahead: HostRun = { context: quiet(context), state: foresee(state, first), counts: noTasks(), at: undefined };
  const { step } = first;
  const notified = new Map(at.notified);
  notify(notified, step, { isSure: !step.ignoreErrors });
  const done = at.done + (step.loop === undefined ? 1 : 0); // a loop has other items
  let end = await resumeStage({ ...at, done, notified, mayFail: true }, ahead);
  const { stages } = context.plan;
  for (const stage of stages.slice(stages.indexOf(at.stage) + 1)) if (end.goOn === 'yes') end = await runStage(stage, ahead);
  state.signal.throwIfAborted();
  if (end.goOn === 'stop' && end !== at.end) refuse(end, state.host); // what has stopped it before is not ahead
}

function refuse({ step, end }: Stopped, host: string): void {
  const { result, connectionError, bug } = end;
  if (connectionError !== undefined) throw connectionError;
  if (bug !== undefined) throw bug;
  if (result.status !== 'refused') return;
  const { message = result.summary, next, output } = result.failure ?? {};
  const said = `${host}: ${step.id} would be refused: ${withoutHost(message, host)}`;
  throw new RefusedAhead(said, { state: 'nothing was changed', next, output });
}

/** What a plan of the host would know after the first change: nothing that it writes. */
function foresee(state: KeepingState, { step, concerns }: FirstChange): KeepingState {
  const pending = new Pending();
  pending.add(concerns);
  const scope = { ...state.scope };
  if (step.register !== undefined) scope[step.register] = notYet(step);
  return { ...state, run: { ...state.run, check: true }, scope, touched: true, pending, emit: () => {} };
}

const notYet = ({ id }: Step) => new NotYet(`needs what ${id} finds or does`);

/** Nobody hears of this look, and nobody waits for it. */
function quiet(context: RunContext): RunContext {
  return {
    ...context,
    run: { ...context.run, check: true },
    emit: (event: Emitted) => ({ ...event, time: context.now() }) as RunEvent,
    barrier: async () => true,
    withoutPlace: (wait) => wait(),
    throttled: (_step, work) => work(),
    once: {
      come: async (host, step) => (context.once.isFor(host, step) ? undefined : others(step)),
      isFor: (host, step) => context.once.isFor(host, step),
      done: () => {},
      pass: () => {},
      leave: () => {},
    },
  };
}

/** What another host does once for all is not known here. */
function others(step: Step): Done {
  const { id, stage, name, module } = step;
  const about = { task: id, host: '', stage, step: name, module, kind: 'probe', summary: '', outputs: {} } as const;
  const result = { ...about, status: 'at_run_time', attempts: 0, started: 0, duration_ms: 0 } as const;
  return { host: 'another host', isOpen: false, end: { result, goOn: 'yes', registered: notYet(step) } };
}
