// Everything that happens in a run, as one union. The engine emits, the journal and the reporters listen; no listener decides anything.
import type { ConnectionFailure } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import type { ModuleKind, Outputs } from '../modules/module.ts';
import type { Part } from '../playbook/playbook.ts';

/** How a task ended. In a plan `changed` reads "would change", and the last two are what a plan cannot know. */
export type TaskStatus = 'ok' | 'changed' | 'skipped' | 'failed' | 'refused' | 'unreachable' | 'at_run_time' | 'cannot_tell';

/** What went wrong, in the words the user reads: where, what, found; the state left behind; what to type next. */
export interface Failure {
  readonly message: string;
  readonly state?: string;
  readonly next?: string;
  readonly output?: string;
  /** how the host is another one than a saved plan saw: each as a sentence with what was and what is */
  readonly differences?: readonly string[];
  /** the failure was to be passed over (`ignore_errors`) */
  readonly ignored?: boolean;
}

/** One step bound to one host, ended. Complete: nothing is filled in later. */
export interface TaskResult {
  /** `stage/step@host` */
  readonly task: string;
  readonly host: string;
  readonly stage: string;
  readonly step: string;
  readonly module: string;
  /** the list of the stage that the step stands in, where it is not `steps` */
  readonly part?: Exclude<Part, 'steps'>;
  readonly kind: ModuleKind;
  readonly status: TaskStatus;
  /** one sentence: the change, what was found, or why it was skipped */
  readonly summary: string;
  /** of that moment: sizes, counts, times; shown in brackets behind the summary */
  readonly figures?: string;
  readonly failure?: Failure;
  /** what `register` gets */
  readonly outputs: Outputs;
  /** of a step with a loop: how it ended for each item that it came to */
  readonly items?: readonly ItemResult[];
  readonly before?: string;
  readonly after?: string;
  readonly attempts: number;
  /** epoch ms */
  readonly started: number;
  readonly duration_ms: number;
}

/** How a step with a loop ended for one of its items. */
export interface ItemResult {
  /** as it is shown: a text, its name, or as JSON, cut off where that is long */
  readonly item: string;
  readonly status: TaskStatus;
  readonly summary: string;
}

/** How a host ended the run. `ended`: end_host. `declined`: nobody said yes to its next stage. `not_run`: never begun, because an earlier batch or the user stopped the run. */
export type HostStatus = 'ok' | 'ended' | 'failed' | 'refused' | 'unreachable' | 'locked' | 'declined' | 'interrupted' | 'not_run';

export interface HostResult {
  readonly host: string;
  readonly status: HostStatus;
  /** tasks by how they ended */
  readonly counts: Readonly<Record<TaskStatus, number>>;
  readonly message: string;
  readonly failure?: Failure;
  readonly reason?: ConnectionFailure;
  /** the stage that was the point of no return: it, or one after it, has begun to change the host */
  readonly past?: string;
}

/** A stage as it will be walked. Lists that the stage does not have are left out. */
export interface PlannedStage extends Partial<Readonly<Record<Part, readonly PlannedStep[]>>> {
  readonly name: string;
  readonly steps: readonly PlannedStep[];
  /** the question to be said yes to before it begins */
  readonly confirm?: string;
  readonly point_of_no_return?: true;
}

interface PlannedStep {
  readonly name: string;
  readonly module: string;
}

interface Happening {
  /** epoch ms */
  readonly time: number;
}

export type RunEvent = Happening &
  (
    | {
        readonly kind: 'run_started';
        readonly run: string;
        readonly playbook: string;
        readonly file: string;
        readonly check: boolean;
        /** the id of the saved plan that is carried out */
        readonly plan?: string;
        readonly batches: readonly (readonly string[])[];
        readonly stages: readonly PlannedStage[];
      }
    | { readonly kind: 'batch_started'; readonly batch: number; readonly hosts: readonly string[] }
    | { readonly kind: 'host_started'; readonly host: string; readonly address: string }
    /** a host is looked at again before anything is changed on it: whether it is as the saved plan saw it */
    | { readonly kind: 'compare_started'; readonly host: string }
    | { readonly kind: 'compare_ended'; readonly host: string; readonly differences: readonly string[] }
    /** the hosts of a batch have come to a stage that somebody has to say yes to */
    | {
        readonly kind: 'approval_asked';
        readonly stage: string;
        readonly hosts: readonly string[];
        readonly question: string | undefined;
        readonly point_of_no_return: boolean;
      }
    | {
        readonly kind: 'approval_ended';
        readonly stage: string;
        readonly hosts: readonly string[];
        readonly approved: boolean;
        readonly by: 'terminal' | '--yes' | 'plan';
      }
    | { readonly kind: 'stage_started'; readonly host: string; readonly stage: string }
    /** rescue, always or the notified handlers of a stage begin */
    | { readonly kind: 'part_started'; readonly host: string; readonly stage: string; readonly part: Exclude<Part, 'steps'> }
    | {
        readonly kind: 'task_started';
        readonly host: string;
        readonly stage: string;
        readonly step: string;
        readonly module: string;
        readonly part?: Exclude<Part, 'steps'>;
      }
    /** written ahead of the change itself: a runner that is killed leaves the intent behind */
    | { readonly kind: 'task_applying'; readonly host: string; readonly stage: string; readonly step: string; readonly summary: string }
    | { readonly kind: 'task_progress'; readonly host: string; readonly stage: string; readonly step: string; readonly progress: Progress }
    | {
        readonly kind: 'task_retried';
        readonly host: string;
        readonly stage: string;
        readonly step: string;
        readonly attempt: number;
        readonly retries: number;
        readonly message: string;
      }
    | { readonly kind: 'task_ended'; readonly result: TaskResult }
    | { readonly kind: 'stage_ended'; readonly host: string; readonly stage: string; readonly status: 'ok' | 'failed' | 'ended' }
    | { readonly kind: 'host_ended'; readonly result: HostResult }
    | { readonly kind: 'warning'; readonly host?: string; readonly message: string }
    | { readonly kind: 'interrupted'; readonly signal: string; readonly times: number }
    | { readonly kind: 'run_ended'; readonly hosts: readonly HostResult[]; readonly exit: number; readonly duration_ms: number }
  );

/** A RunEvent without its time, as it is emitted. Distributes over the union. */
export type Emitted = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, 'time'> : never) : never;

/** Whoever listens to a run. */
export type Listener = (event: RunEvent) => void;
