// `run_once`: of a batch one host does the step - the first one, in the order of the batch, that comes to it - and all others have its outcome.
import { withoutHost } from '../base/errors.ts';
import type { Step } from '../playbook/playbook.ts';
import type { Failure, TaskStatus } from './events.ts';
import type { HostState, TaskEnd, TaskModule } from './task.ts';

/** How the step ended on the host that did it. */
export interface Done {
  readonly host: string;
  readonly end: TaskEnd;
  /** in a plan: that host may have ended before it comes there, and then another one does the step */
  readonly isOpen: boolean;
}

interface Table {
  /** hosts that will not come to the step */
  readonly passed: Set<string>;
  readonly waiting: Map<string, PromiseWithResolvers<Done | undefined>>;
  doer?: string;
  done?: Done;
}

/** Of one batch. Hosts go at their own speed: who comes early waits for the one that is to do it. */
export class Once {
  readonly #present: Set<string>;
  readonly #tables = new Map<Step, Table>();

  /** In the order of the batch. */
  constructor(hosts: readonly string[]) {
    this.#present = new Set(hosts);
  }

  /** Resolves to undefined where this host is to do the step, and then has to say `done` or `pass`; else to how it ended. */
  async come(host: string, step: Step): Promise<Done | undefined> {
    const table = this.#tableOf(step);
    if (table.done) return table.done;
    const call = Promise.withResolvers<Done | undefined>();
    table.waiting.set(host, call);
    this.#appoint(table);
    return call.promise;
  }

  done(step: Step, done: Done): void {
    const table = this.#tableOf(step);
    table.done = done;
    for (const call of table.waiting.values()) call.resolve(done);
    table.waiting.clear();
  }

  /** The host will not come to the step any more. */
  pass(host: string, step: Step): void {
    const table = this.#tableOf(step);
    table.passed.add(host);
    if (table.doer === host) table.doer = undefined;
    this.#appoint(table);
  }

  /** The host has ended. */
  leave(host: string): void {
    this.#present.delete(host);
    for (const table of this.#tables.values()) {
      if (table.doer === host) table.doer = undefined;
      this.#appoint(table);
    }
  }

  /** Whether this host is the one that would do the step, as things are. */
  isFor(host: string, step: Step): boolean {
    const table = this.#tableOf(step);
    return table.done === undefined && (table.doer ?? this.#first(table)) === host;
  }

  #tableOf(step: Step): Table {
    const table = this.#tables.get(step) ?? { passed: new Set(), waiting: new Map() };
    this.#tables.set(step, table);
    return table;
  }

  #first({ passed }: Table): string | undefined {
    return [...this.#present].find((host) => !passed.has(host));
  }

  #appoint(table: Table): void {
    const first = this.#first(table);
    if (table.done || table.doer !== undefined || first === undefined) return;
    const call = table.waiting.get(first);
    if (call === undefined) return; // it has not come yet
    table.doer = first;
    table.waiting.delete(first);
    call.resolve(undefined);
  }
}

/** The end of the step on a host that another one did it for. */
export function followed(
  { host: doer, end }: Done,
  step: Step,
  { state, kind }: { state: HostState; kind: TaskModule['module']['kind'] },
): TaskEnd {
  const { result, goOn, registered } = end;
  if (step.register !== undefined && registered !== undefined) state.scope[step.register] = registered;
  const failure = failureOn(end, doer, state.host);
  return {
    goOn,
    registered,
    result: {
      ...result,
      task: `${step.id}@${state.host}`,
      host: state.host,
      kind,
      status: statusFor(end, state),
      summary: failure?.message ?? `done once, on ${doer}`,
      failure,
      figures: undefined,
      before: undefined,
      after: undefined,
      attempts: 0,
      started: state.now(),
      duration_ms: 0,
    },
  };
}

/** Nothing was done here. What is not known of the other host is not known here. */
function statusFor({ result: { status } }: TaskEnd, { touched, run }: HostState): TaskStatus {
  switch (status) {
    case 'ok':
    case 'changed':
      return 'ok';
    case 'at_run_time':
    case 'cannot_tell':
      return 'at_run_time';
    case 'skipped':
      return 'skipped';
    default:
      return touched && !run.check ? 'failed' : 'refused';
  }
}

function failureOn({ result: { failure, step } }: TaskEnd, doer: string, host: string): Failure | undefined {
  if (failure === undefined) return undefined;
  const message = `${host}: ${step} is done once for all hosts, and did not go well on ${doer}: ${withoutHost(failure.message, doer)}`;
  return { message, next: failure.next, ...(failure.ignored && { ignored: true }) };
}
