// One host's way through one stage: its steps; after a failure rescue; then always; at the end the handlers that were notified.
import { PARTS, type Part, type Stage, type Step } from '../playbook/playbook.ts';
import { type Doubt, passOnce, runStep } from './step.ts';
import type { TaskEnd } from './task.ts';
import type { HostRun } from './way.ts';

/** How a host came out of a list of steps. `interrupted`: stopped between two of them; `before` is the one that was not begun. */
export type StageEnd =
  | { readonly goOn: 'yes' }
  | { readonly goOn: 'ended'; readonly summary: string }
  | Stopped
  | { readonly goOn: 'interrupted'; readonly before: Step };

export interface Stopped {
  readonly goOn: 'stop';
  readonly step: Step;
  readonly end: TaskEnd;
}

/** How far a host has come in a stage. */
export interface StageProgress {
  readonly stage: Stage;
  readonly part: Part;
  /** how many steps of that list are behind it */
  readonly done: number;
  /** how the lists before that one came out */
  readonly end: StageEnd;
  /** handlers that are still to run, by name */
  readonly notified: ReadonlyMap<string, Doubt>;
  /** in a plan: some step does, or may do, something, so it may fail in a run */
  readonly mayFail: boolean;
}

/** Rejects only where what was done cannot be kept on the host. */
export async function runStage(stage: Stage, run: HostRun): Promise<StageEnd> {
  run.context.emit({ kind: 'stage_started', host: run.state.host, stage: stage.name });
  const end = await resumeStage({ stage, part: 'steps', done: 0, end: { goOn: 'yes' }, notified: new Map(), mayFail: false }, run);
  if (end.goOn !== 'interrupted') {
    run.context.emit({ kind: 'stage_ended', host: run.state.host, stage: stage.name, status: STATUS[end.goOn] });
  }
  return end;
}

/** The same from somewhere in the stage on. */
export function resumeStage(from: StageProgress, run: HostRun): Promise<StageEnd> {
  return new StageRun(from, run).finish(from);
}

const STATUS = { yes: 'ok', ended: 'ended', stop: 'failed' } as const;

class StageRun {
  readonly #stage: Stage;
  readonly #run: HostRun;
  readonly #notified: Map<string, Doubt>;
  #mayFail: boolean;
  /** in a plan: a failure in this stage would not be the host's end */
  #mayBeRescued = false;
  #end: StageEnd;

  constructor({ stage, notified, mayFail, end }: StageProgress, run: HostRun) {
    this.#stage = stage;
    this.#run = run;
    this.#notified = new Map(notified);
    this.#mayFail = mayFail;
    this.#end = end;
  }

  async finish({ part: first, done }: StageProgress): Promise<StageEnd> {
    for (const part of PARTS.slice(PARTS.indexOf(first))) this.#end = this.#opened(await this.#through(part, part === first ? done : 0));
    const left = this.#stage.handlers.filter(({ name }) => this.#notified.has(name) && this.#notified.get(name) === undefined);
    this.#tellLeftOut('the notified handlers', left);
    return this.#end;
  }

