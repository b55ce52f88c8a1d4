// A run from its beginning to its end, kept for reports that are written when it is over.
import type { HostResult, RunEvent, TaskResult } from '../run/events.ts';

type Started = Extract<RunEvent, { kind: 'run_started' }>;
type Ended = Extract<RunEvent, { kind: 'run_ended' }>;

/** How a host came out, and its tasks in their order. */
export interface HostRecord {
  readonly result: HostResult;
  readonly tasks: readonly TaskResult[];
}

/** A run that is over: of one that was not begun, or not ended, there is nothing to report. */
export interface RunRecord {
  readonly started: Started;
  readonly ended: Ended;
  readonly hosts: readonly HostRecord[];
  /** with its host in front where it is of one */
  readonly warnings: readonly string[];
}

/** Listens, and gives the record once the run is over. */
export class Recorder {
  readonly #tasks = new Map<string, TaskResult[]>();
  readonly #warnings: string[] = [];
  #started: Started | undefined;
  #ended: Ended | undefined;

  listen(event: RunEvent): void {
    if (event.kind === 'run_started') this.#started = event;
    else if (event.kind === 'run_ended') this.#ended = event;
    else if (event.kind === 'task_ended') this.#tasksOf(event.result.host).push(event.result);
    else if (event.kind === 'warning') this.#warnings.push(event.host === undefined ? event.message : `${event.host}: ${event.message}`);
  }

  /** undefined: the run is not over. */
  record(): RunRecord | undefined {
    const [started, ended] = [this.#started, this.#ended];
    if (started === undefined || ended === undefined) return undefined;
    return {
      started,
      ended,
      hosts: ended.hosts.map((result) => ({ result, tasks: this.#tasksOf(result.host) })),
      warnings: this.#warnings,
    };
  }

  #tasksOf(host: string): TaskResult[] {
    const tasks = this.#tasks.get(host) ?? [];
    this.#tasks.set(host, tasks);
    return tasks;
  }
}
