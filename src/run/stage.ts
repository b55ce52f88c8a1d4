// One host's way through one stage: its steps; after a failure rescue; then always; at the end the handlers that were notified.
import type { Part, Stage, Step } from '../playbook/playbook.ts';
import { type Doubt, passOnce, runStep } from './step.ts';
import type { TaskEnd } from './task.ts';
import type { HostRun } from './way.ts';

/** How a host came out of a list of steps. `interrupted`: stopped between two of them; `before` is the one that was not begun. */
export type StageEnd =
  | { readonly goOn: 'yes' }
  | { readonly goOn: 'ended'; readonly summary: string }
  | Stopped
  | { readonly goOn: 'interrupted'; readonly before: Step };

interface Stopped {
  readonly goOn: 'stop';
  readonly step: Step;
  readonly end: TaskEnd;
}

/** Rejects only where what was done cannot be kept on the host. */
export async function runStage(stage: Stage, run: HostRun): Promise<StageEnd> {
  run.context.emit({ kind: 'stage_started', host: run.state.host, stage: stage.name });
  const end = await new StageRun(stage, run).end();
  if (end.goOn !== 'interrupted') {
    run.context.emit({ kind: 'stage_ended', host: run.state.host, stage: stage.name, status: STATUS[end.goOn] });
  }
  return end;
}

const STATUS = { yes: 'ok', ended: 'ended', stop: 'failed' } as const;

/** What was notified and what may fail, while a host goes through a stage. */
class StageRun {
  readonly #stage: Stage;
  readonly #run: HostRun;
  /** handlers that are still to run, by name */
  readonly #notified = new Map<string, Doubt>();
  /** in a plan: some step does, or may do, something, so it may fail in a run */
  #mayFail = false;

  constructor(stage: Stage, run: HostRun) {
    this.#stage = stage;
    this.#run = run;
  }

  async end(): Promise<StageEnd> {
    const { steps, rescue, always, handlers } = this.#stage;
    let end = await this.#steps(steps);
    if (end.goOn === 'stop' && rescue.length > 0 && isAtHand(end, this.#run)) end = rescued(end, await this.#part('rescue', rescue));
    else if (end.goOn !== 'stop' && this.#mayFail) await this.#foreseeRescue(rescue);
    if (isAtHand(end, this.#run)) end = withAlways(end, await this.#part('always', always));
    else this.#tellLeftOut('always', always);
    if (end.goOn === 'yes') end = await this.#part('handlers', handlers);
    this.#tellLeftOut(
      'the notified handlers',
      handlers.filter(({ name }) => this.#notified.has(name) && this.#notified.get(name) === undefined),
    );
    return end;
  }

  /** Each step in its order; of the handlers those that were notified until then, by a handler before them, too. */
  async #steps(steps: readonly Step[]): Promise<StageEnd> {
    for (const [index, step] of steps.entries()) {
      const isHandler = step.part === 'handlers';
      if (isHandler && !this.#notified.has(step.name)) continue;
      const doubt = isHandler ? this.#notified.get(step.name) : undefined;
      const end = this.#run.context.stopping() ? undefined : await this.#step(step, doubt);
      if (end === undefined) return { goOn: 'interrupted', before: step };
      if (isHandler) this.#notified.delete(step.name);
      if (end.goOn === 'yes') continue;
      passOnce(steps.slice(index + 1), this.#run);
      return end.goOn === 'ended' ? { goOn: 'ended', summary: end.result.summary } : { goOn: 'stop', step, end };
    }
    return { goOn: 'yes' };
  }

  async #part(part: Exclude<Part, 'steps'>, steps: readonly Step[]): Promise<StageEnd> {
    if (part === 'handlers' ? this.#notified.size > 0 : steps.length > 0) this.#tellPart(part);
    return this.#steps(steps);
  }

  /** In a plan a step that will fail may be rescued: what rescue would write is not known to stay as it is. */
  async #foreseeRescue(steps: readonly Step[]): Promise<void> {
    if (steps.length > 0) this.#tellPart('rescue');
    for (const step of steps) await this.#step(step, 'only after a failure in this stage');
  }

  /** undefined: it was not begun, for the run is to stop. */
  async #step(step: Step, doubt: Doubt): Promise<TaskEnd | undefined> {
    const end = await runStep(step, this.#run, doubt);
    if (end === undefined) return undefined;
    const { status } = end.result;
    const isOpen = status === 'at_run_time' || status === 'cannot_tell';
    if (this.#run.context.run.check && (status === 'changed' || isOpen)) this.#mayFail = true;
    for (const handler of step.notify) {
      if (status === 'changed') this.#notified.set(handler, undefined);
      else if (isOpen && !this.#notified.has(handler)) this.#notified.set(handler, `only if "${step.name}" changes something`);
    }
    return end;
  }

  #tellPart(part: Exclude<Part, 'steps'>): void {
    this.#run.context.emit({ kind: 'part_started', host: this.#run.state.host, stage: this.#stage.name, part });
  }

  #tellLeftOut(what: string, steps: readonly Step[]): void {
    if (steps.length === 0) return;
    const message = `${this.#stage.name}: ${what} did not run: ${steps.map(({ name }) => name).join(', ')}`;
    this.#run.context.emit({ kind: 'warning', host: this.#run.state.host, message });
  }
}

/** Whether anything more can be done on the host in this stage: not after a lost link, an interrupt or a fault of the runner's own. */
function isAtHand(end: StageEnd, { context }: HostRun): boolean {
  if (end.goOn === 'interrupted') return false;
  return end.goOn !== 'stop' || !(isGrave(end) || context.signal.aborted);
}

const isGrave = ({ end }: Stopped) => end.result.status === 'unreachable' || end.bug !== undefined;

/** What rescue could not mend is told by the failure that it was to mend. */
function rescued(failed: Stopped, rescue: StageEnd): StageEnd {
  return rescue.goOn === 'stop' && !isGrave(rescue) ? failed : rescue;
}

/** The first failure is the one that is told. */
function withAlways(end: StageEnd, always: StageEnd): StageEnd {
  if (always.goOn === 'yes') return end;
  return end.goOn === 'stop' && !(always.goOn === 'stop' && isGrave(always)) ? end : always;
}
