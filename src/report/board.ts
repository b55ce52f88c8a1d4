// What is known of a run so far, kept from its events: what the tree draws. No text is made here and nothing is decided.
import type { Failure, HostStatus, PlannedStage, RunEvent, TaskResult, TaskStatus } from '../run/events.ts';
import { besideHost, resultText, stageMark } from './words.ts';

type Part = TaskResult['part'];
type Progress = Extract<RunEvent, { kind: 'task_progress' }>['progress'];

export interface StepRow {
  readonly name: string;
  /** the list of the stage that it stands in, where it is not `steps` */
  part?: Part;
  status: 'running' | TaskStatus;
  /** the change or the finding; of a running step what is being done */
  text: string;
  progress?: Progress;
  failure?: Failure;
  before?: string;
  after?: string;
  outputs?: TaskResult['outputs'];
  items?: TaskResult['items'];
  /** epoch ms */
  started: number;
  duration_ms: number;
}

export interface StageRow {
  readonly name: string;
  /** that it asks first, where it does */
  readonly mark: string;
  status: 'waiting' | 'running' | 'ok' | 'failed' | 'ended';
  started: number;
  duration_ms: number;
  /** those that have begun */
  readonly steps: Map<string, StepRow>;
}

export interface HostRow {
  readonly name: string;
  status: 'waiting' | 'running' | HostStatus;
  message: string;
  failure?: Failure;
  started: number;
  duration_ms: number;
  readonly stages: Map<string, StageRow>;
}

export class Board {
  readonly hosts = new Map<string, HostRow>();
  readonly warnings: string[] = [];
  check = false;
  /** somebody is asked at the terminal: it is theirs until there is an answer */
  isAsking = false;
  /** undefined: nobody has interrupted the run; else how often and by what */
  interrupted?: { readonly signal: string; readonly times: number };
  /** set when the run has ended */
  end?: Extract<RunEvent, { kind: 'run_ended' }>;
  #planned: readonly PlannedStage[] = [];
  readonly #details: boolean;

  /** `details`: what steps gave is kept, too */
  constructor({ details = false }: { readonly details?: boolean } = {}) {
    this.#details = details;
  }

  take(event: RunEvent): void {
    switch (event.kind) {
      case 'run_started':
        this.check = event.check;
        this.#planned = event.stages;
        for (const name of event.batches.flat()) this.#hostOf(name);
        return;
      case 'batch_started':
        return;
      case 'host_started':
        this.#begun(event.host, event.time);
        return;
      case 'compare_started':
        this.#begun(event.host, event.time).message = 'is compared with the plan';
        return;
      case 'compare_ended':
        this.#hostOf(event.host).message = '';
        return;
      case 'approval_asked':
        this.isAsking = true;
        return;
      case 'approval_ended':
        this.isAsking = false;
        return;
      case 'stage_started':
        Object.assign(this.#stageOf(event.host, event.stage, event.time), { status: 'running', started: event.time });
        return;
      case 'part_started':
        return;
      case 'task_started':
        this.#stepOf(event).part = event.part;
        return;
      case 'task_applying':
        this.#stepOf(event).text = event.summary;
        return;
      case 'task_progress':
        this.#stepOf(event).progress = event.progress;
        return;
      case 'task_retried':
        Object.assign(this.#stepOf(event), { text: `retry ${event.attempt} of ${event.retries}: ${event.message}`, progress: undefined });
        return;
      case 'task_ended': {
        const { host, status, before, after, outputs, items, duration_ms } = event.result;
        const failure = besideHostIn(event.result.failure, host);
        Object.assign(this.#stepOf({ ...event.result, time: event.time }), {
          status,
          text: resultText(event.result),
          failure,
          before,
          after,
          ...(this.#details && { outputs, items }),
          duration_ms,
          progress: undefined,
        });
        return;
      }
      case 'stage_ended': {
        const stage = this.#stageOf(event.host, event.stage, event.time);
        Object.assign(stage, { status: event.status, duration_ms: event.time - stage.started });
        return;
      }
      case 'host_ended': {
        const { host, status, message } = event.result;
        const row = this.#hostOf(host);
        const failure = besideHostIn(event.result.failure, host);
        Object.assign(row, {
          status,
          message: besideHost(message, host),
          failure,
          duration_ms: row.started === 0 ? 0 : event.time - row.started,
        });
        return;
      }
      case 'warning':
        this.warnings.push(event.host === undefined ? event.message : `${event.host}: ${event.message}`);
        return;
      case 'interrupted':
        this.interrupted = event;
        return;
      case 'run_ended':
        this.end = event;
        return;
    }
  }

  #hostOf(name: string): HostRow {
    const known = this.hosts.get(name);
    if (known !== undefined) return known;
    const waiting = this.#planned.map((stage): [string, StageRow] => [stage.name, waitingStage(stage.name, stageMark(stage))]);
    const row: HostRow = { name, status: 'waiting', message: '', started: 0, duration_ms: 0, stages: new Map(waiting) };
    this.hosts.set(name, row);
    return row;
  }

  #begun(name: string, time: number): HostRow {
    const host = this.#hostOf(name);
    if (host.status === 'waiting') Object.assign(host, { status: 'running', started: time });
    return host;
  }

  #stageOf(host: string, name: string, time: number): StageRow {
    const { stages } = this.#begun(host, time);
    const stage = stages.get(name) ?? waitingStage(name, '');
    stages.set(name, stage);
    return stage;
  }

  #stepOf({
    host,
    stage,
    step,
    time,
  }: {
    readonly host: string;
    readonly stage: string;
    readonly step: string;
    readonly time: number;
  }): StepRow {
    const { steps } = this.#stageOf(host, stage, time);
    const row = steps.get(step) ?? { name: step, status: 'running', text: '', started: time, duration_ms: 0 };
    steps.set(step, row);
    return row;
  }
}

function besideHostIn(failure: Failure | undefined, host: string): Failure | undefined {
  return failure && { ...failure, message: besideHost(failure.message, host) };
}

function waitingStage(name: string, mark: string): StageRow {
  return { name, mark, status: 'waiting', started: 0, duration_ms: 0, steps: new Map() };
}