  async #through(part: Part, done: number): Promise<StageEnd> {
    const end = this.#end;
    switch (part) {
      case 'steps':
        return this.#steps(part, done);
      case 'rescue':
        if (end.goOn === 'stop' && this.#stage.rescue.length > 0 && isAtHand(end, this.#run))
          return rescued(end, await this.#steps(part, done));
        if (end.goOn !== 'stop' && this.#mayFail) await this.#foreseeRescue();
        return end;
      case 'always':
        if (isAtHand(end, this.#run)) return withAlways(end, await this.#steps(part, done));
        this.#tellLeftOut('always', this.#stage.always);
        return end;
      case 'handlers':
        return end.goOn === 'yes' ? this.#steps(part, done) : end;
    }
  }

  /** In a plan: where a failure before it would be rescued, the end of the host is not sure, and nothing after it is. */
  #opened(end: StageEnd): StageEnd {
    if (end.goOn !== 'ended' || !this.#mayBeRescued) return end;
    this.#run.state.pending.mayHaveEnded = true;
    return { goOn: 'yes' };
  }

  /** Each step in its order; of the handlers those that were notified until then, by a handler before them, too. */
  async #steps(part: Part, done: number): Promise<StageEnd> {
    const steps = this.#stage[part];
    if (part === 'handlers' ? this.#notified.size > 0 : steps.length > 0) this.#tellPart(part);
    for (const [index, step] of steps.entries()) {
      if (index < done || (part === 'handlers' && !this.#notified.has(step.name))) continue;
      this.#run.at = { stage: this.#stage, part, done: index, end: this.#end, notified: this.#notified, mayFail: this.#mayFail };
      const doubt = part === 'handlers' ? this.#notified.get(step.name) : undefined;
      const end = this.#run.context.stopping() ? undefined : await this.#step(step, doubt);
      if (end === undefined) return { goOn: 'interrupted', before: step };
      if (part === 'handlers') this.#notified.delete(step.name);
      if (end.goOn === 'yes') continue;
      passOnce(steps.slice(index + 1), this.#run);
      return end.goOn === 'ended' ? { goOn: 'ended', summary: end.result.summary } : { goOn: 'stop', step, end };
    }
    return { goOn: 'yes' };
  }

  /** In a plan a step that will fail may be rescued: what rescue would write is not known to stay as it is. */
  async #foreseeRescue(): Promise<void> {
    const { rescue } = this.#stage;
    this.#mayBeRescued = rescue.length > 0;
    if (this.#mayBeRescued) this.#tellPart('rescue');
    for (const step of rescue) await this.#step(step, 'only after a failure in this stage');
  }

  /** undefined: it was not begun, for the run is to stop. */
  async #step(step: Step, doubt: Doubt): Promise<TaskEnd | undefined> {
    const end = await runStep(step, this.#run, doubt);
    if (end === undefined) return undefined;
    const { status } = end.result;
    const isOpen = status === 'at_run_time' || status === 'cannot_tell';
    if (this.#run.context.run.check && (status === 'changed' || isOpen)) this.#mayFail = true;
    // a plan does not know whether a change will fail; where that is passed over, it notifies nothing
    const isSure = status === 'changed' && !(this.#run.context.run.check && step.ignoreErrors);
    if (status === 'changed' || isOpen) notify(this.#notified, step, { isSure });
    return end;
  }

  #tellPart(part: Part): void {
    if (part !== 'steps') this.#run.context.emit({ kind: 'part_started', host: this.#run.state.host, stage: this.#stage.name, part });
  }

  #tellLeftOut(what: string, steps: readonly Step[]): void {
    if (steps.length === 0) return;
    const message = `${this.#stage.name}: ${what} did not run: ${steps.map(({ name }) => name).join(', ')}`;
    this.#run.context.emit({ kind: 'warning', host: this.#run.state.host, message });
  }
}

/** Notes whom a step that changes something notifies. In a plan that may not be sure. */
export function notify(notified: Map<string, Doubt>, { name, notify: handlers }: Step, { isSure }: { readonly isSure: boolean }): void {
  for (const handler of handlers) {
    if (isSure) notified.set(handler, undefined);
    else if (!notified.has(handler)) notified.set(handler, `only if "${name}" changes something`);
  }
}

/** Whether anything more can be done on the host in this stage: not after a lost link, an interrupt, a fault of the runner's own, or a refusal of the whole host. */
function isAtHand(end: StageEnd, { context }: HostRun): boolean {
  if (end.goOn === 'interrupted') return false;
  return end.goOn !== 'stop' || !(isGrave(end) || context.signal.aborted);
}

const isGrave = ({ end }: Stopped) => end.result.status === 'unreachable' || end.bug !== undefined || end.isFinal === true;

/** What rescue could not mend is told by the failure that it was to mend. */
function rescued(failed: Stopped, rescue: StageEnd): StageEnd {
  return rescue.goOn === 'stop' && !isGrave(rescue) ? failed : rescue;
}

/** The first failure is the one that is told. */
function withAlways(end: StageEnd, always: StageEnd): StageEnd {
  if (always.goOn === 'yes') return end;
  return end.goOn === 'stop' && !(always.goOn === 'stop' && isGrave(always)) ? end : always;
}
